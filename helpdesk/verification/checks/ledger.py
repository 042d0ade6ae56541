"""C11: whether an account's ledger adds up, and holds what happened exactly once."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..case import Case
from ..facts import Balance, Entry
from ..records import Binary, Record
from ..verdicts import Finding, match, mismatch, unknown
from . import check

_SHOWN = 20
# Booked once each: the same kind, reference and sum a second time is a doubled line.
_ONCE = frozenset(["trade", "stake", "payout", "fee", "bonus", "deposit", "withdrawal"])


@dataclass(frozen=True, slots=True)
class Due:
    """What has to stand in the ledger: one line of this kind, under one of these references."""

    kind: str
    references: frozenset[str]
    amount: Decimal | None
    at: int | None
    told: bool = False  # named among the facts, hence of this ledger whenever it was


@check("C11")
def adds_up(case: Case) -> Finding:
    """opening + Σ entries = closing; each trade, fee, bonus, withdrawal has one line; no gap in sequence.

    The place of a fault is the number of its line; `reason` and `seq` are those of the first.
    """
    if case.facts.ledger is None:
        return unknown("ledger")
    about = case.facts.balance or Balance()
    if not _same(case.record.account_id, about.account_id):
        return unknown("ledger_of_account", entries=len(case.facts.ledger))
    lines = sorted({entry.seq: entry for entry in case.facts.ledger}.values(), key=lambda entry: entry.seq)
    due, lacking = _named(case, about, standing(lines))
    figures, wrong = audited(lines, about)
    lacking += [f"ledger_{name}" for name in ("opening", "closing") if getattr(about, name) is None]
    wrong += _booked(due, lines, about, lacking)
    figures |= {"named": len(due)}
    if wrong:
        wrong.sort(key=lambda one: (one.get("seq") is None, one.get("seq") or 0, one["reason"], str(one)))
        first = {"reason": wrong[0]["reason"], "seq": wrong[0].get("seq")}
        return mismatch(**figures, **first, faults=len(wrong), first=wrong[:_SHOWN])
    return unknown(*sorted(set(lacking)), **figures) if lacking else match(**figures)


def audited(lines: Sequence[Entry], about: Balance) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The ledger by itself, in order of its numbers: its sums, its gaps, and what stands in it twice."""
    total = sum((entry.amount for entry in lines), Decimal(0))
    figures: dict[str, Any] = {
        "entries": len(lines), "opening": about.opening, "sum": total, "closing": about.closing,
        "from_seq": lines[0].seq if lines else None, "until_seq": lines[-1].seq if lines else None,
        "numbering": about.numbering,
    }  # fmt: skip
    wrong = [*_running(lines, about.opening), *_doubled(lines)]
    if about.numbering != "platform":
        wrong += _gaps(lines)
    if about.opening is not None and about.closing is not None:
        figures["off"] = about.closing - about.opening - total
        if figures["off"]:
            wrong.append({"reason": "wrong_sum", "off": figures["off"]})
    return figures, wrong


def _gaps(lines: Sequence[Entry]) -> Iterable[dict[str, Any]]:
    for one, two in itertools.pairwise(lines):
        if two.seq > one.seq + 1:
            yield {"reason": "gap", "seq": one.seq + 1, "lines": two.seq - one.seq - 1}


def _running(lines: Sequence[Entry], opening: Decimal | None) -> Iterable[dict[str, Any]]:
    """Where the balance after a line is not the one before it and its sum."""
    so_far = opening
    for entry in lines:
        so_far = None if so_far is None else so_far + entry.amount
        if entry.balance is None:
            continue
        if so_far is not None and so_far != entry.balance:
            yield {
                "reason": "wrong_balance",
                "seq": entry.seq,
                "balance": entry.balance,
                "recomputed": so_far,
            }
        so_far = entry.balance


def standing(lines: Iterable[Entry]) -> list[Entry]:
    """The lines that no later reversal of the same reference and sum has taken back."""
    stand = dict[int, Entry]()
    open_lines = defaultdict[tuple[str | None, Decimal], list[int]](list)
    for entry in lines:
        if entry.kind == "reversal":
            if undone := open_lines[entry.reference, -entry.amount]:
                del stand[undone.pop()]
            continue
        stand[entry.seq] = entry
        if entry.reference is not None:
            open_lines[entry.reference, entry.amount].append(entry.seq)
    return list(stand.values())


def _doubled(lines: Iterable[Entry]) -> Iterable[dict[str, Any]]:
    seen = dict[tuple[str, str, Decimal], int]()
    for entry in standing(lines):
        if entry.kind in _ONCE and entry.reference is not None:
            first = seen.setdefault((entry.kind, entry.reference, entry.amount), entry.seq)
            if first != entry.seq:
                yield {
                    "reason": "doubled", "seq": entry.seq, "kind": entry.kind,
                    "reference": entry.reference, "first_seq": first,
                }  # fmt: skip


