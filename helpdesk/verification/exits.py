"""Which tick the terms select at expiry, and the price they settle at.

Rules: `last_at_or_before` the greatest (time, sequence) at or before expiry; `first_after` the smallest after
it; `trimmed_mean` as Nadex publishes it; `path` the first tick after entry that reaches the barrier, or else
the last at or before expiry.
"""

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .markets import market_of
from .money import rounded
from .records import Binary
from .ticks import Point, Tape

_TEN_SECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Exit:
    """What the terms select; `missing` tells why nothing can be selected."""

    price: Decimal | None = None
    point: Point | None = None
    missing: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)
    touched: bool = False  # the barrier was reached there


def select(record: Binary, tape: Tape | None, silent: str = "ticks") -> Exit:
    """The exit by the record's rule on this tape; `silent` is why there is none."""
    lacking = [name for name in ("exit_rule", "expiry_at") if getattr(record, name) is None]
    if tape is None:
        lacking.append(silent)
    if lacking or tape is None or record.expiry_at is None:
        return Exit(missing=tuple(lacking))
    if not tape.covers(record.expiry_at):
        return Exit(
            missing=("ticks_around_expiry",), figures={"tape_from": tape.start, "tape_until": tape.end}
        )
    match record.exit_rule:
        case "first_after":
            return _first_after(tape, record.expiry_at)
        case "trimmed_mean":
            return trimmed_mean(record, tape, record.expiry_at)
        case "path":
            return _path(record, tape, record.expiry_at)
        case _:
            return _last(tape, record.expiry_at)


def _last(tape: Tape, expiry: int) -> Exit:
    point = tape.last_by(expiry)
    if point is None:
        return Exit(missing=("ticks_around_expiry",))
    if lost := tape.lost(tape.until(expiry) - 1, tape.until(expiry)):
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost, "after_seq": point.seq})
    return Exit(point.price, point)


def _first_after(tape: Tape, expiry: int) -> Exit:
    point = tape.first_after(expiry)
    if point is None:
        return Exit(missing=("ticks_after_expiry",))
    if lost := tape.lost(tape.until(expiry) - 1, tape.until(expiry)):
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost, "before_seq": point.seq})
    return Exit(point.price, point)


def _path(record: Binary, tape: Tape, expiry: int) -> Exit:
    reached = first_touch(record, tape, expiry)
    if isinstance(reached, Exit):
        return reached
    if reached is None:
        return _last(tape, expiry)
    if lost := _lost_on_the_way(record, tape, reached.ts):
        # Reached it was, but perhaps in one of these before.
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost, "before_seq": reached.seq})
    return Exit(reached.price, reached, touched=True)


def _lost_on_the_way(record: Binary, tape: Tape, until: int) -> int:
    """How many numbers are missing from the entry tick to the first tick after this moment."""
    at, seq = record.entry_tick_at or 0, record.entry_tick_seq
    first, after = bisect_left(tape.times, at), tape.until(at)
    entry = next((n for n in range(first, after) if tape.points[n].seq == seq), after - 1)
    return tape.lost(entry, tape.until(until))


def after_entry(record: Binary, tape: Tape) -> int | Exit:
    """The place of the first tick that comes after the entry tick, or an `Exit` that says what lacks."""
    at, seq = record.entry_tick_at, record.entry_tick_seq
    if at is None:
        return Exit(missing=("entry_tick_at",))
    if not len(tape) or tape.start > at:
        return Exit(missing=("ticks_from_entry",), figures={"tape_from": tape.start} if len(tape) else {})
    place = tape.until(at)
    if seq is None:
        # Of two ticks in one millisecond either could be the entry.
        twice = place > 1 and tape.times[place - 2] == at
        return Exit(missing=("entry_tick_seq",)) if twice else place
    while place and tape.times[place - 1] == at and tape.points[place - 1].seq > seq:
        place -= 1
    return place


def first_touch(record: Binary, tape: Tape, expiry: int) -> Point | Exit | None:
    """The first tick in (entry, expiry] at the barrier or beyond; None, or an `Exit` that says what lacks."""
    barrier, entry = record.strike, record.entry_tick_price
    first = after_entry(record, tape)
    if barrier is None or entry is None:
        names = {"strike": barrier, "entry_tick_price": entry, "entry_tick_at": record.entry_tick_at}
        return Exit(missing=tuple(name for name, value in names.items() if value is None))
    if isinstance(first, Exit):
        return first
    for point in tape.points[first : tape.until(expiry)]:
        if point.price >= barrier > entry or point.price <= barrier < entry or point.price == barrier:
            return point
    if lost := _lost_on_the_way(record, tape, expiry):
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost})
    return None


def trimmed_mean(record: Binary, tape: Tape, expiry: int) -> Exit:
    """Nadex's settlement, at one decimal more than the market's.

    Futures-based: 25 trades or more in the last 10 s, all of them without the highest and the lowest 20 %;
    otherwise the last 25 without five and five. FX: midpoints at most 10 pips wide, of the last 10 s if there
    are ten, else the last ten, without 30 % and 30 %. Shares are rounded down; ten seconds are those
    after (expiry - 10 s), up to expiry itself.
    """
    if record.price_decimals is None:
        return Exit(missing=("price_decimals",))
    money = market_of(record).name.startswith("fx")
    fx = money or record.price_basis == "mid"
    if fx and not record.symbol:  # a pip of what?
        return Exit(missing=("symbol",))
    widest = _ten_pips(record) if money else None
    end, since = tape.until(expiry), tape.until(expiry - _TEN_SECONDS)
    need, share = (10, 3) if fx else (25, 2)
    taken = [n for n in range(since, end) if _narrow(tape.points[n], widest)]
    if not (many := len(taken) >= need):
        back = (n for n in range(end - 1, -1, -1) if _narrow(tape.points[n], widest))
        taken = sorted(itertools.islice(back, need))
    cut = len(taken) * share // 10
    figures: dict[str, Any] = {"ticks": len(taken), "needed": need}
    if len(taken) < need or (many and not since):  # not even one tick before: there may have been more
        return Exit(missing=("ticks_for_mean",), figures=figures | {"tape_from": tape.start})
    if lost := tape.lost(since - 1 if many else taken[0], end):
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost})
    kept = sorted(tape.points[n].price for n in taken)[cut : len(taken) - cut]
    price = rounded(_mean(kept), record.price_decimals + 1)
    figures |= {"dropped_each_end": cut, "averaged": len(kept), "recomputed_price": price}
    return Exit(price, figures=figures)


def _narrow(point: Point, widest: Decimal | None) -> bool:
    return widest is None or point.width is None or point.width <= widest


def _ten_pips(record: Binary) -> Decimal:
    """Ten pips: a pip is the second decimal of a price in yen, the fourth of any other."""
    symbol = re.sub(r"[^A-Z]", "", (record.symbol or "").upper())
    return Decimal("0.1") if symbol.endswith("JPY") else Decimal("0.001")


def _mean(prices: Sequence[Decimal]) -> Decimal:
    return sum(prices, Decimal(0)) / len(prices)
