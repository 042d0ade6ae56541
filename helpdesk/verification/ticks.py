"""The tape of one feed: what it quoted, when, in which order, and where something is missing."""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, TextIO

from .values import MS, POSITIVE, SEQ, TEXT, Refused, Wrong

HEADER = ["feed_id", "seq", "ts_ms", "bid", "ask", "last"]
MOST_FAULTS = 50
LONGEST = 4_096  # characters of one line
MOST = 1_000_000  # rows of one file
_FEW = 4  # so few steps between ticks tell nothing of how a feed numbers them


@dataclass(frozen=True, slots=True, order=True)
class Tick:
    """One quote or trade of a feed. Prices that the feed does not give are None."""

    ts_ms: int
    seq: int
    feed_id: str
    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None

    def price(self, basis: str) -> Decimal | None:
        """What it quotes on this basis; the middle needs both sides."""
        match basis:
            case "bid":
                return self.bid
            case "ask":
                return self.ask
            case "mid":
                return (self.bid + self.ask) / 2 if self.bid is not None and self.ask is not None else None
            case _:
                return self.last


@dataclass(frozen=True, slots=True)
class Point:
    """A tick as one basis sees it; `width` from bid to ask where both are known."""

    ts: int
    seq: int
    price: Decimal
    width: Decimal | None = None


