"""The tape of one feed: what it quoted, when, in which order, and where something is missing."""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from .values import MS, POSITIVE, SEQ, TEXT, Refused, Wrong

HEADER = ["feed_id", "seq", "ts_ms", "bid", "ask", "last"]
MOST_FAULTS = 50


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
    """A tick as one basis sees it."""

    ts: int
    seq: int
    price: Decimal


class Tape:
    """All ticks of one feed on one basis, in order of time and then of sequence."""

    def __init__(self, feed_id: str, points: Iterable[Point]):
        self.feed_id = feed_id
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
        """Whether the feed numbers its ticks without leaving out any: most follow the one before."""
        steps = [self.points[n + 1].seq - self.points[n].seq for n in range(len(self.points) - 1)]
        return bool(steps) and sum(step == 1 for step in steps) * 2 > len(steps)

    def lacks_around(self, ts: int) -> int:
        """How many numbers are missing between the last tick by then and the first one after it."""
        before, after = self.last_by(ts), self.first_after(ts)
        if before is None or after is None or not self.dense:
            return 0
        return max(after.seq - before.seq - 1, 0)

    @cached_property
    def usual_gap(self) -> int:
        """The median time from tick to tick, in ms."""
        waits = sorted(self.times[n + 1] - self.times[n] for n in range(len(self.times) - 1))
        return waits[len(waits) // 2] if waits else 0


def tapes(ticks: Iterable[Tick], basis: str) -> dict[str, Tape]:
    """The tape of each feed; what gives no price on this basis is left out."""
    points: dict[str, dict[int, Point]] = {}
    for tick in ticks:
        price = tick.price(basis)
        feed = points.setdefault(tick.feed_id, {})
        if price is not None:
            feed[tick.seq] = Point(tick.ts_ms, tick.seq, price)
    return {feed: Tape(feed, found.values()) for feed, found in points.items()}


def read(lines: Iterable[str], name: str = "ticks") -> Iterator[Tick]:
    """The ticks of a CSV with `HEADER`. Raises `Refused` that names lines and columns.

    The same row twice counts once; two different rows with one feed and sequence are a contradiction.
    """
    rows = csv.reader(lines, strict=True)
    faults: list[tuple[str, str]] = []
    seen: dict[tuple[str, int], Tick] = {}
    try:
        header = [cell.strip() for cell in next(rows, [])]
        if header and header[0].startswith("\ufeff"):
            header[0] = header[0][1:]
        if header != HEADER:
            raise Refused([(f"{name}:1", "header")])
        for row in rows:
            if len(faults) >= MOST_FAULTS:
                break
            if not row:
                continue
            where = f"{name}:{rows.line_num}"
            tick = _tick(row, where, faults)
            if tick is None:
                continue
            known = seen.setdefault((tick.feed_id, tick.seq), tick)
            if known is tick:
                yield tick
            elif known != tick:
                faults.append((f"{where} seq", "contradiction"))
    except (csv.Error, UnicodeDecodeError):
        faults.append((f"{name}:{rows.line_num}", "columns"))
    if faults:
        raise Refused(faults)


def merged(ticks: Iterable[Tick]) -> list[Tick]:
    """Every tick once. Raises `Refused` where two say different things of one feed and sequence."""
    known: dict[tuple[str, int], Tick] = {}
    for tick in ticks:
        if known.setdefault((tick.feed_id, tick.seq), tick) != tick:
            raise Refused([(f"ticks {tick.feed_id} {tick.seq}"[:120], "contradiction")])
    return list(known.values())


def _tick(row: list[str], where: str, faults: list[tuple[str, str]]) -> Tick | None:
    if len(row) != len(HEADER):
        faults.append((where, "columns"))
        return None
    cells, wrong = dict(zip(HEADER, (cell.strip() for cell in row), strict=True)), len(faults)
    kinds = {"feed_id": TEXT, "seq": SEQ, "ts_ms": MS, "bid": POSITIVE, "ask": POSITIVE, "last": POSITIVE}
    values: dict[str, object] = {}
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
    return Tick(**values)  # type: ignore[arg-type]
