"""C9 and C10: where a position had to be liquidated, at which mark, and what its funding cost."""

from decimal import Decimal
from typing import Any

from .. import money
from ..case import Case
from ..records import Futures
from ..reference import composite, median
from ..verdicts import Finding, Verdict, elsewhere, match, mismatch, together, unknown
from . import check, fills

_SHOWN_OFF = Decimal("0.001")  # 0.1 %
_STAMP_MS = 60_000  # a funding fee is booked within the minute of its stamp
_LARGE = 50  # digits before the point, beyond which nothing is an amount


def _lacking(record: Futures, *names: str) -> list[str]:
    return [name for name in names if getattr(record, name) is None]


def liquidation_price(record: Futures) -> Decimal | list[str]:
    """P* of a linear isolated position, fees ignored: where equity is m·Q·P.

    Long (E·Q − M)/(Q(1 − m)), short (E·Q + M)/(Q(1 + m)); at nothing or below, a long cannot be liquidated.
    """
    needed = ("contract", "margin_mode", "position_side", "entry_price", "margin", "maintenance_rate")
    if lacking := _lacking(record, *needed):
        return lacking
    entry, margin, rate, held = record.entry_price, record.margin, record.maintenance_rate, record.position
    if not held or entry is None or margin is None or rate is None:
        return ["qty"]
    if record.contract != "linear":
        return ["formula_of_inverse"]
    if record.margin_mode != "isolated":
        return ["whole_account"]
    if rate >= 1:
        return ["maintenance_rate_below_one"]
    sign = 1 if record.position_side == "long" else -1
    return (entry * held - sign * margin) / (held * (1 - sign * rate))


def mark(case: Case, record: Futures) -> tuple[Decimal | None, dict[str, Any]]:
    """The typical mark: median of index·(1 + funding basis), index + moving average of the basis, last.

    The index is the composite of 4.2 where feeds were quoting at that moment, else the record's.
    """
    index, source = _index(case, record)
    last = _last(case, record)
    given = {
        "index_price": index, "funding_basis": record.funding_basis, "basis_average": record.basis_average,
        "last_price": last,
    }  # fmt: skip
    figures: dict[str, Any] = {**given, "index_from": source if index is not None else None}
    basis, mean = record.funding_basis, record.basis_average
    if index is None or basis is None or mean is None or last is None:
        return None, figures | {"mark_needs": [name for name, value in given.items() if value is None]}
    return median([index * (1 + basis), index + mean, last]), figures


def _index(case: Case, record: Futures) -> tuple[Decimal | None, str]:
    at = record.ended_at
    sources = [tape for tape in case.tapes.values() if tape and tape.feed_id != record.feed_id]
    found = composite(sources, at) if at is not None else None
    return (found.price, found.grade) if found else (record.index_price, "record")


def _last(case: Case, record: Futures) -> Decimal | None:
    own, at = fills.prints(case), record.ended_at
    if own is None or at is None or not own.covers(at) or own.lacks_around(at):
        return record.last_price
    point = own.last_by(at)
    return point.price if point else record.last_price


@check("C9", decides=True)
def liquidates_at(case: Case) -> Finding:
    """Liquidation (4.3): the recomputed mark had crossed P*, and the price shown is within 0.1 % of it."""
    record = case.record
    if not isinstance(record, Futures) or not (record.was_liquidated or record.liq_price_shown is not None):
        return elsewhere()
    bound = liquidation_price(record)
    if isinstance(bound, list):
        return unknown(*bound, liquidated=record.was_liquidated)
    parts = {"shown": _shown(record, bound), "crossed": _crossed(case, record, bound)}
    return together(parts, liquidation_price=_figure(bound), liquidated=record.was_liquidated)


def _figure(price: Decimal) -> Decimal:
    return price if price.adjusted() > _LARGE else price.quantize(Decimal(1).scaleb(-18)).normalize()


def _shown(record: Futures, bound: Decimal) -> Finding:
    shown = record.liq_price_shown
    if shown is None:
        return elsewhere()
    figures: dict[str, Any] = {"shown": shown, "off_limit_percent": _SHOWN_OFF * 100}
    if bound <= 0:
        return mismatch(**figures, shown_reason="cannot_be_liquidated")
    off = abs(shown - bound) / bound
    figures["off_percent"] = (off * 100).quantize(Decimal("0.0001")) if off.adjusted() < _LARGE else None
    return (mismatch if off > _SHOWN_OFF else match)(**figures)


