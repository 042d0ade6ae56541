"""C3, C7 and C8 of spot and futures orders: each fill's price, what was slipped, and whether fills add up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

from .. import money
from ..case import Case
from ..records import Futures, Order
from ..records.orders import LIMITED, MARKET, Fill
from ..reference import composite
from ..ticks import Tape, tapes
from ..verdicts import Finding, Verdict, elsewhere, match, mismatch, together, unknown
from . import check, prices
from .statuses import statuses_fit

_BPS = Decimal(10_000)
_SHOWN = Decimal("0.0001")
_ROWS = 20
_LARGE = 50  # digits before the point; what is larger is no sum of money, and is told as it is


def prints(case: Case) -> Tape | None:
    """The public trades of the feed that the record names; no other tape has to know a fill."""
    feed = getattr(case.record, "feed_id", None)
    if feed is None:
        return None
    if "prints" not in case.found:
        case.found["prints"] = tapes((tick for tick in case.ticks if tick.feed_id == feed), "last").get(feed)
    tape = case.found["prints"]
    return tape if isinstance(tape, Tape) and tape else None


def printed(case: Case, fill: Fill) -> bool | None:
    """Whether there was a public trade at this moment and price; None where the tape cannot tell."""
    tape, at = prints(case), fill.executed_at
    if tape is None or at is None or not tape.covers(at):
        return None
    if any(point.price == fill.price for point in tape.between(at, at)):
        return True
    return None if tape.lacks_around(at) else False


def reference(case: Case, at: int | None) -> Decimal | None:
    """What others quoted at this moment, or the feed itself where there is no other."""
    sources = case.others or ([case.own] if case.own else [])
    found = composite(sources, at) if at is not None else None
    return found.price if found else None


def judged(case: Case, order: Order) -> list[Finding]:
    """C3 of each fill, worked out once."""
    if "fills" not in case.found:
        case.found["fills"] = [_priced(case, fill) for fill in order.fills or ()]
    found = case.found["fills"]
    return found if isinstance(found, list) else []


def _priced(case: Case, fill: Fill) -> Finding:
    if fill.executed_at is None:
        return unknown("executed_at", price=fill.price)
    figures = {"on_tape": printed(case, fill)} | prices.compared(case, fill.price, fill.executed_at)
    if figures["on_tape"] is False:
        return mismatch(**figures, reason="not_on_tape")
    if reason := prices.too_far(figures):
        return mismatch(**figures, reason=reason)
    if "reference" not in figures:
        return unknown("reference" if case.ticks else "ticks", **figures)
    return match(**figures)


def filled_at(case: Case) -> Finding:
    """C3 of an order: each fill is on the print tape if there is one, near its reference, and no outlier."""
    order = case.record
    if not isinstance(order, Order) or order.fills == ():
        return elsewhere()
    if order.fills is None:
        return unknown("fills")
    found = judged(case, order)
    count = Counter(str(one.verdict) for one in found)
    off = [abs(one.figures["dev_bps"]) for one in found if "dev_bps" in one.figures]
    worst = sorted(range(len(found)), key=lambda n: (found[n].verdict == Verdict.MATCH, n))[:_ROWS]
    figures = {
        "fills": len(found), "judged": dict(sorted(count.items())), "worst_dev_bps": max(off, default=None),
        "limit_bps": case.market.deviation_bps, "each": [{"fill": n, **found[n].figures} for n in worst],
    }  # fmt: skip
    if count[Verdict.MISMATCH]:
        return mismatch(**figures, reason=next(one.figures["reason"] for one in found if _wrong(one)))
    if missing := sorted({name for one in found for name in one.missing}):
        return unknown(*missing, **figures)
    return match(**figures)


def _wrong(one: Finding) -> bool:
    return one.verdict == Verdict.MISMATCH


prices.OTHERS |= {"spot": filled_at, "futures": filled_at}


def average(fills: Sequence[Fill]) -> Decimal:
    """Σpᵢqᵢ / Σqᵢ."""
    return turnover(fills) / quantity(fills)


def quantity(fills: Sequence[Fill]) -> Decimal:
    return sum((fill.qty for fill in fills), Decimal(0))


def turnover(fills: Sequence[Fill]) -> Decimal:
    return sum((fill.price * fill.qty for fill in fills), Decimal(0))


def slip_bps(direction: int, price: Decimal, requested: Decimal) -> Decimal:
    """side·(fill − requested)/requested·10⁴: more than nothing is against the trader."""
    return direction * (price - requested) / requested * _BPS


def _requested(case: Case, order: Order) -> tuple[Decimal | None, str]:
    """The price that was asked for: the limit, or what the trader saw, or what the market was then."""
    if order.kind in LIMITED or order.price:
        return order.price or None, "price"
    if order.quote_price is not None:
        return order.quote_price, "quote_price"
    return reference(case, order.prompt_from), "reference"


@check("C7", decides=True)
def slipped(case: Case) -> Finding:
    """Slippage (4.3): side·(fill − requested)/requested·10⁴, more than nothing is against the trader.

    A limit allows none, of any fill; a market order as much as its market or its own tolerance, on average.
    Loss: Σ max(0, side·(fill − bench))·qty, each fill's bench being its reference at that moment.
    """
    order = case.record
    if not isinstance(order, Order) or order.fills == ():
        return elsewhere()
    if order.fills is None or order.direction is None:
        return unknown("fills" if order.fills is None else "side")
    if order.kind not in LIMITED | MARKET:
        return unknown("type" if order.type is None else "type_known", type=order.type)
    asked, source = _requested(case, order)
    if asked is None:
        return unknown("requested_price", average=average(order.fills))
    mean = slip_bps(order.direction, average(order.fills), asked)
    worst = max(slip_bps(order.direction, fill.price, asked) for fill in order.fills)
    limited = order.kind in LIMITED
    tolerated = case.market.slippage_bps if order.max_slippage_bps is None else order.max_slippage_bps
    most = Decimal(0) if limited else tolerated
    figures = {
        "requested": asked, "requested_from": source, "average": _short(average(order.fills)),
        "slip_bps": mean.quantize(_SHOWN), "worst_slip_bps": worst.quantize(_SHOWN), "limit_bps": most,
        "loss": _short(loss(case, order)), "limits": case.limits,
    }  # fmt: skip
    return (mismatch if (worst if limited else mean) > most else match)(**figures)


def _short(amount: Decimal | None) -> Decimal | None:
    """As it is shown: with 18 decimals at most."""
    if amount is None or amount.adjusted() > _LARGE:
        return amount
    return amount.quantize(Decimal(1).scaleb(-18)).normalize()


def loss(case: Case, order: Order) -> Decimal | None:
    """Σ max(0, side·(fill − bench))·qty; None where a fill has no bench."""
    lost = Decimal(0)
    if order.direction is None or (isinstance(order, Futures) and order.contract == "inverse"):
        return None
    for fill in order.fills or ():
        bench = reference(case, fill.executed_at)
        if bench is None:
            return None
        lost += max(Decimal(0), order.direction * (fill.price - bench)) * fill.qty * order.size
    return lost


@dataclass(frozen=True, slots=True)
class Slip:
    """One fill as the asymmetry test sees it, without whose it is."""

    symbol: str
    at: int
    slip: Decimal


FEWEST = 30


def asymmetry(slips: Iterable[Slip]) -> dict[tuple[str, int], Finding]:
    """The sign test of C7 for each symbol and minute (its first ms): adverse against favourable fills.

    Fills without any slip count for neither side. With fewer than 30 of the others nothing is said. It tells
    how likely so uneven a share is by chance; what that means is for a person to say.
    """
    minutes: dict[tuple[str, int], list[Decimal]] = defaultdict(list)
    for one in slips:
        minutes[one.symbol, one.at // 60_000 * 60_000].append(one.slip)
    return {key: _signs(found) for key, found in sorted(minutes.items())}


def _signs(slips: Sequence[Decimal]) -> Finding:
    adverse, favourable = sum(slip > 0 for slip in slips), sum(slip < 0 for slip in slips)
    figures: dict[str, Any] = {
        "fills": len(slips), "adverse": adverse, "favourable": favourable, "n": adverse + favourable,
    }  # fmt: skip
    if adverse + favourable < FEWEST:
        return unknown("fills_of_the_minute", **figures, fewest=FEWEST)
    p = sign_test(adverse, favourable)
    share = Decimal(adverse) / (adverse + favourable)
    return match(**figures, adverse_share=share.quantize(_SHOWN), p_value=_digits(p))


def sign_test(one: int, other: int) -> Fraction:
    """Two-sided p-value of the sign test: min(1, 2·Σ C(n,k)/2ⁿ), k from the larger count to n, exactly."""
    n, more = one + other, max(one, other)
    term = comb(n, more)
    total = term
    for k in range(more + 1, n + 1):
        term = term * (n - k + 1) // k
        total += term
    return min(Fraction(1), Fraction(2 * total, 2**n))


def _digits(p: Fraction) -> Decimal:
    """A probability with six digits that count."""
    exact = Decimal(p.numerator) / Decimal(p.denominator)
    return exact.quantize(Decimal(1).scaleb(max(exact.adjusted() - 5, -60))) if exact else exact


@check("C8", decides=True)
def adds_up(case: Case) -> Finding:
    """Fills add up (4.3): avg = Σpᵢqᵢ/Σqᵢ and Σqᵢ ≤ qty; no fill is there twice; fees follow the schedule.

    Each is on the print tape if there is one, the limit is kept, and the status is one they can lead to.
    """
    order = case.record
    if not isinstance(order, Order):
        return elsewhere()
    if order.fills is None:
        return unknown("fills")
    parts = {
        "quantity": _quantity(order, order.fills), "average": _average(order, order.fills),
        "once": _once(order.fills), "fees": _fees(order, order.fills), "tape": _tape(case, order.fills),
        "limit": _limit(order, order.fills), "status": statuses_fit(order, quantity(order.fills)),
    }  # fmt: skip
    return together(parts, fills=len(order.fills))


def _quantity(order: Order, fills: Sequence[Fill]) -> Finding:
    filled, spent = quantity(fills), turnover(fills)
    if not order.qty and not order.quote_qty:
        return unknown("qty", filled=filled)
    figures = {"filled": filled, "qty": order.qty, "spent": spent, "quote_qty": order.quote_qty}
    over = (order.qty and filled > order.qty) or (order.quote_qty and spent > order.quote_qty)
    told_else = order.filled_qty is not None and order.filled_qty != filled
    return (mismatch if over or told_else else match)(**figures, filled_told=order.filled_qty)


def _average(order: Order, fills: Sequence[Fill]) -> Finding:
    if not fills:
        return elsewhere()
    mean, recorded = average(fills), order.average_price
    figures = {"average": _short(mean), "average_told": recorded}
    if not recorded:
        return elsewhere(**figures)
    places = max(places_of(recorded), order.price_decimals or 0)
    return (match if abs(mean - recorded) < Decimal(1).scaleb(-places) else mismatch)(**figures)


def places_of(number: Decimal) -> int:
    """How many decimals it is written with."""
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _once(fills: Sequence[Fill]) -> Finding:
    known = Counter(fill.fill_id for fill in fills if fill.fill_id is not None)
    double = sorted(name for name, times in known.items() if times > 1)
    return mismatch(fills_twice=double[:_ROWS]) if double else match()


def _tape(case: Case, fills: Sequence[Fill]) -> Finding:
    if prints(case) is None:
        return elsewhere()
    found = [printed(case, fill) for fill in fills]
    if any(on is False for on in found):
        return mismatch(not_on_tape=found.count(False))
    if None not in found:
        return match()
    return unknown("executed_at" if any(fill.executed_at is None for fill in fills) else "ticks_around_fill")


def _limit(order: Order, fills: Sequence[Fill]) -> Finding:
    if order.kind in MARKET or not fills:
        return elsewhere()
    if order.kind not in LIMITED:
        return unknown("type" if order.type is None else "type_known")
    if not order.price or order.direction is None:
        return unknown("side" if order.price else "price")
    beyond = sum(order.direction * (fill.price - order.price) > 0 for fill in fills)
    return (mismatch if beyond else match)(beyond_limit=beyond)


def _fees(order: Order, fills: Sequence[Fill]) -> Finding:
    """Each fee is its rate of what was traded, but for less than one unit of its last decimal."""
    if order.maker_fee_rate is None and order.taker_fee_rate is None:
        return elsewhere()
    lacking, wrong = set[str](), 0
    due_by, fees_by = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for fill in fills:
        due = _fee(order, fill)
        if isinstance(due, str) or fill.fee is None:
            lacking.add(due if isinstance(due, str) else "fee")
            continue
        asset = fill.fee_asset or ""
        known = max(places_of(fill.fee), money.decimals_of(asset))
        places = known if order.fee_decimals is None else order.fee_decimals
        wrong += abs(fill.fee - due) >= Decimal(1).scaleb(-places)
        due_by[asset] += due
        fees_by[asset] += fill.fee
    figures = {"fees": dict(fees_by), "fees_due": {asset: _short(due) for asset, due in due_by.items()}}
    if wrong:
        return mismatch(**figures, fees_wrong=wrong)
    return unknown(*sorted(lacking), **figures) if lacking else match(**figures)


def _fee(order: Order, fill: Fill) -> Decimal | str:
    """What the schedule takes for a fill, or the name of what would be needed to say so."""
    if isinstance(order, Futures) and order.contract == "inverse":
        return "fee_rule_of_inverse"
    maker = fill.liquidity == "maker" and order.kind not in MARKET
    rate = order.maker_fee_rate if maker else order.taker_fee_rate
    if fill.liquidity is None and order.kind not in MARKET and order.maker_fee_rate != order.taker_fee_rate:
        return "liquidity"
    if rate is None:
        return "maker_fee_rate" if maker else "taker_fee_rate"
    asset, symbol = fill.fee_asset, (order.symbol or "").upper()
    if asset is None:
        return "fee_asset"
    if asset == order.quote_asset or (order.quote_asset is None and symbol.endswith(asset.upper())):
        return fill.price * fill.qty * order.size * rate
    if asset == order.base_asset or (order.base_asset is None and symbol.startswith(asset.upper())):
        return fill.qty * order.size * rate
    return "price_of_fee_asset"


def again(case: Case) -> dict[str, Any]:
    """Wrong fill: what it was worse than its limit or its benchmark, times quantity, to the trader (4.3)."""
    order = case.record
    told: dict[str, Any] = {"result": None, "payout": None}
    if not isinstance(order, Order) or not order.fills or order.direction is None:
        return {"recomputed": told, "difference": None}
    told["average"] = _short(average(order.fills))
    slip, owed = slipped(case), Decimal(0)
    for fill, found in zip(order.fills, judged(case, order), strict=True):
        bench = reference(case, fill.executed_at)
        limit = order.price if order.kind in LIMITED else None
        if bench is None or found.verdict == Verdict.UNKNOWN or slip.verdict == Verdict.UNKNOWN:
            return {"recomputed": told, "difference": None}
        wrong = found.verdict == Verdict.MISMATCH or (limit is None and slip.verdict == Verdict.MISMATCH)
        worse = [fill.price - bench] if wrong else []
        worse += [fill.price - limit] if limit else []
        owed += max([Decimal(0), *(order.direction * each for each in worse)]) * fill.qty * order.size
    if isinstance(order, Futures) and order.contract != "linear":
        return {"recomputed": told, "difference": None}
    exact = order.account_currency is None and order.currency_decimals is None
    return {"recomputed": told, "difference": money.rounded(owed, 8) if exact else case.paid(owed)}