def _booked(
    due: Iterable[Due], lines: Sequence[Entry], about: Balance, lacking: list[str]
) -> list[dict[str, Any]]:
    """What is named and stands there not at all, more than once, or with another sum."""
    found, wrong = defaultdict[tuple[str, str], list[Entry]](list), list[dict[str, Any]]()
    for entry in standing(lines):
        if entry.reference is not None:
            found[entry.kind, entry.reference].append(entry)
    for one in due:
        names = {"kind": one.kind, "reference": min(one.references)}
        mine = [entry for reference in sorted(one.references) for entry in found[one.kind, reference]]
        if not mine:
            if _speaks_of(one, lines, about):
                wrong.append({"reason": "missing", **names, "due": one.amount})
            else:
                lacking.append("ledger_period")
        elif len(mine) > 1:
            if one.kind not in _ONCE or len({entry.amount for entry in mine}) > 1:  # else it is named already
                wrong.append({"reason": "doubled", "seq": mine[1].seq, **names, "first_seq": mine[0].seq})
        elif one.amount is not None and mine[0].amount != one.amount:
            wrong.append({
                "reason": "wrong_amount", "seq": mine[0].seq, **names, "booked": mine[0].amount,
                "due": one.amount,
            })  # fmt: skip
    return wrong


def _speaks_of(one: Due, lines: Sequence[Entry], about: Balance) -> bool:
    """Whether the ledger has to hold it: by its period, and by its lines for what only the record tells."""
    first, last = about.from_at, about.until_at
    if one.told:
        return one.at is None or ((first is None or first <= one.at) and (last is None or one.at <= last))
    moments = [entry.at for entry in lines if entry.at is not None]
    first = min(moments, default=None) if first is None else first
    last = max(moments, default=None) if last is None else last
    return one.at is not None and first is not None and last is not None and first <= one.at <= last


def _same(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _named(case: Case, about: Balance, lines: Sequence[Entry]) -> tuple[list[Due], list[str]]:
    """What the record and the facts say was booked; and what is missing to say it."""
    acts = [
        Due(act.kind, frozenset([act.reference]), act.amount, act.at, told=True)
        for act in case.facts.acts or ()
    ]
    record = case.record
    if not _same(_currency(record), about.currency):
        return acts, ["ledger_in_currency"]
    own, lacking = _of(record, lines)
    known = {(act.kind, reference) for act in acts for reference in act.references}
    return [*acts, *(one for one in own if not {(one.kind, ref) for ref in one.references} & known)], lacking


def _currency(record: Record) -> str | None:
    moved = record.product in ("withdrawal", "deposit")
    told = getattr(record, "asset", None) if moved else None
    return told or record.account_currency


def _of(record: Record, lines: Sequence[Entry]) -> tuple[list[Due], list[str]]:
    if isinstance(record, Binary):
        return _of_binary(record, lines)
    if record.product in ("withdrawal", "deposit"):
        return _of_transfer(record, lines)
    return [], []


def _of_binary(record: Binary, lines: Sequence[Entry]) -> tuple[list[Due], list[str]]:
    """Stake out and payout in; or one line `trade` with what is left of both. A fee is a line of its own."""
    if record.result == "cancelled":
        return [], ["terms_of_cancelling"]
    mine, paid = frozenset([record.record_id]), record.payout_paid
    ended = record.settled_at if record.sold_at is None else record.sold_at
    ended = ended if ended is not None else record.expiry_at
    net = any(entry.kind == "trade" and entry.reference == record.record_id for entry in lines)
    due = [] if net else [Due("stake", mine, -record.stake, record.accepted_at)]
    if record.fee:
        due.append(Due("fee", mine, -record.fee, record.accepted_at))
    if paid is None:
        return due, ["payout_paid"]
    if net:
        due.append(Due("trade", mine, paid - record.stake, ended))
    elif paid:
        due.append(Due("payout", mine, paid, ended))
    return due, []


def _of_transfer(record: Record, lines: Sequence[Entry]) -> tuple[list[Due], list[str]]:
    """A completed withdrawal or deposit: one line of all that moved, or net and fee on a line each."""
    names = ("record_id", f"{record.product}_id", "client_ref")
    mine = frozenset(str(told) for name in names if (told := getattr(record, name, None)) is not None)
    amount: Decimal | None = getattr(record, "amount", None)
    fee: Decimal = getattr(record, "fee", None) or Decimal(0)
    at: int | None = getattr(record, "completed_at", None)
    if getattr(record, "rejected_at", None) is not None or getattr(record, "returned_at", None) is not None:
        return [], []
    if at is None or amount is None:
        return [], ["completed_at" if at is None else "amount"]
    apart = any(entry.kind == "fee" and entry.reference in mine for entry in lines)
    if record.product == "withdrawal":
        whole = fee - amount if apart else -amount
    else:
        whole = amount if apart else amount - fee
    due = [Due(record.product, mine, whole, at)]
    return [*due, Due("fee", mine, -fee, at)] if apart else due, []
