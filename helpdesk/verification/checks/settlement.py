"""C1, C2, C4, C4b and C5: what a binary option pays, who won, and at which tick and moment it ended."""

from decimal import Decimal
from typing import Any

from .. import exits, money
from ..case import Case
from ..records import Binary
from ..ticks import Point
from ..verdicts import Finding, elsewhere, match, mismatch, unknown
from . import check

_UNITS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_TIED = {"lose": "lost", "win": "won"}
_COARSE = 2  # two units of a currency without decimals: rounding takes away less
_NEAR = 1_000  # ms: this close to a boundary both readings are shown


def payout(record: Binary, result: str | None) -> Decimal | tuple[str, ...]:
    """What the terms pay for a result, not rounded yet; or the names of what would be needed."""
    stake, rate, refund = record.stake, record.payout_rate, record.loss_refund_rate
    match result:
        case "won":
            return ("payout_rate",) if rate is None else stake * (1 + rate)
        case "lost":
            return stake * (refund or 0)
        case "tie":
            if record.tie_rule is None:
                return ("tie_rule",)
            return stake if record.tie_rule == "refund" else payout(record, _TIED[record.tie_rule])
        case "sold":
            return ("sell_price",) if record.sell_price is None else record.sell_price
        case None:
            return ("result",)
        case _:
            return ("terms_of_cancelling",)


@check("C1", decides=True)
def pays(case: Case) -> Finding:
    """Payout arithmetic for the recorded result: won s(1+r), lost s·ρ, tie by its rule, sold as sold."""
    record = case.record
    if not isinstance(record, Binary):
        return elsewhere()
    due, paid = payout(record, record.result), record.payout_paid
    if isinstance(due, tuple):
        return unknown(*due, result=record.result)
    if paid is None:
        return unknown("payout_paid", result=record.result, due=case.paid(due))
    figures: dict[str, Any] = {
        "result": record.result, "due": case.paid(due), "paid": paid, "rounding": case.rounding,
        "decimals": case.decimals,
    }  # fmt: skip
    if record.result == "lost" and record.loss_refund_rate is None:
        figures["assumed"] = ["loss_refund_rate"]  # nothing, as is usual
    if record.account_currency is None and record.currency_decimals is None and 0 < abs(due - paid) < _COARSE:
        return unknown("account_currency", **figures | {"due": due})  # it could be the rounding
    shown, rate = record.payout_rate_shown, record.payout_rate
    if record.result == "won" and shown is not None and shown != rate:
        figures |= {
            "rate": rate,
            "rate_shown": shown,
            "due_at_rate_shown": case.paid(record.stake * (1 + shown)),
        }
    unit = Decimal(1).scaleb(-case.decimals)
    off = abs(case.paid(due) - paid)
    if off < unit:
        return match(**figures)
    if off == unit:
        figures["label"] = "rounding"
        figures["all_modes"] = {mode: money.rounded(due, case.decimals, mode) for mode in money.MODES}
    return mismatch(**figures, difference=case.paid(due) - paid)


def chosen(case: Case, record: Binary) -> exits.Exit:
    """The exit by the terms, worked out once."""
    found = case.found.get("exit")
    if not isinstance(found, exits.Exit):
        found = case.found["exit"] = exits.select(record, case.own, case.silent)
    return found


def _places(record: Binary) -> int | None:
    """How many decimals prices are compared at: a mean has one more than the market."""
    extra = 1 if record.exit_rule == "trimmed_mean" else 0
    return None if record.price_decimals is None else record.price_decimals + extra


def same_price(record: Binary, one: Decimal, other: Decimal) -> bool:
    """Whether two prices are one at the precision that is shown."""
    places = _places(record)
    return one == other if places is None else money.rounded(one, places) == money.rounded(other, places)


@check("C4", decides=True)
def ends_at(case: Case) -> Finding:
    """The exit tick by the exit rule: sequence, time and price, and how old it was at expiry."""
    record = case.record
    if not isinstance(record, Binary):
        return elsewhere()
    if record.exit_rule == "trimmed_mean":
        return elsewhere(see="C4b")
    if record.result in ("sold", "cancelled"):
        return elsewhere(result=record.result)
    found = chosen(case, record)
    used = {
        "used_at": record.exit_tick_at,
        "used_seq": record.exit_tick_seq,
        "used_price": record.exit_tick_price,
    }
    if found.point is None:
        if reason := _impossible(record):
            return mismatch(**used, rule=record.exit_rule, reason=reason, **found.figures)
        return unknown(*found.missing, **used, **found.figures)
    point = found.point
    figures = {
        "rule": record.exit_rule, "terms_at": point.ts, "terms_seq": point.seq, "terms_price": point.price,
        **used,
    }  # fmt: skip
    if record.exit_tick_at is None and record.exit_tick_price is None:
        return unknown("exit_tick", **figures)
    if not _is_it(record, point):
        return mismatch(**figures, reason="other_tick")
    return _fresh(case, record, found, figures)


