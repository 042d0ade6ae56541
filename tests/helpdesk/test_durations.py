"""Lengths of time as people write them."""

import pytest
from django.utils.translation import override

from helpdesk.timers.durations import has_days, is_endless, read, write


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4 hours", 14_400), ("4h", 14_400), ("90 min", 5400), ("1.5 h", 5400), ("1 day 2 hours", 93_600),
        ("1 h, 30 min", 5400), ("2 小时", 7200), ("1 天 4 小时 30 分钟", 102_600), ("45 s", 45),
        ("2 weeks", 1_209_600),
        ("1 hour and 5 minutes", 3900), ("", None), ("soon", None), ("4", None), ("4 parsecs", None),
        ("-4 h", None),
        ("4 h later", None), ("0.0001 s", None), ("9" * 50 + " d", None),
    ],
)  # fmt: skip
def test_what_a_text_means(text, seconds):
    assert read(text) == seconds


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("seconds", [1, 59, 60, 61, 3600, 5400, 86_400, 90_000, 172_800, 262_861, 10_368_000])
def test_what_is_written_can_be_read_back(language, seconds):
    with override(language):
        assert read(write(seconds)) == read(write(seconds, days=False)) == seconds


def test_days_are_noticed_where_they_have_no_fixed_length():
    assert has_days("2 days")
    assert has_days("3 h 1 d")
    assert not has_days("48 h")


def test_more_than_anybody_can_mean_is_a_length_all_the_same():
    assert is_endless("99999999 h")
    assert is_endless("9" * 50 + " d")
    assert not is_endless("4 h")
    assert not is_endless("soon")