class Tape:
    """All ticks of one feed on one basis, in order of time and then of sequence.

    `silent` are the numbers of ticks that give no price on this basis: they are not missing.
    """

    def __init__(self, feed_id: str, points: Iterable[Point], silent: Iterable[int] = ()):
        self.feed_id = feed_id
        self.silent = sorted(silent)
        self.points: Sequence[Point] = sorted(points, key=lambda point: (point.ts, point.seq))
        self.times = [point.ts for point in self.points]

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def start(self) -> int:
        return self.times[0]

    @cached_property
    def end(self) -> int:
        return self.times[-1]

    def covers(self, ts: int) -> bool:
        """Whether the tape has begun by then, and goes on at least as long."""
        return bool(self.points) and self.start <= ts <= self.end

    def until(self, ts: int) -> int:
        """How many ticks there are at or before this moment."""
        return bisect_right(self.times, ts)

    def between(self, first: int, last: int) -> Sequence[Point]:
        """The ticks of a closed interval."""
        return self.points[bisect_left(self.times, first) : bisect_right(self.times, last)]

    def last_by(self, ts: int) -> Point | None:
        count = self.until(ts)
        return self.points[count - 1] if count else None

    def first_after(self, ts: int) -> Point | None:
        count = self.until(ts)
        return self.points[count] if count < len(self.points) else None

    @cached_property
    def dense(self) -> bool:
        """Whether the feed numbers its ticks without leaving out any: unless most leave some out."""
        skipped = sum(self._skipped(n) > 0 for n in range(len(self.points) - 1))
        return len(self.points) - 1 < _FEW or skipped * 2 <= len(self.points) - 1

    def _skipped(self, place: int) -> int:
        """How many numbers are neither here nor silent between this tick and the next one."""
        first, last = self.points[place].seq, self.points[place + 1].seq
        if last - first <= 1:
            return 0
        known = bisect_left(self.silent, last) - bisect_right(self.silent, first) if self.silent else 0
        return last - first - 1 - known

    def lost(self, first: int, last: int) -> int:
        """How many numbers are missing from the tick of one place to that of another."""
        if not self.dense:
            return 0
        return sum(self._skipped(place) for place in range(max(first, 0), min(last, len(self.points) - 1)))

    def lacks_around(self, ts: int) -> int:
        """How many numbers are missing from the last tick before this moment to the first one after it."""
        return self.lost(bisect_left(self.times, ts) - 1, self.until(ts))

    @cached_property
    def usual_gap(self) -> int:
        """The median time from tick to tick, in ms."""
        waits = sorted(self.times[n + 1] - self.times[n] for n in range(len(self.times) - 1))
        return waits[len(waits) // 2] if waits else 0


def tapes(ticks: Iterable[Tick], basis: str) -> dict[str, Tape]:
    """The tape of each feed; what gives no price on this basis is left out."""
    points: dict[str, dict[int, Point]] = {}
    silent: dict[str, set[int]] = {}
    for tick in ticks:
        price = tick.price(basis)
        feed = points.setdefault(tick.feed_id, {})
        if price is None:
            silent.setdefault(tick.feed_id, set()).add(tick.seq)
            continue
        width = None
        if basis == "mid" and tick.bid is not None and tick.ask is not None:
            width = tick.ask - tick.bid
        feed[tick.seq] = Point(tick.ts_ms, tick.seq, price, width)
    return {feed: Tape(feed, found.values(), silent.get(feed, ())) for feed, found in points.items()}


def bounded(lines: TextIO, name: str = "ticks") -> Iterator[str]:
    """The lines of a file, none longer than any row can be. Raises `Refused`."""
    number = 0
    while line := lines.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise Refused([(f"{name}:{number}", "too_long")])
        yield line


def read(lines: Iterable[str], name: str = "ticks", most: int = MOST) -> Iterator[Tick]:
    """The ticks of a CSV with `HEADER`. Raises `Refused` that names lines and columns.

    The same row twice counts once; two different rows with one feed and sequence are a contradiction.
    """
    faults: list[tuple[str, str]] = []
    seen: dict[tuple[str, int], Tick] = {}
    number = 0
    try:
        # One line is one row: a quoted line break would let a row grow without end.
        for number, line in enumerate(lines, 1):
            if number > most + 1:
                raise Refused([(f"{name}:{number}", "too_many")])
            row = next(csv.reader([line], strict=True), [])
            if number == 1:
                _header(row, name)
            elif row and (tick := _tick(row, f"{name}:{number}", faults)):
                known = seen.setdefault((tick.feed_id, tick.seq), tick)
                if known is tick:
                    yield tick
                elif known != tick:
                    faults.append((f"{name}:{number} seq", "contradiction"))
            if len(faults) >= MOST_FAULTS:
                break
    except csv.Error:
        faults.append((f"{name}:{number}", "not_csv"))
    except UnicodeError:  # the line could not even be read
        faults.append((f"{name}:{number + 1}", "not_csv"))
    if not number and not faults:
        faults.append((f"{name}:1", "header"))
    if faults:
        raise Refused(faults)


def _header(row: list[str], name: str) -> None:
    header = [cell.strip(" ") for cell in row]
    header[:1] = [cell.removeprefix("\ufeff") for cell in header[:1]]
    if header != HEADER:
        raise Refused([(f"{name}:1", "header")])


def merged(ticks: Iterable[Tick]) -> list[Tick]:
    """Every tick once. Raises `Refused` where two say different things of one feed and sequence."""
    known: dict[tuple[str, int], Tick] = {}
    for tick in ticks:
        if known.setdefault((tick.feed_id, tick.seq), tick) != tick:
            raise Refused([(f"ticks {tick.feed_id} {tick.seq}", "contradiction")])
    return list(known.values())


def _tick(row: list[str], where: str, faults: list[tuple[str, str]]) -> Tick | None:
    if len(row) != len(HEADER):
        faults.append((where, "columns"))
        return None
    cells, wrong = dict(zip(HEADER, (cell.strip(" ") for cell in row), strict=True)), len(faults)
    kinds = {"feed_id": TEXT, "seq": SEQ, "ts_ms": MS, "bid": POSITIVE, "ask": POSITIVE, "last": POSITIVE}
    values: dict[str, Any] = {}
    for column, kind in kinds.items():
        cell = cells[column]
        try:
            if column in ("seq", "ts_ms"):
                values[column] = kind.read(
                    int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 20 else None
                )
            elif cell or column == "feed_id":
                values[column] = kind.read(cell)
        except Wrong as error:
            faults.append((f"{where} {column}", str(error)))
    if len(faults) > wrong:
        return None
    if values.keys().isdisjoint({"bid", "ask", "last"}):
        faults.append((where, "no_price"))
        return None
    return Tick(**values)
