"""C3: whether the entry price was really quoted, and how far it lies from what others quoted."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..case import Case
from ..money import rounded
from ..records import Binary
from ..reference import Box, Composite, box, composite
from ..ticks import Tape
from ..verdicts import Finding, elsewhere, match, mismatch, unknown
from . import check

_BPS = Decimal(10_000)
_SHOWN = Decimal("0.0001")
_LEAST = Decimal(1).scaleb(-18)


def bps(price: Decimal, reference: Decimal) -> Decimal:
    """By how many hundredths of a per cent a price lies above its reference."""
    return ((price - reference) / reference * _BPS).quantize(_SHOWN)


def compared(case: Case, price: Decimal, at: int) -> dict[str, Any]:
    """The price beside its reference and its box: of the other feeds where there are any, else of its own."""
    around, reference = case.market.window_ms, composite(case.others, at)
    others = case.others if reference else []  # where all others are silent, its own feed is all there is
    tapes = others or ([case.own] if case.own else [])
    prices = [point.price for tape in tapes for point in tape.between(at - around, at + around)]
    figures: dict[str, Any] = {
        "price": price,
        "at": at,
        "window_ms": around,
        "limit_bps": case.market.deviation_bps,
        "limits": case.limits,
    }
    if reference := reference or composite(tapes, at):
        figures |= _off(case, price, reference)
    figures["reference_grade"] = reference.grade if others and reference else "single"
    figures["box"] = _drawn(found, price) if (found := box(prices)) else None
    return figures


def _off(case: Case, price: Decimal, reference: Composite) -> dict[str, Any]:
    size = getattr(case.record, "tick_size", None)
    return {
        "reference": _short(reference.price), "sources": list(reference.sources),
        "dev_bps": bps(price, reference.price),
        "dev_points": ((price - reference.price) / size).quantize(_SHOWN) if size else None,
    }  # fmt: skip


def _short(price: Decimal) -> Decimal:
    """A mean need not end; nobody reads more than 18 decimals."""
    short = price.quantize(_LEAST)
    return price if short == price else short


def _drawn(found: Box, price: Decimal) -> dict[str, Any]:
    return {
        "low": found.low, "q1": found.first, "median": found.middle, "q3": found.third, "high": found.high,
        "grade": found.grade(price),
    }  # fmt: skip


def too_far(figures: dict[str, Any]) -> str | None:
    """Why a compared price cannot stand: an outlier of the box, or over the limit."""
    if (figures.get("box") or {}).get("grade") == "outlier":
        return "outlier"
    dev = figures.get("dev_bps")
    return "over_limit" if dev is not None and abs(dev) > figures["limit_bps"] else None


# How C3 is asked of other products, by whoever knows their prices.
OTHERS: dict[str, Callable[[Case], Finding]] = {}


@check("C3", decides=True)
def entered_at(case: Case) -> Finding:
    """The entry tick is on the tape, within the market's limit of the reference, and no outlier."""
    record = case.record
    if not isinstance(record, Binary):
        return OTHERS[record.product](case) if record.product in OTHERS else elsewhere()
    price, at, seq = record.entry_tick_price, record.entry_tick_at, record.entry_tick_seq
    if price is None or at is None:
        return unknown(
            *[name for name in ("entry_tick_at", "entry_tick_price") if getattr(record, name) is None]
        )
    tape = case.own
    if tape is None or not tape.covers(at):
        return unknown(case.silent if tape is None else "ticks_around_entry", price=price, at=at)
    figures = {"on_tape": _on(tape, at, seq, price, record.price_decimals)} | compared(case, price, at)
    if not figures["on_tape"]:
        if lost := tape.lacks_around(at):
            return unknown("ticks_in_sequence", sequence_gap=lost, **figures)
        return mismatch(**figures, reason="not_on_tape")
    reason = too_far(figures)
    return mismatch(**figures, reason=reason) if reason else match(**figures)


def _on(tape: Tape, at: int, seq: int | None, price: Decimal, places: int | None) -> bool:
    return any(
        seq in (None, point.seq) and _same(price, point.price, places) for point in tape.between(at, at)
    )


def _same(one: Decimal, other: Decimal, places: int | None) -> bool:
    """At the decimals shown: the middle of bid and ask has one more."""
    return one == other if places is None else rounded(one, places) == rounded(other, places)
