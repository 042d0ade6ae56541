"""Working time. Pure functions over instants: no database, no clock of their own.

All instants are aware datetimes; results are UTC. A day's hours are read in the calendar's zone, so a
clock change shortens or lengthens the shift it falls into, as it does for the people working it.
Counting is in whole and fractional seconds of real (elapsed) time inside working intervals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
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


def _clock(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


def _instant(day: date, offset: timedelta, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time; one that a clock change skips is the moment of the change."""
    wall = datetime.combine(day, time()) + offset
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    # The wall time does not exist. Reading it with the offset before the gap lands after the gap by the
    # length skipped; taking the offset after it lands before. The change itself lies between: search it.
    low, high = first - timedelta(hours=3), first + timedelta(hours=3)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _day(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    spans = []
    for opens, closes in hours.of(day):
        start, end = _clock(opens), _clock(closes)
        if end <= start:
            end += DAY
        a, b = _instant(day, start, zone), _instant(day, end, zone)
        if a < b:
            spans.append((a, b))
    return spans


def spans(hours: Hours, start: datetime, *, back: bool = True) -> Iterator[tuple[datetime, datetime]]:
    """Working intervals from `start` on, in order, overlaps joined; ends after three empty years."""
    zone = ZoneInfo(hours.tz)
    day = start.astimezone(zone).date() - DAY * (2 if back else 0)
    pending: tuple[datetime, datetime] | None = None
    empty = 0
    while empty < HORIZON:
        found = sorted(_day(hours, day, zone))
        empty = 0 if found else empty + 1
        for a, b in found:
            if pending is None:
                pending = (a, b)
            elif a <= pending[1]:
                pending = (pending[0], max(pending[1], b))
            else:
                if pending[1] > start:
                    yield max(pending[0], start), pending[1]
                pending = (a, b)
        # Nothing of the following days can join what ended more than a day before they begin.
        if pending and pending[1] < _instant(day, timedelta(0), zone):
            if pending[1] > start:
                yield max(pending[0], start), pending[1]
            pending = None
        day += DAY
        if day.year > 9990:
            break
    if pending and pending[1] > start:
        yield max(pending[0], start), pending[1]


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
