"""Statutory dates of the nine jurisdictions, against cases worked out by hand from the rules of counting.

The day of receipt is day 0; working days end at 17:00, days, weeks and months at 23:59:59, both local.
"""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from disputes.models import PolicyVersion
from disputes.operations import statutory

pytestmark = pytest.mark.django_db


def told(*given, **options):
    out = StringIO()
    call_command("deadlines", *given, "--json", stdout=out, **options)
    return json.loads(out.getvalue())


CASES = [
    # Saturday; three working days are Monday to Wednesday; 24, 52 and 56 days on from 24 October.
    ("HOUSE", "2026-10-24T12:00:00Z",
     {"ack": "2026-10-25T12:00:00Z", "simple": "2026-10-28T17:00:00Z", "response": "2026-11-07T23:59:59Z",
      "extended": "2026-11-21T23:59:59Z", "hard_stop": "2026-12-19T23:59:59Z"}),
    # Thursday before Easter: Good Friday and Easter Monday are no working days; British Summer Time.
    ("UK-FCA", "2026-04-02T10:00:00Z",
     {"ack": "2026-04-07T16:00:00Z", "simple": "2026-04-09T16:00:00Z", "response": "2026-05-28T22:59:59Z",
      "hard_stop": "2026-05-28T22:59:59Z"}),
    # Christmas Eve: Friday 25th, Monday 28th (for Saturday's Boxing Day) and the weekend do not count.
    ("UK-FCA", "2026-12-24T23:30:00Z",
     {"ack": "2026-12-29T17:00:00Z", "simple": "2026-12-31T17:00:00Z", "response": "2027-02-18T23:59:59Z",
      "hard_stop": "2027-02-18T23:59:59Z"}),
    # After hours on the Friday before clocks go back: no roll-over, and Monday ends at 17:00 GMT.
    ("UK-FCA", "2026-10-23T16:30:00Z",
     {"ack": "2026-10-26T17:00:00Z", "simple": "2026-10-28T17:00:00Z", "response": "2026-12-18T23:59:59Z",
      "hard_stop": "2026-12-18T23:59:59Z"}),
    # Clocks go forward on the 29th; Easter and the May bank holiday lie among the 15 and 35 days.
    ("UK-PSD", "2026-03-27T12:00:00Z",
     {"ack": "2026-03-30T16:00:00Z", "simple": "2026-04-01T16:00:00Z", "response": "2026-04-21T16:00:00Z",
      "extended": "2026-05-20T16:00:00Z", "hard_stop": "2026-05-20T16:00:00Z"}),
    # 23:30 on the last day of the year in Brussels: two months on there is no 31st.
    ("EU-CASP", "2026-12-31T22:30:00Z",
     {"ack": "2027-01-05T22:59:59Z", "response": "2027-02-28T22:59:59Z",
      "hard_stop": "2027-02-28T22:59:59Z"}),
    # An hour later it is New Year's Day there.
    ("EU-CASP", "2026-12-31T23:30:00Z",
     {"ack": "2027-01-06T22:59:59Z", "response": "2027-03-01T22:59:59Z",
      "hard_stop": "2027-03-01T22:59:59Z"}),
    # Over the change to summer time.
    ("EU-CASP", "2026-03-28T10:00:00Z",
     {"ack": "2026-04-02T21:59:59Z", "response": "2026-05-28T21:59:59Z",
      "hard_stop": "2026-05-28T21:59:59Z"}),
    # A leap year: 29 February in winter time, 31 March in summer time.
    ("CY-CYSEC", "2027-12-31T12:00:00Z",
     {"ack": "2028-01-05T21:59:59Z", "response": "2028-02-29T21:59:59Z", "extended": "2028-03-31T20:59:59Z",
      "hard_stop": "2028-03-31T20:59:59Z"}),
    # Easter, and summer time ends in Sydney on 5 April.
    ("AU-ASIC", "2026-04-02T02:00:00Z",
     {"ack": "2026-04-03T02:00:00Z", "simple": "2026-04-13T07:00:00Z", "response": "2026-05-02T13:59:59Z",
      "hard_stop": "2026-05-02T13:59:59Z"}),
    # Labour Day, and summer time begins on 4 October.
    ("AU-ASIC", "2026-10-02T05:00:00Z",
     {"ack": "2026-10-03T05:00:00Z", "simple": "2026-10-12T06:00:00Z", "response": "2026-11-01T12:59:59Z",
      "hard_stop": "2026-11-01T12:59:59Z"}),
    # One in the morning of 2 March in Dubai.
    ("AE-VARA", "2026-03-01T21:00:00Z",
     {"ack": "2026-03-09T19:59:59Z", "response": "2026-03-30T19:59:59Z", "extended": "2026-04-27T19:59:59Z",
      "hard_stop": "2026-04-27T19:59:59Z"}),
    ("FINCOM", "2026-02-10T08:00:00Z",
     {"ack": "2026-02-15T23:59:59Z", "response": "2026-02-24T23:59:59Z",
      "hard_stop": "2026-02-24T23:59:59Z"}),
    # The last second of 14 February in Shanghai.
    ("CN-REF", "2026-02-14T15:59:59Z",
     {"ack": "2026-02-15T15:59:59Z", "response": "2026-03-01T15:59:59Z", "extended": "2026-03-16T15:59:59Z",
      "hard_stop": "2026-04-15T15:59:59Z"}),
]  # fmt: skip
NONE = dict.fromkeys([*statutory.KEYS, "external_latest"])


