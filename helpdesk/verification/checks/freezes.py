"""C14 and C17: whether the platform stood still for everyone, and on what ground an account is frozen."""

import itertools
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any

from ..case import Case
from ..facts import Freeze, Incident, Interval, Minute
from ..reference import median
from ..ticks import Tape
from ..verdicts import Finding, elsewhere, match, mismatch, unknown
from . import check

GAP = 10  # times the median gap
FALL = 80  # per cent
_DAYS = 20
_MINUTE, _DAY = 60_000, 86_400_000
_SHOWN = 20
_FIRST = ("received_at", "accepted_at", "created_at")
_LAST = ("sold_at", "expiry_at", "updated_at")


@check("C14")
def stood_still(case: Case) -> Finding:
    """The claim's time against incidents; orders per minute of all traders against the 20 days before.

    An incident ends before its last moment. A minute has fallen by more than 80 % if its orders are below a
    fifth of the median of the same minute on each of the 20 previous days. Figures besides: gaps of the own
    tape over 10 × its median gap, and whether sessions broke off on the server or at one client.
    """
    if case.record.product not in ("binary", "spot", "futures"):
        return elsewhere()
    claim = _claim(case)
    if claim is None:
        return unknown("claim")
    figures: dict[str, Any] = {"from": claim.from_at, "until": claim.until_at, "limits": case.limits}
    figures |= _tape_gaps(case, claim) | _sessions(case)
    lacking, wrong = list[str](), list[str]()
    if case.facts.incidents is None:
        lacking.append("incidents")
    else:
        met = overlapping(case, case.facts.incidents, claim)
        figures |= {"incidents": len(met), "overlaps": met[:_SHOWN]}
        wrong += ["incident"] if met else []
    if case.facts.orders_per_minute is None:
        lacking.append("orders_per_minute")
    else:
        fallen, told = _fall(case, case.facts.orders_per_minute, claim)
        figures |= fallen
        lacking += told
        wrong += ["platform_wide_fall"] if fallen["minutes_fallen"] else []
    if wrong:
        return mismatch(**figures, reasons=wrong)
    return unknown(*lacking, **figures) if lacking else match(**figures)


def _claim(case: Case) -> Interval | None:
    """The time that is complained about, or the one from the order to its end."""
    if case.facts.claim is not None:
        return case.facts.claim
    first = next((at for name in _FIRST if (at := getattr(case.record, name, None)) is not None), None)
    last = next((at for name in _LAST if (at := getattr(case.record, name, None)) is not None), None)
    return None if first is None or last is None or last < first else Interval(first, last)


def overlapping(case: Case, incidents: Iterable[Incident], claim: Interval) -> list[dict[str, Any]]:
    """The incidents of this symbol, or of all, that the claim's time meets, by their beginning."""
    found = []
    for one in {one.incident_id: one for one in incidents}.values():
        if one.symbol not in (None, case.record.symbol) or one.from_at > claim.until_at:
            continue
        end = claim.until_at if one.until_at is None else one.until_at
        if one.until_at is None or claim.from_at < end:
            shared = min(end, claim.until_at) - max(one.from_at, claim.from_at)
            found.append({"incident": one.incident_id, "from": one.from_at, "overlap_ms": shared})
    return sorted(found, key=lambda one: (one["from"], one["incident"]))


def _tape_gaps(case: Case, claim: Interval) -> dict[str, Any]:
    tape = case.own
    if tape is None or len(tape) < 2:
        return {}
    limit = case.limit("gap_factor", GAP) * tape.usual_gap
    gaps = list(_waits(tape, claim))
    over = [at for at, wait in gaps if wait > limit]
    return {
        "median_gap_ms": tape.usual_gap, "gap_limit_ms": limit, "tick_gaps": len(over),
        "first_gap_at": over[0] if over else None,
        "longest_gap_ms": max((wait for _at, wait in gaps), default=None),
        "tape_covers": tape.covers(claim.from_at) and tape.covers(claim.until_at),
    }  # fmt: skip