def _impossible(record: Binary) -> str | None:
    """Why the tick that was used cannot be the right one, whatever the tape would have shown."""
    at, expiry, rule = record.exit_tick_at, record.expiry_at, record.exit_rule
    if at is None or expiry is None or rule is None:
        return None
    if rule == "first_after":
        return "not_after_expiry" if at <= expiry else None
    return "after_expiry" if at > expiry else None


def _is_it(record: Binary, point: Point) -> bool:
    at, seq, price = record.exit_tick_at, record.exit_tick_seq, record.exit_tick_price
    return (
        at in (None, point.ts)
        and seq in (None, point.seq)
        and (price is None or same_price(record, price, point.price))
    )


def _fresh(case: Case, record: Binary, found: exits.Exit, figures: dict[str, Any]) -> Finding:
    due = found.point.ts if found.point and found.touched else record.expiry_at
    stale = abs((due or 0) - (found.point.ts if found.point else 0))
    figures |= {"stale_ms": stale, "stale_limit_ms": case.market.stale_ms, "limits": case.limits}
    if stale > case.market.stale_ms:
        return mismatch(**figures, reason="feed_unreliable_at_expiry")
    return match(**figures)


@check("C4b", decides=True)
def mean_is(case: Case) -> Finding:
    """The trimmed mean, at one decimal more than the market's."""
    record = case.record
    if not isinstance(record, Binary) or record.exit_rule != "trimmed_mean":
        return elsewhere()
    if record.result in ("sold", "cancelled"):
        return elsewhere(result=record.result)
    found, used = chosen(case, record), record.exit_tick_price
    if found.price is None:
        return unknown(*found.missing, used_price=used, **found.figures)
    if used is None:
        return unknown("exit_tick_price", **found.figures)
    verdict = match if same_price(record, found.price, used) else mismatch
    return verdict(**found.figures, used_price=used)


def result_at(record: Binary, strike: Decimal | None, exit_price: Decimal) -> str | tuple[str, ...]:
    """Who won at this exit price; ties of ranges are losses, because both barriers are strict."""
    low, high = record.low_barrier, record.high_barrier
    match record.contract_type:
        case "call" | "put":
            if strike is None:
                return ("strike",)
            if exit_price == strike:
                return "tie"
            return "won" if (exit_price > strike) == (record.contract_type == "call") else "lost"
        case "in_range" | "out_range":
            if low is None or high is None:
                return tuple(
                    name for name in ("low_barrier", "high_barrier") if getattr(record, name) is None
                )
            inside, outside = low < exit_price < high, exit_price < low or exit_price > high
            return "won" if (inside if record.contract_type == "in_range" else outside) else "lost"
        case "even" | "odd":
            if record.price_decimals is None:
                return ("price_decimals",)
            digit = int(exit_price.scaleb(record.price_decimals)) % 10
            return "won" if (digit % 2 == 0) == (record.contract_type == "even") else "lost"
        case _:
            return ("rule_of_contract_type",)


def recomputed(case: Case, record: Binary) -> tuple[str | tuple[str, ...], dict[str, Any]]:
    """The result by the terms, or what is missing for it; and the figures it comes from."""
    if record.contract_type in ("touch", "no_touch"):
        return _by_path(case, record)
    found, basis = chosen(case, record), "terms"
    price = found.price
    # Without ticks the recorded price is all there is, unless the terms cannot have selected it.
    if price is None and case.own is None and _impossible(record) is None:
        price, basis = record.exit_tick_price, "recorded"
    if price is None:
        return found.missing or ("exit_tick_price",), dict(found.figures)
    strike = record.strike if record.strike is not None else record.entry_tick_price
    exact = result_at(record, strike, price)
    figures: dict[str, Any] = {
        "strike": strike, "low_barrier": record.low_barrier, "high_barrier": record.high_barrier,
        "exit_price": price, "exit_by": basis,
    }  # fmt: skip
    places = _places(record)
    if places is None:
        return exact, figures
    shown = result_at(
        record, None if strike is None else money.rounded(strike, places), money.rounded(price, places)
    )
    if shown != exact:
        figures |= {"unrounded_result": exact, "rounded_result": shown, "price_decimals": places}
    return shown, figures