def _crossed(case: Case, record: Futures, bound: Decimal) -> Finding:
    """Whether what triggers (the mark, unless the record says otherwise) had reached P*."""
    if not record.was_liquidated:
        return elsewhere()
    recomputed, figures = mark(case, record)
    by = record.trigger or "mark"
    price = {"mark": recomputed, "index": figures["index_price"], "last": figures["last_price"]}[by]
    figures |= {
        "trigger": by, "mark_recomputed": None if recomputed is None else _figure(recomputed),
        "mark_price": record.mark_price, "liquidated_at": record.ended_at,
    }  # fmt: skip
    sign = 1 if record.position_side == "long" else -1

    def reached(found: Decimal) -> bool:
        return sign * (found - bound) <= 0

    if price is not None:
        return (match if reached(price) else mismatch)(
            **figures, crossed_reason=None if reached(price) else "not_crossed"
        )
    if by == "mark" and record.mark_price is not None and not reached(record.mark_price):
        # By the platform's own mark it was not due; what that mark is made of does not matter.
        return mismatch(**figures, crossed_reason="recorded_mark_not_crossed")
    return unknown(*(figures["mark_needs"] if by == "mark" else [f"{by}_price"]), **figures)


def funding_due(record: Futures) -> Decimal | list[str]:
    """Q·mark·rate at the stamp: a long pays when the rate is above nothing, a short receives."""
    if lacking := _lacking(record, "contract", "position_side", "funding_rate"):
        return lacking
    if record.contract != "linear":
        return ["formula_of_inverse"]
    # The mark of a liquidation is of another moment.
    price = record.funding_mark_price or (None if record.was_liquidated else record.mark_price)
    held, rate = record.position, record.funding_rate
    if not held or price is None or rate is None:
        return ["funding_mark_price" if held else "qty"]
    due = held * price * rate * (1 if record.position_side == "long" else -1)
    return due if due.adjusted() < _LARGE else ["amount_in_range"]


def _open_at(record: Futures, stamp: int) -> bool | str:
    """Whether the position was open at the stamp, or what would be needed to say so.

    Opened at that very moment it was; ended at that very moment it was, too.
    """
    if record.ended_at is not None and record.ended_at < stamp:
        return False
    if record.began_at is None:
        return "opened_at"
    if record.began_at > stamp:
        return False
    return True if record.ended_at is not None or record.position_status == "open" else "closed_at"


@check("C10", decides=True)
def funds(case: Case) -> Finding:
    """Funding (4.3): fee = Q·mark·rate, a long pays at a rate above nothing, only if open at the stamp."""
    record = case.record
    asked = ("funding_rate", "funding_at", "funding_fee")
    if not isinstance(record, Futures) or len(_lacking(record, *asked)) == len(asked):
        return elsewhere()
    stamp, fee, at = record.funding_at, record.funding_fee, record.funding_fee_at
    if stamp is None:
        return unknown("funding_at", fee=fee)
    opened = _open_at(record, stamp)
    figures: dict[str, Any] = {"fee": fee, "stamp": stamp, "rate": record.funding_rate}
    if isinstance(opened, str):
        return unknown(opened, **figures)
    due = funding_due(record) if opened else Decimal(0)
    if isinstance(due, list):
        return unknown(*due, **figures)
    places = _places(case, fee)
    due = money.rounded(due, places, case.rounding)
    figures |= {"due": due, "open_at_stamp": opened, "booked_at": at}
    if fee is None:
        return unknown("funding_fee", **figures)
    if reason := _unlike(due, fee, places) or (_mistimed(stamp, at) if fee else None):
        return mismatch(**figures, reason=reason, difference=due - fee)
    return match(**figures)


def _places(case: Case, fee: Decimal | None) -> int:
    """The currency's decimals, or where it is not told those the fee is written with."""
    known = case.record.account_currency or case.record.currency_decimals is not None
    return case.decimals if known else max(case.decimals, fills.places_of(fee or Decimal(0)))


def _unlike(due: Decimal, fee: Decimal, places: int) -> str | None:
    if abs(due - fee) < Decimal(1).scaleb(-places):
        return None
    return "sign" if due * fee < 0 else ("sum" if due else "not_open")


def _mistimed(stamp: int, at: int | None) -> str | None:
    return "time" if at is not None and not stamp <= at <= stamp + _STAMP_MS else None


def again(case: Case) -> dict[str, Any]:
    """As of any order; 4.3 defines no sum for a wrongful liquidation or funding, so none is proposed."""
    found = fills.again(case)
    record = case.record
    if not isinstance(record, Futures):
        return found
    bound, due = liquidation_price(record), funding_due(record)
    told = found["recomputed"] | {
        "liquidation_price": None if isinstance(bound, list) else _figure(bound),
        "funding_fee": None if isinstance(due, list) else money.rounded(due, case.decimals, case.rounding),
    }
    answers = {str(one.verdict) for one in (liquidates_at(case), funds(case))}
    open_or_wrong = {str(Verdict.MISMATCH), str(Verdict.UNKNOWN)} & answers
    return {"recomputed": told, "difference": None if open_or_wrong else found["difference"]}
