"""C12: what a withdrawal or deposit came to, in which order, where it waited, and what the chain says."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from ..case import Case
from ..records.transfers import RANKS, Deposit, Peer2Peer, Transfer, Withdrawal, meaning
from ..verdicts import Finding, elsewhere, match, mismatch, together, unknown
from . import check
from .confirmations import required
from .waiting import ENDS, Span, Step, course, intervals, over_target

_NO_CASE = ("0x", "bc1", "ltc1", "tb1")  # hexadecimal and bech32 addresses are one in small and large letters
_ROWS = 20


@check("C12", decides=True)
def travels(case: Case) -> Finding:
    """Timeline (4.3): amount = net + fee; statuses only forward; each time in its target, or with a reason.

    The chain shows the address that was asked for, the amount, and confirmations as required. `waits` tells
    where it is: user, kyc, risk, wallet, network, bank, returned.
    """
    record = case.record
    if isinstance(record, Peer2Peer):
        return _between_people(case, record)
    if not isinstance(record, Transfer):
        return elsewhere()
    steps, strange = course(record)
    parts = {
        "sum": _sum(record), "order": _order(record, steps, strange), "chain": _chain(record, steps),
        "time": _time(case, record, steps),
    }  # fmt: skip
    return together(parts)


def _sum(record: Transfer) -> Finding:
    """amount = net + fee."""
    amount, fee, net = record.amount, record.fee, record.net_amount
    names = {"amount": amount, "fee": fee, "net_amount": net}
    if amount is None or fee is None or net is None:
        return unknown(*[name for name, value in names.items() if value is None], **names)
    return (match if amount == net + fee else mismatch)(**names, sum_off=amount - net - fee)


def _order(record: Transfer, steps: list[Step], strange: list[str]) -> Finding:
    """Only forward: each step at least as far as the one before, and one end."""
    words = [step.status for step in steps]
    current = meaning(record.source_system, record.product, record.status) if record.status else None
    if record.status and current is None:
        strange = sorted({*strange, record.status})
    figures: dict[str, Any] = {"statuses": words[-_ROWS:], "unknown_statuses": strange[:_ROWS] or None}
    if not words and not strange and current is None:
        return unknown("status_history", **figures)
    ranks = [RANKS[word] for word in words]
    ends = {word for word in words if word in ENDS}
    reached = words[-1] if words else None
    if ranks != sorted(ranks) or len(ends) > 1 or ("returned" in words and ends & {"rejected", "cancelled"}):
        return mismatch(**figures, order_reason="backwards")
    if current is not None and reached is not None and RANKS[current] < RANKS[reached]:
        return mismatch(**figures, order_reason="status_behind_history", status=current)
    return unknown("status_meaning", **figures) if strange else match(**figures, status=current or reached)


def _same_address(one: str, other: str) -> bool:
    if one.lower().startswith(_NO_CASE):
        return one.lower() == other.lower()
    return one == other


def _chain(record: Transfer, steps: list[Step]) -> Finding:
    """Address, memo and amount as asked for; when it is called complete, confirmations as required."""
    words = {step.status for step in steps}
    done = "completed" in words
    if record.by_bank or not (done or words & {"broadcast", "confirming"} or record.onchain_to is not None):
        return elsewhere()
    expected = record.amount if isinstance(record, Deposit) else record.net_amount
    figures: dict[str, Any] = {
        "address": record.address, "onchain_to": record.onchain_to, "expected": expected,
        "onchain_amount": record.onchain_amount, "confirmations": record.confirmations,
    }  # fmt: skip
    least, surely, source = required(record)
    figures |= {"required": least, "required_from": source}
    figures["required_at_most"] = None if surely == least else surely
    if reason := _unlike(record, expected) or (_unconfirmed(record, least) if done else None):
        return mismatch(**figures, chain_reason=reason)
    missing = [name for name in ("address", "onchain_to", "onchain_amount") if getattr(record, name) is None]
    if done and record.confirmations is None:
        missing.append("confirmations")
    elif done and (surely is None or (record.confirmations or 0) < surely):
        missing.append("required_confirmations")
    return unknown(*missing, **figures) if missing else match(**figures)


def _unlike(record: Transfer, expected: Decimal | None) -> str | None:
    asked, to, memo = record.address, record.onchain_to, record.memo_tag
    if asked is not None and to is not None and not _same_address(asked, to):
        return "address"
    if memo is not None and record.onchain_memo_tag is not None and memo != record.onchain_memo_tag:
        return "memo_tag"
    other = expected is not None and record.onchain_amount is not None and expected != record.onchain_amount
    return "amount" if other else None


def _unconfirmed(record: Transfer, least: int | None) -> str | None:
    few = record.confirmations is not None and least is not None and record.confirmations < least
    return "confirmations" if few else None


def _time(case: Case, record: Transfer, steps: list[Step]) -> Finding:
    """Each interval against its target; one that is over it needs a reason that was recorded."""
    if not steps:
        return unknown("status_history")
    until = case.facts.as_of if case.facts.as_of is not None else record.imported_at
    spans = intervals(record, steps, until)
    waited = defaultdict[str, int](int)
    for span in spans:
        waited[span.stage] += span.ms
    last = steps[-1].status
    over, unexcused = over_target(record, spans)
    figures: dict[str, Any] = {
        "waits": _waits(record, last, spans), "waited_ms": dict(sorted(waited.items())),
        "intervals": [span.told() for span in spans[:_ROWS]],
        "over": over or None, "unexcused": unexcused or None,
    }  # fmt: skip
    if unexcused:
        return mismatch(**figures, time_reason="over_target_without_reason")
    if last not in ENDS and last != "returned" and until is None:
        return unknown("as_of", **figures)
    return match(**figures)


def _waits(record: Transfer, last: str, spans: list[Span]) -> str | None:
    """Who has it now; nobody when it has come to its end."""
    if last in ENDS or last == "returned":
        return "returned" if last == "returned" else None
    enough = required(record)[1]
    confirmed = record.confirmations is not None and enough is not None and record.confirmations >= enough
    if last in ("broadcast", "confirming") and confirmed:
        return "wallet"  # the chain has done its part
    return spans[-1].stage if spans else None


_PEOPLE = {"created": 0, "paid": 1, "appeal": 2, "released": 3, "cancelled": 3}
_RELEASE_MS = 15 * 60_000


def _between_people(case: Case, record: Peer2Peer) -> Finding:
    """Created, marked as paid, released, in this order; released in time, or with a reason."""
    events = [
        (at, word)
        for at, word in (
            (record.created_at, "created"), (record.paid_marked_at, "paid"), (record.released_at, "released"),
            (record.cancelled_at, "cancelled"),
        )
        if at is not None
    ]  # fmt: skip
    told = {word for _at, word in events}
    history = [(row.at, row.status.lower()) for row in record.status_history or ()]
    strange = sorted({word for _at, word in history if word not in _PEOPLE})
    events += [(at, word) for at, word in history if word in _PEOPLE and word not in told]
    events.sort(key=lambda event: (event[0], _PEOPLE[event[1]]))
    if not events:
        return unknown("status_history", unknown_statuses=strange or None)
    parts = {
        "sum": _fiat(record),
        "order": _forward(events, strange),
        "time": _released(case, record, events),
    }
    return together(parts, name_match=record.name_match)


def _fiat(record: Peer2Peer) -> Finding:
    qty, price, amount = record.qty, record.price, record.fiat_amount
    figures = {"qty": qty, "fiat_amount": amount, "released_qty": record.released_qty}
    if record.released_qty is not None and qty is not None and record.released_qty != qty:
        return mismatch(**figures)
    if qty is None or price is None or amount is None:
        return elsewhere(**figures)
    places = max(-int(amount.as_tuple().exponent), 2)
    due = qty * price
    return (match if abs(due - amount) < Decimal(1).scaleb(-places) else mismatch)(**figures)


def _forward(events: list[tuple[int, str]], strange: list[str]) -> Finding:
    words = [word for _at, word in events]
    ranks = [_PEOPLE[word] for word in words]
    figures: dict[str, Any] = {"statuses": words[-_ROWS:], "unknown_statuses": strange[:_ROWS] or None}
    if ranks != sorted(ranks) or {"released", "cancelled"} <= set(words):
        return mismatch(**figures, order_reason="backwards")
    return unknown("status_meaning", **figures) if strange else match(**figures)


def _released(case: Case, record: Peer2Peer, events: list[tuple[int, str]]) -> Finding:
    moments = {word: at for at, word in reversed(events)}
    paid, end = moments.get("paid"), moments.get("released", moments.get("cancelled"))
    until = end or case.facts.as_of or record.imported_at
    target = _RELEASE_MS if record.release_target_ms is None else record.release_target_ms
    figures: dict[str, Any] = {"waits": None if end else "user", "release_target_ms": target}
    if paid is None:
        return elsewhere(**figures)
    if until is None:
        return unknown("as_of", **figures)
    figures |= {"paid_to_release_ms": until - paid, "reason": record.delay_reason}
    excused = record.delay_reason is not None or "appeal" in moments
    return (mismatch if until - paid > target and not excused else match)(**figures)


def again(case: Case) -> dict[str, Any]:
    """What is still owed of a withdrawal (4.3): its net, less what has arrived where it was asked to go.

    Of one that was refused or came back: its amount, less what was given back.
    """
    record = case.record
    told: dict[str, Any] = {"result": None, "payout": None}
    if not isinstance(record, Withdrawal) or record.amount is None:
        return {"recomputed": told, "difference": None}
    steps, strange = course(record)
    last = steps[-1].status if steps else None
    net = None if record.fee is None else record.amount - record.fee
    told |= {"payout": net, "status": last}
    owed: Decimal | None = None
    if strange or len({step.status for step in steps} & ENDS) > 1:
        pass  # how it ended is not clear
    elif last in ("rejected", "cancelled", "failed", "returned"):
        owed = None if record.refunded_amount is None else record.amount - record.refunded_amount
    elif last is not None and net is not None:
        arrived = _arrived(record, last == "completed")
        owed = None if arrived is None else net - arrived
    return {"recomputed": told, "difference": owed}


def _arrived(record: Transfer, done: bool) -> Decimal | None:
    """What has come where it should, by the chain; of a bank's transfer what it says of itself."""
    if not done:
        return Decimal(0)
    if record.by_bank:
        return record.net_amount
    if record.address is None or record.onchain_to is None or record.onchain_amount is None:
        return None
    return record.onchain_amount if _same_address(record.address, record.onchain_to) else Decimal(0)
