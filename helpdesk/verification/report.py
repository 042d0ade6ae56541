"""All checks of one case put together: the answer that everybody gets, as plain data."""

import hashlib
import json
from collections.abc import Callable, Iterable
from decimal import localcontext
from typing import Any

from .case import Case
from .checks import (
    CHECKS,
    bonus,
    fills,
    freezes,
    futures,
    latency,
    ledger,
    peers,
    prices,
    settlement,
    terms,
    transfers,
)
from .records import Binary
from .ticks import Tick
from .values import EXACT
from .verdicts import Finding, Verdict, plain

PARTS = (
    bonus,
    fills,
    freezes,
    futures,
    latency,
    ledger,
    peers,
    prices,
    settlement,
    terms,
    transfers,
)  # imported, their checks are in CHECKS

ORDER = (
    "C1",
    "C2",
    "C3",
    "C4",
    "C4b",
    "C5",
    "C6",
    "C7",
    "C8",
    "C9",
    "C10",
    "C11",
    "C12",
    "C13",
    "C14",
    "C15",
    "C16",
    "C17",
)


def verify(case: Case) -> dict[str, Any]:
    """Verdict, checks with figures, what was recomputed, and the difference to the trader, as plain JSON."""
    with localcontext(EXACT):
        found = {code: CHECKS[code].ask(case) for code in ORDER if code in CHECKS}
        answer: dict[str, Any] = {
            "verdict": str(overall(found)),
            "checks": {code: finding.as_json() for code, finding in found.items()},
        }
        return (
            answer
            | _again(case)
            | {
                "missing": sorted({name for finding in found.values() for name in finding.missing}),
                "unknown_fields": sorted(
                    [*case.record.unknown, *(f"facts.{name}" for name in case.facts.unknown)]
                ),
                "rules": {code: CHECKS[code].version for code in found},
            }
        )


def overall(found: dict[str, Finding]) -> Verdict:
    """A mismatch anywhere is one; a match needs every deciding check to be answered."""
    if any(finding.verdict == Verdict.MISMATCH for finding in found.values()):
        return Verdict.MISMATCH
    deciding = [finding.verdict for code, finding in found.items() if CHECKS[code].decides]
    if Verdict.UNKNOWN in deciding or Verdict.MATCH not in deciding:
        return Verdict.UNKNOWN
    return Verdict.MATCH


def _again(case: Case) -> dict[str, Any]:
    """What the terms give, and what that is more or less than was paid; null where 4.3 proposes nothing."""
    ask = AGAIN.get(case.record.product)
    found = ask(case) if ask else {"recomputed": {}, "difference": None}
    return {name: plain(value) for name, value in found.items()}


def _binary(case: Case) -> dict[str, Any]:
    record = case.record
    if not isinstance(record, Binary):
        return {"recomputed": {}, "difference": None}
    result, _figures = settlement.recomputed(case, record)
    if record.result in ("sold", "cancelled"):
        result = record.result
    due = settlement.payout(record, result) if isinstance(result, str) else result
    told: dict[str, Any] = {"result": result if isinstance(result, str) else None, "payout": None}
    if isinstance(due, tuple):
        return {"recomputed": told, "difference": None}
    payout = case.paid(due)
    told["payout"] = plain(payout)
    paid = record.payout_paid
    return {"recomputed": told, "difference": None if paid is None else plain(payout - paid)}


AGAIN: dict[str, Callable[[Case], dict[str, Any]]] = {
    "binary": _binary,
    "spot": fills.again,
    "futures": futures.again,
    "withdrawal": transfers.again,
}


def fingerprint(value: Any) -> str:
    """SHA-256 of JSON in one spelling: sorted keys, no spaces, UTF-8."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest(ticks: Iterable[Tick]) -> str:
    """SHA-256 over ticks in order of feed, time and sequence, one line each as in the CSV."""
    seen = hashlib.sha256()
    with localcontext(EXACT):  # or the last of many digits would not be hashed
        for tick in sorted(ticks, key=lambda tick: (tick.feed_id, tick.ts_ms, tick.seq)):
            cells = [tick.feed_id, tick.seq, tick.ts_ms, *map(_cell, (tick.bid, tick.ask, tick.last))]
            seen.update((json.dumps(cells, ensure_ascii=False) + "\n").encode())
    return seen.hexdigest()


def _cell(price: Any) -> str:
    return "" if price is None else f"{price.normalize():f}"
