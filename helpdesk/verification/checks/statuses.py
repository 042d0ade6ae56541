"""Whether the words and moments of an order can follow one another, and fit what was filled (C8)."""

from decimal import Decimal

from ..records import Order
from ..records.orders import STATUSES
from ..verdicts import Finding, match, mismatch, unknown

_RANKS = {"new": 0, "partially_filled": 1, "filled": 2, "cancelled": 2, "rejected": 2, "expired": 2}


def statuses_fit(order: Order, filled: Decimal) -> Finding:
    """Forward only, one end; nothing filled before acceptance, after the end, or against the last word."""
    history = [(row.at, STATUSES.get(row.status.lower()), row.status) for row in order.status_history or ()]
    said = [word for _at, _known, word in history] + ([order.status] if order.status else [])
    strange = sorted({word for word in said if word.lower() not in STATUSES})
    steps = sorted((at, _RANKS[known], known) for at, known, _word in history if known)
    last = STATUSES.get((order.status or "").lower()) or (
        steps[-1][2] if steps and not order.status else None
    )
    if reason := _backwards(steps) or _untimely(order, steps) or _against(order, last, filled):
        return mismatch(status=last, status_reason=reason)
    if not said:
        return unknown("status")
    if strange:
        return unknown("status_meaning", unknown_statuses=strange[:20])
    return match(status=last)


def _backwards(steps: list[tuple[int, int, str]]) -> str | None:
    ranks = [rank for _at, rank, _word in steps]
    ends = {word for _at, rank, word in steps if rank == 2}
    return "status_backwards" if ranks != sorted(ranks) or len(ends) > 1 else None


def _untimely(order: Order, steps: list[tuple[int, int, str]]) -> str | None:
    times = [fill.executed_at for fill in order.fills or () if fill.executed_at is not None]
    if times and order.accepted_at is not None and min(times) < order.accepted_at:
        return "filled_before_accepted"
    ended = [at for at, rank, _word in steps if rank == 2]
    return "filled_after_end" if times and ended and max(times) > ended[-1] else None


def _against(order: Order, last: str | None, filled: Decimal) -> str | None:
    """A last word that what was filled cannot bear out."""
    qty = order.qty or None
    match last:
        case "new" | "rejected":
            wrong = filled > 0
        case "partially_filled":
            wrong = filled == 0 or (qty is not None and filled >= qty)
        case "filled":
            wrong = filled == 0 or (qty is not None and filled < qty)
        case "cancelled" | "expired":
            wrong = qty is not None and filled >= qty
        case _:
            wrong = False
    return "status_against_fills" if wrong else None
