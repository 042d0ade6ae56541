"""Setting up working hours: what is refused and with which words, and what an edit does to promises."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core.errors import Conflict, Invalid
from helpdesk.timers.calendars import Draft, HolidayChoice, drafted
from helpdesk.timers.models import Calendar, CalendarVersion
from tests.support.api import Caller
from tests.support.builders import clock, file
from tickets.models import SlaPolicyVersion
from tickets.operations import calendars, policies

pytestmark = pytest.mark.django_db
OFFICE = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)}
YEAR = timezone.now().year


def make(cast, name="Shanghai office", **given):
    return calendars.create_calendar(
        name=name, by=cast.sun, draft=Draft(**{"tz": "Asia/Shanghai", "week": OFFICE} | given)
    )


def test_a_calendar_with_everything(cast):
    night = OFFICE | {"5": [["22:00", "06:00"]]}
    made = make(cast, week=night, days={f"{YEAR}-12-24": [["09:00", "12:00"]], f"{YEAR}-12-31": []})
    version = made.current
    assert (made.code, version.number, version.author_id) == ("shanghai-office", 1, cast.sun.pk)
    assert version.week["5"] == [["22:00", "06:00"]]
    assert version.exceptions == {f"{YEAR}-12-24": [["09:00", "12:00"]], f"{YEAR}-12-31": []}


@pytest.mark.parametrize(
    ("wrong", "field", "word"),
    [
        ({"tz": "Mars/Olympus"}, "tz", "no time zone"),
        ({"week": {}}, "week", "never opens"),
        ({"week": {}, "days": {"2024-01-01": [["09:00", "10:00"]]}}, "week", "never opens"),
        ({"week": {"0": [["09:00", "12:00"], ["11:00", "18:00"]]}}, "day0", "overlap"),
        ({"week": {"0": [["22:00", "09:30"]], "1": [["09:00", "18:00"]]}}, "day1", "over midnight"),
        ({"week": {"6": [["22:00", "09:30"]], "0": [["09:00", "18:00"]]}}, "day0", "over midnight"),
        ({"week": {"0": [["09:00", "09:00"]]}}, "day0", "same time"),
        ({"week": {"0": [["9", "18:00"]]}}, "day0", "not two times"),
        ({"week": {"0": [["24:00", "24:00"]]}}, "day0", "not two times"),
        ({"week": {"0": "nine to five"}}, "day0", "not two times"),
        ({"week": {"0": [[f"{h:02}:00", f"{h:02}:30"] for h in range(13)]}}, "day0", "At most 12"),
        ({"days": {f"{YEAR}-02-30": []}}, "days", "not a date"),
        ({"days": {"12026-01-01": []}}, "days", "not a date"),
        ({"days": {"1026-01-01": []}}, "days", "too far away"),
        ({"days": {f"{YEAR}-03-02": [["09:00", "13:00"], ["12:00", "14:00"]]}}, "days", "overlap"),
        ({"holidays": HolidayChoice("XX", YEAR, YEAR)}, "holidays", "no holidays"),
        ({"holidays": HolidayChoice("CN", YEAR, YEAR - 1)}, "holidays", "first and a last year"),
        ({"holidays": HolidayChoice("CN", YEAR, YEAR + 300)}, "holidays", "first and a last year"),
    ],
)
def test_what_is_no_calendar_is_refused_and_nothing_is_kept(cast, wrong, field, word):
    before = Calendar.objects.count(), CalendarVersion.objects.count()
    with pytest.raises(Invalid) as refusal:
        make(cast, **wrong)
    assert list(refusal.value.fields) == [field]
    assert word in str(refusal.value.fields[field][0])
    assert (Calendar.objects.count(), CalendarVersion.objects.count()) == before


def test_hours_that_only_touch_do_not_overlap(cast):
    week = {
        "0": [["00:00", "24:00"]],
        "1": [["00:00", "09:00"], ["09:00", "00:00"]],
        "2": [["00:00", "01:00"]],
    }
    assert make(cast, week=week).current.week == week


def test_holidays_of_a_jurisdiction_close_their_days_and_single_ones_stay_open(cast):
    kept_open = f"{YEAR}-10-01"
    made = make(cast, days={f"{YEAR}-01-01": [["10:00", "12:00"]]},
                holidays=HolidayChoice("CN", YEAR, YEAR + 1, (kept_open,)))  # fmt: skip
    version = made.current
    closed = {day for day, hours in version.exceptions.items() if not hours}
    named = {day: names["en"] for day, names in version.holidays["days"].items()}
    assert any("Spring Festival" in name for name in named.values())
    assert set(named) == closed
    assert kept_open not in version.exceptions
    assert version.exceptions[f"{YEAR}-01-01"] == [["10:00", "12:00"]]  # by hand counts first
    assert drafted(version).days == {f"{YEAR}-01-01": [["10:00", "12:00"]]}


def test_a_declared_working_weekend_is_worked_when_wished(cast):
    version = make(cast, holidays=HolidayChoice("CN", 2026, 2026, moved=True)).current
    assert version.exceptions["2026-02-28"] == OFFICE["0"]  # a Saturday
    assert drafted(version).days == {}


def test_an_edit_moves_new_promises_and_no_old_ones(cast):
    made = make(cast)
    policy = policies.create_policy(
        name="Office", by=cast.sun, position=1, calendar=made.code, conditions={"category": ["GEN-ASK"]},
        targets=[{"metric": "first_response", "seconds": 3600, "mode": "business"}],
    )  # fmt: skip
    old = clock(file(cast.mei, "GEN-ASK"), "first_response")
    always = {str(day): [["00:00", "24:00"]] for day in range(7)}
    version, followed = calendars.revise_calendar(
        made, name=made.name, by=cast.sun, draft=Draft("Asia/Shanghai", always), seen=1
    )
    assert (version.number, followed, policy.current.number) == (2, [policy], 2)
    new = clock(file(cast.mei, "GEN-ASK"), "first_response")
    assert new.due_at - new.started_at == timedelta(hours=1)
    assert new.calendar_version_id == version.pk
    unmoved = clock(old.ticket, "first_response")
    assert (unmoved.due_at, unmoved.calendar_version.number) == (old.due_at, 1)


def test_saving_without_a_change_makes_no_version_and_an_old_page_is_told(cast):
    made = make(cast)
    same = drafted(made.current)
    assert calendars.revise_calendar(made, name=made.name, by=cast.sun, draft=same)[0].number == 1
    calendars.revise_calendar(made, name=made.name, by=cast.sun, draft=Draft("UTC", OFFICE), seen=1)
    with pytest.raises(Conflict, match="stale"):
        calendars.revise_calendar(made, name=made.name, by=cast.sun, draft=same, seen=1)


def test_a_calendar_in_use_stays_and_the_refusal_names_who_uses_it(cast):
    with pytest.raises(Conflict) as refusal:
        calendars.switch_calendar(Calendar.objects.get(code="24x7"), by=cast.sun, active=False)
    assert "Everything else" in str(refusal.value.message) or "…" in str(refusal.value.message)
    unused = make(cast)
    calendars.switch_calendar(unused, by=cast.sun, active=False)
    with pytest.raises(Invalid):
        policies.create_policy(name="X", by=cast.sun, calendar=unused.code, position=1,
                               targets=[{"metric": "resolution", "seconds": 60}])  # fmt: skip
    assert calendars.switch_calendar(unused, by=cast.sun, active=True).active


def test_a_target_beyond_any_working_time_is_refused(cast):
    rare = make(cast, "Rare", week={"0": [["09:00", "09:01"]]})
    before = SlaPolicyVersion.objects.count()
    with pytest.raises(Invalid) as refusal:
        policies.create_policy(
            name="Never", by=cast.sun, position=1, calendar=rare.code,
            targets=[{"metric": "resolution", "seconds": 4 * 3600, "mode": "business"}],
        )  # fmt: skip
    assert "does not hold 4 hours" in str(refusal.value.fields["targets"][0])
    assert SlaPolicyVersion.objects.count() == before


def test_programs_read_calendars(cast):
    make(cast)
    shown = {row["code"]: row for row in Caller(cast.sun).get("/api/v1/calendars/").json()["results"]}
    assert shown["shanghai-office"]["week"]["0"] == [["09:00", "12:00"], ["13:00", "18:00"]]
    assert shown["24x7"]["tz"] == "UTC"
