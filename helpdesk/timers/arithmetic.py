"""Working time. Pure functions over instants: no database, no clock of their own.

All instants are aware datetimes; results are UTC. A day's hours are read in the calendar's zone, so a
clock change shortens or lengthens the shift it falls into, as it does for the people working it: the desk
is open exactly while the clock on its wall reads a time written for that day.
Counting is in whole and fractional seconds of real (elapsed) time inside working intervals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY, SECOND, STEP = timedelta(days=1), timedelta(seconds=1), timedelta(minutes=30)
AROUND = timedelta(hours=26)  # further than any zone is from UTC
MOVED = timedelta(hours=4)  # further than any zone has put its clocks back since 1970
LONG = timedelta(days=30)
LAST_YEAR = 9990
HORIZON = 366 * 3  # days without a single working hour after which a calendar counts as empty


class NoWorkingTime(ValueError):
    """The calendar holds no working time within three years: nothing can be promised on it."""


@dataclass(frozen=True)
class Hours:
    """A calendar's rule, ready for counting. `week` and `exceptions` as CalendarVersion documents them."""

    tz: str = "UTC"
    week: Mapping[str, list] = field(default_factory=dict)
    exceptions: Mapping[str, list] = field(default_factory=dict)

    def of(self, day: date) -> list:
        """The intervals written for one local day."""
        return self.exceptions.get(day.isoformat(), self.week.get(str(day.weekday()), []))


@lru_cache(maxsize=4096)
def _clock(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _readings(opens: datetime, closes: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The instants at which the wall clock reads between two (naive) times, as UTC intervals.

    A clock change may take time out of the interval, or show the same reading twice: then both count, as
    whoever looks at the clock on the wall would say. Slow, and needed on a few nights a year.
    """
    found = []
    a, end = opens.replace(tzinfo=UTC) - AROUND, closes.replace(tzinfo=UTC) + AROUND
    while a < end:
        offset = _offset(a, zone)
        b = _change(a, end, zone, offset)
        start, stop = (wall.replace(tzinfo=UTC) - offset for wall in (opens, closes))
        if max(start, a) < min(stop, b):
            found.append((max(start, a), min(stop, b)))
        a = b
    return found


def _change(start: datetime, end: datetime, zone: ZoneInfo, offset: timedelta) -> datetime:
    """The first instant from `start` on at which the zone's offset is another one; `end` if there is none."""
    low = start
    while low < end:
        high = min(low + STEP, end)
        if _offset(high, zone) != offset:
            known, wrong = 0, int((high - low).total_seconds())  # both in seconds after `low`
            while wrong - known > 1:
                middle = (known + wrong) // 2
                if _offset(low + middle * SECOND, zone) == offset:
                    known = middle
                else:
                    wrong = middle
            return low + wrong * SECOND
        low = high
    return end


def _day(hours: Hours, midnight: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The working intervals written for the local day that begins at `midnight` (naive)."""
    written = hours.of(midnight.date())
    if not written:
        return []
    ends = midnight, midnight + 2 * DAY  # an interval over midnight ends within the day after
    offsets = {wall.replace(tzinfo=zone, fold=fold).utcoffset() for wall in ends for fold in (0, 1)}
    first = (midnight - (offsets.pop() or timedelta())).replace(tzinfo=UTC) if len(offsets) == 1 else None
    found = []
    for opens, closes in written:
        start, end = _clock(opens), _clock(closes)
        if end <= start:
            end += DAY
        if first is not None:
            found.append((first + start, first + end))
        else:
            found += _readings(midnight + start, midnight + end, zone)
    return found


def spans(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Working intervals from `start` on, in order, overlaps joined; ends after three empty years.

    An interval longer than a month comes in pieces that touch.
    """
    zone = ZoneInfo(hours.tz)
    day = datetime.combine(start.astimezone(zone).date() - DAY, time())
    waiting: list[tuple[datetime, datetime]] = []
    empty = 0
    while empty < HORIZON and day.year < LAST_YEAR:
        found = _day(hours, day, zone)
        empty = 0 if found else empty + 1
        if found:
            waiting = _joined(waiting + found) if waiting or len(found) > 1 else found
        # Nothing of this day or later ones begins before this moment: what lies before it is as it stays.
        settled = (day.replace(tzinfo=zone) - MOVED).astimezone(UTC)
        while waiting and (waiting[0][1] < settled or waiting[0][0] < settled - LONG):
            a, b = waiting.pop(0)
            if b >= settled:  # a desk that hardly ever closes: its hours are told piece by piece
                waiting.insert(0, (settled, b))
                b = settled
            if b > start:
                yield max(a, start), b
        day += DAY
    for a, b in waiting:
        if b > start:
            yield max(a, start), b


def _joined(found: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    whole: list[tuple[datetime, datetime]] = []
    for a, b in sorted(found):
        if whole and a <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(whole[-1][1], b)
        else:
            whole.append((a, b))
    return whole


def always(hours: Hours) -> bool:
    """Whether the calendar never closes; then working time is plain time."""
    return not hours.exceptions and all(hours.week.get(str(n)) == [["00:00", "24:00"]] for n in range(7))


def add(hours: Hours, start: datetime, seconds: float) -> datetime:
    """The instant at which `seconds` of working time have passed since `start`.

    Promises `between(start, add(start, n)) == n`, `add(add(t, a), b) == add(t, a + b)`, and is monotone.
    Of all instants that fit (a deadline at closing time is also the next opening) it is the earliest.
    Raises NoWorkingTime for a calendar without hours and ValueError for negative seconds.
    """
    if seconds < 0:
        raise ValueError("Working time cannot be added backwards.")
    start = start.astimezone(UTC)
    if seconds == 0:
        return start
    left = timedelta(seconds=seconds)
    if always(hours):
        return start + left
    for a, b in spans(hours, start):
        if b - a >= left:
            return a + left
        left -= b - a
    raise NoWorkingTime(f"no {seconds} s of working time after {start.isoformat()}")


def between(hours: Hours, start: datetime, end: datetime) -> float:
    """Seconds of working time from `start` to `end`; 0 when `end` is not later."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return 0.0
    if always(hours):
        return (end - start).total_seconds()
    total = timedelta()
    for a, b in spans(hours, start):
        if a >= end:
            break
        total += min(b, end) - a
    return total.total_seconds()


def is_open(hours: Hours, at: datetime) -> bool:
    """Whether the desk works at that instant (the closing instant itself does not count)."""
    return between(hours, at, at + timedelta(microseconds=1)) > 0


def opening(hours: Hours, at: datetime) -> datetime | None:
    """The first instant from `at` on at which the desk works; None when it never will."""
    at = at.astimezone(UTC)
    return at if always(hours) else next((start for start, _end in spans(hours, at)), None)