def _waits(tape: Tape, claim: Interval) -> Iterable[tuple[int, int]]:
    """From which tick how long until the next, for all waits that reach into the claim's time."""
    first = max(tape.until(claim.from_at) - 1, 0)
    last = bisect_left(tape.times, claim.until_at)
    moments = tape.times[first : last + 1]
    return ((one, two - one) for one, two in itertools.pairwise(moments))


def _fall(case: Case, told: Iterable[Minute], claim: Interval) -> tuple[dict[str, Any], list[str]]:
    """The minutes of the claim in which all traders' orders fell; and what is missing to say so."""
    counts = {one.minute: one.orders for one in told}
    first, last = claim.from_at // _MINUTE * _MINUTE, claim.until_at // _MINUTE * _MINUTE
    inside = sorted(minute for minute in counts if first <= minute <= last)
    compared, fallen = 0, list[dict[str, Any]]()
    for minute in inside:
        before = [counts[then] for day in range(1, _DAYS + 1) if (then := minute - day * _DAY) in counts]
        if len(before) < _DAYS:
            continue
        compared += 1
        usual = median([Decimal(count) for count in before])
        if counts[minute] * 100 < usual * (100 - case.limit("fall_percent", FALL)):
            fallen.append({"minute": minute, "orders": counts[minute], "usual": usual})
    minutes = (last - first) // _MINUTE + 1
    figures = {"minutes": minutes, "minutes_compared": compared, "minutes_fallen": len(fallen)}
    missing = (
        [] if compared == minutes else ["orders_of_20_days" if len(inside) == minutes else "orders_of_claim"]
    )
    return figures | ({"fallen": fallen[:_SHOWN]} if fallen else {}), missing


def _sessions(case: Case) -> dict[str, Any]:
    """Whether connections broke off for everyone or for one."""
    told = case.facts.sessions
    if told is None or not told.before:
        return {}
    everyone = told.during * 100 < told.before * (100 - case.limit("fall_percent", FALL))
    where = "server_wide" if everyone else "one_client" if told.own_lost else None
    return {"sessions_before": told.before, "sessions_during": told.during, "sessions_lost": where}


@check("C17")
def frozen_for(case: Case) -> Finding:
    """A freeze has a reason code, a legal basis, an author and a review; it holds what is disputed, no more.

    A mismatch: no code; the review date lies before `as_of` (or before the moment it was lifted); more is
    still held than is disputed, be it the whole balance or a part of it.
    """
    if case.facts.lacks("freeze"):
        return elsewhere()
    freeze = case.facts.freeze
    if freeze is None:
        return unknown("freeze")
    told = {field.name: getattr(freeze, field.name) for field in fields(freeze) if field.name != "by"}
    # Both sides read the figures: that somebody answers for it, not who.
    figures = told | {"as_of": case.facts.as_of, "author_told": freeze.by is not None}
    lacking = [f"freeze_{name}" for name in ("legal_basis", "by", "at") if getattr(freeze, name) is None]
    wrong = [] if freeze.reason_code is not None else ["no_code"]
    wrong += _review(case, freeze, lacking) + _held(freeze, figures, lacking)
    if wrong:
        return mismatch(**figures, reasons=wrong)
    return unknown(*lacking, **figures) if lacking else match(**figures)


def _review(case: Case, freeze: Freeze, lacking: list[str]) -> list[str]:
    """Whether the date of review has passed: the date itself is still in time."""
    known = [at for at in (case.facts.as_of, freeze.lifted_at) if at is not None]
    if freeze.review_at is None:
        lacking.append("freeze_review_at")
    elif not known:
        lacking.append("as_of")
    elif min(known) > freeze.review_at:
        return ["review_passed"]
    return []


def _held(freeze: Freeze, figures: dict[str, Any], lacking: list[str]) -> list[str]:
    """What is held beyond the part that is disputed."""
    if freeze.held is None or freeze.disputed is None:
        lacking += [f"freeze_{name}" for name in ("held", "disputed") if getattr(freeze, name) is None]
        return []
    figures["held_beyond"] = over = max(Decimal(0), freeze.held - freeze.disputed)
    if not over:
        return []
    return ["whole_balance_held" if freeze.held == freeze.balance else "more_held_than_disputed"]
