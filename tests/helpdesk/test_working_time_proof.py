"""Working time against a slow reference that shares nothing with it: one look at the wall clock a second.

HELPDESK_TIME_CASES=50000 runs the whole proof; without it a few hundred cases run.
"""

import os
import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from helpdesk.timers.arithmetic import Hours, NoWorkingTime, add, between, spans
from helpdesk.timers.table import Table

CASES = int(os.environ.get("HELPDESK_TIME_CASES", "400"))
PORTIONS = 10
ZONES = [
    "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Shanghai",
    "Asia/Kathmandu", "Asia/Beirut", "Asia/Tehran", "Asia/Gaza", "Atlantic/Azores", "America/Havana",
    "America/St_Johns", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Chatham", "Africa/Casablanca",
    "Africa/Cairo", "America/Scoresbysund", "Antarctica/Troll", "Pacific/Apia",
]  # fmt: skip
# Nights on which some of these zones move their clocks, and a day that some of them never had.
NIGHTS = [
    date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 10, 4), date(2026, 10, 25),
    date(2026, 11, 1), date(2024, 10, 31), date(2024, 4, 26), date(2025, 9, 28), date(2011, 12, 30),
    date(2028, 2, 29), date(2026, 12, 31), date(2018, 2, 18), date(2026, 2, 15), date(2026, 3, 22),
]  # fmt: skip
SHIFTS = [
    "00:00",
    "00:30",
    "01:00",
    "01:15",
    "01:30",
    "02:00",
    "02:45",
    "03:00",
    "09:00",
    "12:00",
    "22:00",
    "23:59",
]


WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Wall:
    """Second by second. What is open at an instant is read off the local clock and the timetable, no more.

    Written times and clock changes fall on whole minutes, so one look serves the rest of a minute;
    `every_second` looks at each second all the same.
    """

    def __init__(self, hours: Hours, *, every_second: bool = False) -> None:
        self.hours, self.zone, self.every_second = hours, ZoneInfo(hours.tz), every_second
        self.days: dict[date, list[tuple[int, int]]] = {}

    def open(self, stamp: int) -> bool:
        wall = datetime.fromtimestamp(stamp, self.zone)
        reading = wall.hour * 3600 + wall.minute * 60 + wall.second
        today = wall.date()
        for ago, day in ((0, today), (86_400, today - timedelta(days=1))):
            for first, last in self._written(day):
                if first <= reading + ago < last:
                    return True
        return False

    def _written(self, day: date) -> list[tuple[int, int]]:
        if day not in self.days:
            pairs = [
                [int(text[:2]) * 3600 + int(text[3:]) * 60 for text in pair] for pair in self.hours.of(day)
            ]
            self.days[day] = [(a, b if b > a else b + 86_400) for a, b in pairs]
        return self.days[day]

    def worked(self, start: int, end: int) -> int:
        """Open seconds in [start, end)."""
        count, stamp = 0, start
        while stamp < end:
            step = 1 if self.every_second else min(60 - stamp % 60, end - stamp)
            count += step * self.open(stamp)
            stamp += step
        return count

    def after(self, start: int, seconds: int, limit: int) -> int | None:
        """The first instant by which so many open seconds have passed; None beyond `limit`."""
        stamp, left = start, seconds
        while left > 0:
            if stamp >= limit:
                return None
            step = 1 if self.every_second else min(60 - stamp % 60, left)
            left -= step * self.open(stamp)
            stamp += step
        return stamp


def intervals(dice: random.Random) -> list:
    def moment() -> str:
        return (
            dice.choice(SHIFTS) if dice.random() < 0.6 else f"{dice.randrange(24):02}:{dice.randrange(60):02}"
        )

    many = dice.choices([0, 1, 2, 3], [2, 5, 3, 1])[0]
    return [["00:00", "24:00"]] if dice.random() < 0.08 else [[moment(), moment()] for _ in range(many)]


def case(number: int) -> tuple[Hours, int, int]:
    """A calendar, a start and a length in seconds; every other start lies beside a clock change."""
    dice = random.Random(number)
    night = dice.choice(NIGHTS)
    week = {str(day): intervals(dice) for day in range(7)}
    exceptions = {
        (night + timedelta(days=dice.randrange(-2, 3))).isoformat(): intervals(dice)
        for _ in range(dice.randrange(3))
    }
    near = datetime(night.year, night.month, night.day, tzinfo=UTC) + timedelta(
        seconds=dice.randrange(-36 * 3600, 36 * 3600)
    )
    anywhere = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=dice.randrange(5 * 366 * 86_400))
    start = near if dice.random() < 0.7 else anywhere
    return Hours(dice.choice(ZONES), week, exceptions), int(start.timestamp()), dice.randrange(1, 40 * 3600)


