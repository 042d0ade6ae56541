"""Which tick the terms select at expiry, and the price they settle at.

Rules: `last_at_or_before` the greatest (time, sequence) at or before expiry; `first_after` the smallest after
it; `trimmed_mean` as Nadex publishes it; `path` the first tick after entry that reaches the barrier, or else
the last at or before expiry.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

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


def select(record: Binary, tape: Tape | None) -> Exit:
    """The exit by the record's rule on this tape."""
    lacking = [name for name in ("exit_rule", "expiry_at") if getattr(record, name) is None]
    if tape is None:
        lacking.append("ticks")
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
    if lost := tape.lacks_around(expiry):
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost, "after_seq": point.seq})
    return Exit(point.price, point)


def _first_after(tape: Tape, expiry: int) -> Exit:
    point = tape.first_after(expiry)
    if point is None:
        return Exit(missing=("ticks_after_expiry",))
    if lost := tape.lacks_around(expiry):
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost, "before_seq": point.seq})
    return Exit(point.price, point)


def _path(record: Binary, tape: Tape, expiry: int) -> Exit:
    reached = first_touch(record, tape, expiry)
    if isinstance(reached, Exit):
        return reached
    return Exit(reached.price, reached, touched=True) if reached else _last(tape, expiry)


def first_touch(record: Binary, tape: Tape, expiry: int) -> Point | Exit | None:
    """The first tick in (entry, expiry] at the barrier or beyond; None, or an `Exit` that says what lacks."""
    barrier, entry, at = record.strike, record.entry_tick_price, record.entry_tick_at
    names = {"strike": barrier, "entry_tick_price": entry, "entry_tick_at": at}
    if barrier is None or entry is None or at is None:
        return Exit(missing=tuple(name for name, value in names.items() if value is None))
    if tape.start > at:
        return Exit(missing=("ticks_from_entry",), figures={"tape_from": tape.start})
    seq = record.entry_tick_seq
    points = [
        point for point in tape.between(at, expiry) if point.ts > at or (seq is not None and point.seq > seq)
    ]
    for point in points:
        if point.price >= barrier > entry or point.price <= barrier < entry or point.price == barrier:
            return point
    steps = [b.seq - a.seq for a, b in itertools.pairwise(points)]
    if tape.dense and any(step > 1 for step in steps):
        return Exit(
            missing=("ticks_in_sequence",), figures={"sequence_gap": sum(s - 1 for s in steps if s > 1)}
        )
    return None


def trimmed_mean(record: Binary, tape: Tape, expiry: int) -> Exit:
    """Nadex's settlement, at one decimal more than the market's.

    Futures-based: 25 trades or more in the last 10 s, all of them without the highest and the lowest 20 %;
    otherwise the last 25 without five and five. FX: midpoints of the last 10 s if there are ten, else the
    last ten, without 30 % and 30 %.
    """
    if record.price_decimals is None:
        return Exit(missing=("price_decimals",))
    before = tape.points[: tape.until(expiry)]
    recent = [point for point in before if point.ts > expiry - _TEN_SECONDS]
    fx = (record.market or "").startswith("fx") or record.price_basis == "mid"
    need, share = (10, 3) if fx else (25, 2)
    if len(recent) >= need:
        taken, cut = recent, len(recent) * share // 10
    else:
        taken = list(before[-need:])
        cut = 3 if fx else 5
    if len(taken) < need:
        return Exit(missing=("ticks_for_mean",), figures={"ticks": len(taken), "needed": need})
    numbers = [point.seq for point in taken]
    if tape.dense and (lost := max(numbers) - min(numbers) + 1 - len(numbers)) > 0:
        return Exit(missing=("ticks_in_sequence",), figures={"sequence_gap": lost})
    kept = sorted(point.price for point in taken)[cut : len(taken) - cut]
    price = rounded(_mean(kept), record.price_decimals + 1)
    figures = {"ticks": len(taken), "dropped_each_end": cut, "averaged": len(kept), "recomputed_price": price}
    return Exit(price, figures=figures)


def _mean(prices: Sequence[Decimal]) -> Decimal:
    return sum(prices, Decimal(0)) / len(prices)
