"""Working time against an independent, slow reference that looks at every second."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.timers.arithmetic import Hours, NoWorkingTime, add, between, is_open

OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}
ALWAYS = {str(day): [["00:00", "24:00"]] for day in range(7)}
ZONES = ["UTC", "Europe/London", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


def open_by_the_wall(hours: Hours, at: datetime) -> bool:
    """The reference: what a person reading the wall clock and the timetable would say."""
    wall = at.astimezone(ZoneInfo(hours.tz))
    for back in (0, 1):
        day = (wall - timedelta(days=back)).date()
        minutes = (wall.hour * 60 + wall.minute) + back * 24 * 60 + wall.second / 60
        for opens, closes in hours.of(day):
            a = int(opens[:2]) * 60 + int(opens[3:])
            b = int(closes[:2]) * 60 + int(closes[3:])
            if b <= a:
                b += 24 * 60
            if a <= minutes < b:
                return True
    return False


def seconds_by_the_wall(hours: Hours, start: datetime, end: datetime, step: int) -> float:
    count, at = 0, start
    while at < end:
        count += open_by_the_wall(hours, at)
        at += timedelta(seconds=step)
    return count * step


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-06T16:00", 2, "2026-03-09T10:00"),  # Friday 16:00 plus two hours is Monday 10:00
        ("2026-03-07T12:00", 1, "2026-03-09T10:00"),  # filed on Saturday
        ("2028-02-28T16:30", 1, "2028-02-29T09:30"),  # a leap day is a day like any other
        ("2026-03-06T09:00", 8, "2026-03-06T17:00"),  # ends at closing time, not at the next opening
    ],
)
def test_office_hours(start, hours, due):
    got = add(Hours("UTC", OFFICE), datetime.fromisoformat(start).replace(tzinfo=UTC), hours * 3600)
    assert got == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_night_shift_over_a_holiday_and_a_clock_change():
    night = Hours("Europe/London", {str(day): [["22:00", "06:00"]] for day in range(7)})
    # On 29 March 2026 London skips from 01:00 to 02:00: the shift has seven hours, not eight.
    start, end = datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert between(night, start, end) == 7 * 3600
    # On 25 October it gains one.
    start, end = datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert between(night, start, end) == 9 * 3600
    closed = Hours("Europe/London", night.week, {"2026-12-25": []})
    # The shift that began on the 24th goes on over midnight; the one of the 25th is not held.
    start, end = datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2026, 12, 26, 12, tzinfo=UTC)
    assert between(closed, start, end) == 8 * 3600


def test_a_calendar_that_never_opens_promises_nothing():
    with pytest.raises(NoWorkingTime):
        add(Hours("UTC", {}), datetime(2026, 1, 1, tzinfo=UTC), 1)
    assert between(Hours("UTC", {}), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) == 0


def test_always_open_is_plain_time():
    start = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert add(Hours("Europe/London", ALWAYS), start, 7200) == start + timedelta(hours=2)


times = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30, 45])).map(lambda t: f"{t[0]:02}:{t[1]:02}")
days = st.lists(st.tuples(times, times).map(list), max_size=2)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1)).map(  # noqa: DTZ001
    lambda d: d.replace(second=0, microsecond=0, minute=d.minute // 5 * 5, tzinfo=UTC)
)
clock_changes = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1)])
near_changes = st.builds(
    lambda day, hours: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours),
    clock_changes,
    st.integers(-30, 30),
)


@st.composite
def calendars(draw):
    week = {str(day): draw(days) for day in range(7)}
    exceptions = draw(st.dictionaries(clock_changes.map(date.isoformat), days, max_size=2))
    return Hours(draw(st.sampled_from(ZONES)), week, exceptions)


@settings(max_examples=150, deadline=None)
@given(calendars(), starts | near_changes, st.integers(1, 60))
def test_counting_agrees_with_the_wall_clock(hours, start, spans):
    end = start + timedelta(minutes=spans * 45)
    assert between(hours, start, end) == seconds_by_the_wall(hours, start, end, 300)


@settings(max_examples=300, deadline=None)
@given(calendars(), starts | near_changes, st.integers(0, 200_000), st.integers(0, 200_000))
def test_adding_and_counting_are_one_another_s_inverse(hours, start, first, second):
    try:
        both = add(hours, start, first + second)
    except NoWorkingTime:
        return
    assert between(hours, start, both) == first + second
    assert add(hours, add(hours, start, first), second) == both
    assert both >= add(hours, start, first) >= start


@settings(max_examples=100, deadline=None)
@given(calendars(), starts | near_changes)
def test_open_now_agrees_with_the_wall_clock(hours, at):
    assert is_open(hours, at) == open_by_the_wall(hours, at)
