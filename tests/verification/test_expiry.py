"""C5: the moment of expiry, each worked out by hand from a point of every grid."""

import pytest

from tests.verification.good import ENTRY, EXPIRY, FEED, ask, right

# 2025-12-31 23:58 UTC: 0 of the examples. A minute's grid goes on from there.
ZERO = EXPIRY - 120_000
GRID = {"expiry_rule": "grid", "grid_s": 60, "deadtime_s": 30, "boundary": "inclusive", "settled_at": None,
        "quote_at": None, "received_at": None, "entry_tick_at": None}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "ms"),
    [(60, "s", 60_000), (5, "min", 300_000), (2, "h", 7_200_000), (1, "d", 86_400_000)],
)
def test_accepted_and_a_duration(value, unit, ms):
    told = right(accepted_at=EXPIRY - ms, received_at=None, duration_value=value, duration_unit=unit)
    assert ask("C5", told) == ("match", {"recomputed": EXPIRY, "recorded": EXPIRY, "off_ms": 0})
    for off in (1, -1):
        verdict, figures = ask("C5", told | {"accepted_at": EXPIRY - ms - off})
        assert (verdict, figures["off_ms"]) == ("mismatch", off)


@pytest.mark.parametrize(
    ("accepted", "inclusive", "exclusive"),
    [
        (30_001, 120_000, 120_000),  # 30 001 + 30 000 = 60 001: the next minute is 120 000
        (30_000, 60_000, 120_000),  # 60 000 is a point of the grid itself
        (29_999, 60_000, 60_000),
        (1, 60_000, 60_000),
        (0, 60_000, 60_000),
        (89_999, 120_000, 120_000),
        (90_000, 120_000, 180_000),
    ],
)
def test_the_next_point_of_the_grid_after_the_dead_time(accepted, inclusive, exclusive):
    for boundary, due in [("inclusive", inclusive), ("exclusive", exclusive)]:
        told = right(**(GRID | {"accepted_at": ZERO + accepted, "boundary": boundary}))
        verdict, figures = ask("C5", told | {"expiry_at": ZERO + due})
        assert (verdict, figures["recomputed"]) == ("match", ZERO + due)
        assert ask("C5", told | {"expiry_at": ZERO + due + 60_000})[1]["off_ms"] == 60_000
    told = right(**(GRID | {"accepted_at": ZERO + accepted, "expiry_at": ZERO + exclusive, "boundary": None}))
    verdict, figures = ask("C5", told)
    if inclusive == exclusive:  # nobody said which, and it is all the same
        assert verdict == "match"
    else:
        assert (verdict, figures["missing"]) == ("not_determinable", ["boundary"])
        assert (figures["inclusive"], figures["exclusive"]) == (ZERO + inclusive, ZERO + exclusive)
        # What is neither is wrong by either.
        assert ask("C5", told | {"expiry_at": ZERO + exclusive + 1})[0] == "mismatch"


@pytest.mark.parametrize("off", [-1_001, -1_000, -1, 0, 1, 1_000, 1_001])
def test_within_a_second_of_a_boundary_both_readings_are_shown(off):
    told = right(**(GRID | {"accepted_at": ZERO + 30_000 + off, "expiry_at": ZERO + 120_000}))
    figures = ask("C5", told)[1]
    if abs(off) <= 1_000:
        assert figures["both_readings"] == [ZERO + 60_000, ZERO + 120_000]
        assert figures["ms_from_boundary"] == off
    else:
        assert "both_readings" not in figures


def after_ticks(number, recorded, **changes):
    """Ticks every second from the entry tick, which is sequence 2; two of them in the third second."""
    at = [0, 1_000, 2_000, 3_000, 3_000, 4_000, 5_000]
    rows = [(FEED, n, ENTRY + ms, "", "", "1.08415") for n, ms in enumerate(at, 2)]
    told = right(duration_value=number, duration_unit="ticks", expiry_at=ENTRY + recorded,
                 settled_at=None, **changes)  # fmt: skip
    return told, rows


def test_so_many_ticks_after_the_entry():
    for number, recorded in [(1, 1_000), (3, 3_000), (4, 3_000), (5, 4_000), (6, 5_000)]:
        assert ask("C5", *after_ticks(number, recorded))[0] == "match"
    assert ask("C5", *after_ticks(5, 5_000))[1]["off_ms"] == 1_000
    # Without the sequence the entry is the only tick of its millisecond.
    assert ask("C5", *after_ticks(3, 3_000, entry_tick_seq=None))[0] == "match"
    assert ask("C5", *after_ticks(7, 6_000))[1]["missing"] == ["ticks_from_entry"]
    assert ask("C5", *after_ticks(10**9, 6_000))[1]["missing"] == ["ticks_from_entry"]
    told, rows = after_ticks(3, 3_000)
    assert ask("C5", told, rows[1:])[1]["missing"] == ["ticks_from_entry"]
    assert ask("C5", told, [*rows[:2], *rows[3:]])[1]["missing"] == ["ticks_in_sequence"]
    assert ask("C5", told, [])[1]["missing"] == ["ticks"]
    assert ask("C5", told | {"entry_tick_at": None}, rows)[1]["missing"] == ["entry_tick_at"]
    twice = [*rows, (FEED, 1, ENTRY, "", "", "1.08414")]
    assert ask("C5", told | {"entry_tick_seq": None}, twice)[1]["missing"] == ["entry_tick_seq"]
    assert ask("C5", told, twice)[0] == "match"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"expiry_rule": None}, ["expiry_rule"]),
        ({"accepted_at": None, "expiry_at": None}, ["accepted_at", "expiry_at"]),
        ({"duration_value": None}, ["duration_value"]),
        ({"duration_unit": None}, ["duration_unit"]),
        (GRID | {"grid_s": None, "deadtime_s": None}, ["grid_s", "deadtime_s"]),
    ],
)
def test_what_lacks_for_an_expiry_is_named(changes, missing):
    verdict, figures = ask("C5", right(**changes))
    assert (verdict, figures["missing"]) == ("not_determinable", missing)
