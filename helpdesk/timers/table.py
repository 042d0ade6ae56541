"""The same working time as `arithmetic`, looked up instead of counted: for thousands of clocks at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .arithmetic import Hours, NoWorkingTime, add, always, between, spans

TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Table:
    """The working intervals of one calendar from `start` on, with what was worked before each.

    Grows as far as it is asked; `add` and `between` give exactly what the functions of `arithmetic` give.
    """

    def __init__(self, hours: Hours, start: datetime) -> None:
        self.hours = hours
        self.start = start.astimezone(UTC)
        self.plain = always(hours)
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.worked: list[int] = []  # up to the end of each interval
        self._rest: Iterator[tuple[datetime, datetime]] | None = spans(hours, self.start)

    def add(self, start: datetime, seconds: float) -> datetime:
        """`arithmetic.add` for a start that is not before the table's."""
        start = start.astimezone(UTC)
        if self.plain or seconds <= 0 or start < self.start:
            return add(self.hours, start, seconds)
        goal = self._worked_until(_ticks(start)) + timedelta(seconds=seconds) // TICK
        while not self.worked or self.worked[-1] < goal:
            if not self._grow():
                raise NoWorkingTime(f"no {seconds} s of working time after {start.isoformat()}")
        n = bisect_left(self.worked, goal)
        return EPOCH + (self.closes[n] - (self.worked[n] - goal)) * TICK

    def between(self, start: datetime, end: datetime) -> float:
        """`arithmetic.between` for a start that is not before the table's."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if self.plain or end <= start or start < self.start:
            return between(self.hours, start, end)
        return (self._worked_until(_ticks(end)) - self._worked_until(_ticks(start))) / 1_000_000

    def until(self, end: datetime) -> tuple[list[int], list[int], list[int]]:
        """Opening, closing and work done so far (in microseconds) of each interval up to `end`."""
        last = _ticks(end.astimezone(UTC))
        if self.plain:
            first = _ticks(self.start)
            return [first], [last], [last - first]
        self._reach(last)
        n = bisect_right(self.opens, last)
        return self.opens[:n], self.closes[:n], self.worked[:n]

    def _worked_until(self, at: int) -> int:
        self._reach(at)
        n = bisect_right(self.opens, at) - 1
        if n < 0:
            return 0
        return self.worked[n] - max(0, self.closes[n] - at)

    def _reach(self, at: int) -> None:
        while (not self.closes or self.closes[-1] < at) and self._grow():
            pass

    def _grow(self) -> bool:
        if self._rest is None:
            return False
        for a, b in self._rest:
            opens, closes = _ticks(a), _ticks(b)
            self.opens.append(opens)
            self.closes.append(closes)
            self.worked.append((self.worked[-1] if self.worked else 0) + closes - opens)
            return True
        self._rest = None
        return False


def _ticks(at: datetime) -> int:
    return (at - EPOCH) // TICK