@pytest.mark.parametrize(("jurisdiction", "received", "expected"), CASES)
def test_dates_worked_out_by_hand(jurisdiction, received, expected):
    assert told(jurisdiction, received) == NONE | expected


@pytest.mark.parametrize(
    ("jurisdiction", "options", "latest"),
    [
        # 45 days from the incident, never from our answer: 16 in January, 28 in February, 1 in March.
        ("FINCOM", {"incident": "2026-01-15T14:00:00Z"}, "2026-03-01T23:59:59Z"),
        ("FINCOM", {"incident": "2028-01-15T14:00:00Z"}, "2028-02-29T23:59:59Z"),
        ("FINCOM", {"final_response": "2026-02-24T10:00:00Z"}, None),
        ("UK-FCA", {"final_response": "2026-08-31T12:00:00Z"}, "2027-02-28T23:59:59Z"),
        ("UK-FCA", {"incident": "2026-01-15T14:00:00Z"}, None),
        ("CY-CYSEC", {"final_response": "2026-08-31T09:00:00Z"}, "2026-12-31T21:59:59Z"),
        ("AU-ASIC", {"final_response": "2028-02-29T01:00:00Z"}, "2030-02-28T12:59:59Z"),
    ],
)
def test_the_last_day_to_go_outside(jurisdiction, options, latest):
    assert told(jurisdiction, "2026-02-10T08:00:00Z", **options)["external_latest"] == latest


def test_offsets_and_moments_without_one():
    assert told("house", "2026-10-24T20:00:00+08:00") == told("HOUSE", "2026-10-24T12:00:00")


def test_evenings_roll_over_only_where_the_policy_says_so():
    evening = datetime(2026, 3, 2, 17, 0, 1, tzinfo=UTC)
    policy = PolicyVersion.objects.get(jurisdiction="UK-FCA", number=1)
    rolled = PolicyVersion(
        jurisdiction="UK-FCA", number=2, rule=policy.rule | {"roll_after_hours": True}, stages=policy.stages
    )
    assert statutory.dates(policy, evening)["ack"].isoformat() == "2026-03-03T17:00:00+00:00"
    assert statutory.dates(rolled, evening)["ack"].isoformat() == "2026-03-04T17:00:00+00:00"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["MOON", "2026-01-01T00:00:00Z"], "UK-FCA"),
        (["HOUSE", "yesterday"], "received_at"),
        (["HOUSE", "2026-01-01T00:00:00Z", "--incident", "2026-13-01"], "incident"),
        (["AU-ASIC", "9999-12-31T00:00:00Z"], "calendar"),
    ],
)
def test_bad_input_is_named(given, says):
    with pytest.raises(CommandError, match=says):
        call_command("deadlines", *given)


def test_a_table_for_people():
    out = StringIO()
    call_command("deadlines", "UK-FCA", "2026-04-02T10:00:00Z", stdout=out)
    assert "Europe/London" in out.getvalue()
    assert "2026-05-28T22:59:59Z" in out.getvalue()
