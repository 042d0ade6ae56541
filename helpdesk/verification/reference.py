"""What others quoted: the composite of several feeds, and the box of all prices around a moment.

Composite: with three sources or more the median, without those further than 3 % from it or older than 5 s,
and the mean of the rest (the practice of exchanges' index prices); two are averaged and called weak.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .ticks import Tape

OLDEST = 5_000
FURTHEST = Decimal("0.03")
FEWEST = 4  # prices a box is drawn from


@dataclass(frozen=True, slots=True)
class Composite:
    """A reference price, and how good it is: composite, weak or single."""

    price: Decimal
    grade: str
    sources: tuple[str, ...]


def composite(tapes: Sequence[Tape], ts: int) -> Composite | None:
    """What the feeds quoted at this moment; None when all are silent."""
    quoted: list[tuple[str, Decimal]] = []
    for tape in tapes:
        point = tape.last_by(ts)
        if point is not None and ts - point.ts <= OLDEST:
            quoted.append((tape.feed_id, point.price))
    if not quoted:
        return None
    if len(quoted) < 3:
        grade = "single" if len(quoted) == 1 else "weak"
        return Composite(_mean([price for _feed, price in quoted]), grade, tuple(feed for feed, _ in quoted))
    middle = median([price for _feed, price in quoted])
    near = [(feed, price) for feed, price in quoted if abs(price - middle) <= middle * FURTHEST]
    if not near:  # an even number of sources that are all far apart
        return Composite(middle, "weak", tuple(feed for feed, _ in quoted))
    return Composite(_mean([price for _feed, price in near]), "composite", tuple(feed for feed, _ in near))


def _mean(prices: Sequence[Decimal]) -> Decimal:
    return sum(prices, Decimal(0)) / len(prices)


def median(prices: Sequence[Decimal]) -> Decimal:
    """The middle one, or the mean of the two in the middle."""
    return quantile(sorted(prices), 2, 4)


def quantile(ordered: Sequence[Decimal], part: int, of: int) -> Decimal:
    """A quantile of sorted prices, interpolated between neighbours (R-7, as spreadsheets do it)."""
    place, rest = divmod((len(ordered) - 1) * part, of)
    if not rest:
        return ordered[place]
    return ordered[place] + (ordered[place + 1] - ordered[place]) * rest / of


@dataclass(frozen=True, slots=True)
class Box:
    """Five numbers of the prices around a moment."""

    low: Decimal
    first: Decimal
    middle: Decimal
    third: Decimal
    high: Decimal

    def grade(self, price: Decimal) -> str:
        """Where a price lies: inside the box, the range, the whiskers, or nowhere near."""
        if self.first <= price <= self.third:
            return "inside_box"
        if self.low <= price <= self.high:
            return "inside_range"
        reach = (self.third - self.first) * 3 / 2
        near = self.first - reach <= price <= self.third + reach
        return "outside_range" if near else "outlier"


def box(prices: Sequence[Decimal]) -> Box | None:
    """The box plot of these prices; None for fewer than four, which say nothing about spread."""
    if len(prices) < FEWEST:
        return None
    ordered = sorted(prices)
    return Box(*(quantile(ordered, part, 4) for part in range(5)))