def _by_path(case: Case, record: Binary) -> tuple[str | tuple[str, ...], dict[str, Any]]:
    tape = case.own
    if tape is None or record.expiry_at is None:
        return tuple(
            name for name, has in ((case.silent, tape), ("expiry_at", record.expiry_at)) if not has
        ), {}
    if not tape.covers(record.expiry_at):
        return ("ticks_around_expiry",), {"tape_from": tape.start, "tape_until": tape.end}
    found = exits.first_touch(record, tape, record.expiry_at)
    if isinstance(found, exits.Exit):
        return found.missing, dict(found.figures)
    figures: dict[str, Any] = {"barrier": record.strike, "touched": found is not None}
    if found is not None:
        figures |= {"touched_at": found.ts, "touched_seq": found.seq, "touched_price": found.price}
    return ("won" if (found is not None) == (record.contract_type == "touch") else "lost"), figures


@check("C2", decides=True)
def won_by(case: Case) -> Finding:
    """The result from strike and exit price, at the decimals shown and again as it is."""
    record = case.record
    if not isinstance(record, Binary):
        return elsewhere()
    if record.result in ("sold", "cancelled"):
        return elsewhere(result=record.result)
    result, figures = recomputed(case, record)
    if isinstance(result, tuple):
        return unknown(*result, recorded=record.result, **figures)
    if record.result is None:
        return unknown("result", recomputed=result, **figures)
    verdict = match if result == record.result else mismatch
    return verdict(recorded=record.result, recomputed=result, **figures)


@check("C5", decides=True)
def expires_at(case: Case) -> Finding:
    """The moment of expiry: accepted plus duration, or the next point of the grid after the dead time."""
    record = case.record
    if not isinstance(record, Binary):
        return elsewhere()
    accepted, recorded = record.accepted_at, record.expiry_at
    lacking = [name for name in ("expiry_rule", "accepted_at", "expiry_at") if getattr(record, name) is None]
    if lacking or accepted is None or recorded is None:
        return unknown(*lacking)
    if record.expiry_rule == "grid":
        return _on_grid(record, accepted, recorded)
    if record.duration_value is None or record.duration_unit is None:
        return unknown("duration_value" if record.duration_value is None else "duration_unit")
    if record.duration_unit == "ticks":
        return _after_ticks(case, record, recorded)
    due = accepted + record.duration_value * _UNITS[record.duration_unit]
    return (match if due == recorded else mismatch)(recomputed=due, recorded=recorded, off_ms=recorded - due)


def _on_grid(record: Binary, accepted: int, recorded: int) -> Finding:
    if record.grid_s is None or record.deadtime_s is None:
        return unknown(*[name for name in ("grid_s", "deadtime_s") if getattr(record, name) is None])
    grid, earliest = record.grid_s * 1_000, accepted + record.deadtime_s * 1_000
    inclusive = -(-earliest // grid) * grid
    exclusive = (earliest // grid + 1) * grid
    figures: dict[str, Any] = {"recorded": recorded, "earliest": earliest, "boundary": record.boundary}
    nearest = (2 * earliest + grid) // (2 * grid) * grid
    if abs(earliest - nearest) <= _NEAR:
        # A clock may be wrong by that much: either point of the grid could have been meant.
        figures |= {"both_readings": [nearest, nearest + grid], "ms_from_boundary": earliest - nearest}
    if record.boundary is None and inclusive != exclusive and recorded in (inclusive, exclusive):
        return unknown("boundary", **figures, inclusive=inclusive, exclusive=exclusive)
    due = exclusive if record.boundary == "exclusive" else inclusive
    return (match if due == recorded else mismatch)(recomputed=due, **figures, off_ms=recorded - due)


def _after_ticks(case: Case, record: Binary, recorded: int) -> Finding:
    """So many ticks after the entry tick."""
    tape, at = case.own, record.entry_tick_at
    if tape is None or at is None or record.duration_value is None:
        return unknown(*[name for name, has in ((case.silent, tape), ("entry_tick_at", at)) if not has])
    first = exits.after_entry(record, tape)
    if isinstance(first, exits.Exit):
        return unknown(*first.missing, recorded=recorded)
    last = first + record.duration_value - 1
    if last >= len(tape):
        return unknown("ticks_from_entry", recorded=recorded, ticks=len(tape) - first)
    if lost := tape.lost(first - 1, last):
        return unknown("ticks_in_sequence", recorded=recorded, sequence_gap=lost)
    due = tape.points[last].ts
    return (match if due == recorded else mismatch)(recomputed=due, recorded=recorded, off_ms=recorded - due)