def instant(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def differences(number: int) -> list[str]:
    """What the three ways of counting do not agree on."""
    hours, start, length = case(number)
    wall = Wall(hours, every_second=number % 97 == 0)
    told = []
    end = start + length
    expected = wall.worked(start, end)
    table = Table(hours, instant(start))
    for name, count in (("between", lambda a, b: between(hours, a, b)), ("table", table.between)):
        if (got := count(instant(start), instant(end))) != expected:
            told.append(f"{name} {got} is not {expected}")
    seconds = random.Random(-number).randrange(1, 16 * 3600)
    limit = start + 3 * 86_400
    due = wall.after(start, seconds, limit)
    for name, count in (("add", lambda a, n: add(hours, a, n)), ("table", table.add)):
        try:
            got = int(count(instant(start), seconds).timestamp())
        except NoWorkingTime:
            got = None
        if got != due and not (due is None and (got is None or got > limit)):
            told.append(f"{name} {got} is not {due}")
    return [f"case {number} {hours} from {start}: {one}" for one in told]


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_no_difference_from_the_wall_clock(portion):
    size = CASES // PORTIONS
    wrong = [told for number in range(portion * size, (portion + 1) * size) for told in differences(number)]
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize("number", range(60))
def test_the_intervals_come_in_order_and_do_not_overlap(number):
    hours, start, _length = case(number)
    found = []
    for a, b in spans(hours, instant(start)):
        found.append((a, b))
        if len(found) > 40:
            break
    assert all(a < b for a, b in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


def hours(tz, exceptions=None, **days):
    return Hours(
        tz,
        {str(WEEK.index(day)): [interval] for day, interval in days.items()},
        exceptions or {},
    )


NAMED = {
    "clocks go forward: the night shift has seven hours": (
        hours("Europe/London", sat=["22:00", "06:00"]), "2026-03-28T20:00", 7, "2026-03-29T05:00"),
    "clocks go back: the night shift has nine hours": (
        hours("Europe/London", sat=["22:00", "06:00"]), "2026-10-24T20:00", 9, "2026-10-25T06:00"),
    "an hour that the night skips is not worked": (
        hours("Europe/Berlin", sun=["02:00", "03:00"], mon=["02:00", "03:00"]),
        "2026-03-29T00:00", 1, "2026-03-30T01:00"),
    "an hour that the night has twice is worked twice": (
        hours("Europe/Berlin", sun=["02:00", "03:00"]), "2026-10-25T00:00", 2, "2026-10-25T02:00"),
    "a leap day is a day": (
        hours("Asia/Shanghai", mon=["09:00", "18:00"], tue=["09:00", "18:00"]),
        "2028-02-28T09:00", 2, "2028-02-29T02:00"),
    "a holiday does not end the shift that began the evening before": (
        hours("Asia/Shanghai", {"2026-02-17": []}, mon=["22:00", "06:00"], tue=["22:00", "06:00"]),
        "2026-02-16T13:00", 8, "2026-02-16T22:00"),
    "the shift of the holiday itself is not held, after midnight neither": (
        hours("Asia/Shanghai", {"2026-02-17": []},
              mon=["22:00", "06:00"], tue=["22:00", "06:00"], wed=["22:00", "06:00"]),
        "2026-02-16T13:00", 9, "2026-02-18T15:00"),
    "a day that the zone never had is not worked": (
        hours("Pacific/Apia", fri=["09:00", "17:00"], sat=["09:00", "17:00"]),
        "2011-12-30T00:00", 1, "2011-12-30T20:00"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_nights_and_days_with_a_name(name):
    calendar, start, worked, due = NAMED[name]
    start, due = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, due))
    assert add(calendar, start, worked * 3600) == due
    assert Table(calendar, start).add(start, worked * 3600) == due
    assert (
        Wall(calendar, every_second=True).worked(int(start.timestamp()), int(due.timestamp()))
        == worked * 3600
    )


def test_a_table_answers_for_what_came_before_it_too():
    office = hours("Europe/Berlin", mon=["09:00", "17:00"])
    table = Table(office, datetime(2026, 6, 1, tzinfo=UTC))
    before = datetime(2026, 5, 1, tzinfo=UTC)
    assert table.add(before, 3600) == add(office, before, 3600)
    assert table.between(before, table.start) == between(office, before, table.start)


def test_a_desk_that_closes_once_a_year_is_counted_at_once():
    always = {str(day): [["00:00", "24:00"]] for day in range(7)}
    chat = Hours("Asia/Shanghai", always, {"2026-02-17": []})
    start = datetime(2026, 2, 16, 15, 30, tzinfo=UTC)  # half an hour before the festival
    assert add(chat, start, 3600) == datetime(2026, 2, 17, 16, 30, tzinfo=UTC)
    assert Table(chat, start).add(start, 3600) == add(chat, start, 3600)
    later = datetime(2026, 9, 1, tzinfo=UTC)
    assert add(chat, later, 60) == later + timedelta(seconds=60)
    assert between(chat, start, later) == (later - start).total_seconds() - 86_400
