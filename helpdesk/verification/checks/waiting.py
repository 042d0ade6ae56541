"""The course of a transfer: its steps, whose turn it was between them, and which took too long (C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..records.transfers import RANKS, Deposit, Transfer, meaning

ENDS = frozenset({"completed", "rejected", "cancelled", "failed"})
_STAGES = {
    "requested": "user", "user_confirm": "user", "review": "risk", "processing": "wallet",
    "broadcast": "network", "confirming": "network",
}  # fmt: skip
# How long each may take without a reason; the house's own figures. A trader may take any time.
TARGETS = {
    "risk": 86_400_000, "kyc": 86_400_000, "wallet": 3_600_000, "network": 21_600_000, "bank": 432_000_000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One status in its own word of 4.1, since when, and why if that was said."""

    at: int
    status: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A time during which one side had it."""

    stage: str
    first: int
    last: int
    reason: str | None = None

    @property
    def ms(self) -> int:
        return self.last - self.first

    def told(self) -> dict[str, Any]:
        return {"stage": self.stage, "from": self.first, "until": self.last, "reason": self.reason}


def course(record: Transfer) -> tuple[list[Step], list[str]]:
    """The steps by time, of the history and of the moments that it leaves out; and the words nobody knows."""
    steps, strange = list[Step](), set[str]()
    for row in record.status_history or ():
        known = meaning(record.source_system, record.product, row.status)
        if known is None:
            strange.add(row.status)
        else:
            steps.append(Step(row.at, known, row.reason))
    named = {step.status for step in steps}
    for at, status in (
        (record.requested_at, "requested"), (confirmed(record), "review"), (record.approved_at, "processing"),
        (record.broadcast_at, "broadcast"), (record.completed_at, "completed"),
        (record.rejected_at, "rejected"), (record.returned_at, "returned"),
    ):  # fmt: skip
        if at is not None and status not in named:
            steps.append(Step(at, status, record.reject_code if status == "rejected" else None))
    return sorted(steps, key=lambda step: (step.at, RANKS[step.status])), sorted(strange)


def confirmed(record: Transfer) -> int | None:
    """When the trader had done all; a second factor that was given before the request is no later step."""
    second = record.two_fa_at
    if second is not None and record.requested_at is not None and second < record.requested_at:
        second = None
    return max((at for at in (record.confirmed_by_user_at, second) if at is not None), default=None)


def intervals(record: Transfer, steps: Sequence[Step], until: int | None) -> list[Span]:
    """Whose turn it was from step to step, up to the end or to the moment the record was taken."""
    end = max(until, steps[-1].at) if until is not None and steps[-1].status not in ENDS else steps[-1].at
    spans = list[Span]()
    for step, after in pairwise([*steps, Step(end, "")]):
        if step.status not in _STAGES:
            continue
        for span in _held(record, Span(_stage(record, step, after), step.at, after.at, step.reason)):
            _append(spans, span)
    return spans


def _append(spans: list[Span], span: Span) -> None:
    """Joined to the one before if it goes on with the same."""
    if span.first == span.last:
        return
    if spans and (spans[-1].stage, spans[-1].reason, spans[-1].last) == (span.stage, span.reason, span.first):
        span = Span(span.stage, spans.pop().first, span.last, span.reason)
    spans.append(span)


def _stage(record: Transfer, step: Step, after: Step) -> str:
    stage = _STAGES[step.status]
    if stage in ("wallet", "network") and record.by_bank:
        return "bank"
    if stage == "user" and isinstance(record, Deposit):
        return "bank" if record.by_bank else "network"
    # Only a confirmation that is on record makes it the trader's turn.
    asked = step.status == "user_confirm" or after.status in ("user_confirm", "cancelled")
    answered = after.status == "review" and confirmed(record) is not None
    return "risk" if stage == "user" and not asked and not answered else stage


def _held(record: Transfer, span: Span) -> list[Span]:
    """What of a time lies within the hold belongs to whoever ordered that, with its code as reason."""
    start = record.risk_hold_from
    if start is None:
        return [span]
    first = max(start, span.first)
    last = span.last if record.risk_hold_until is None else min(record.risk_hold_until, span.last)
    if first >= last:
        return [span]
    code = record.risk_hold_code
    holder = "kyc" if code is not None and "kyc" in code.lower() else "risk"
    return [
        Span(span.stage, span.first, first, span.reason),
        Span(holder, first, last, code or span.reason),
        Span(span.stage, last, span.last, span.reason),
    ]


def over_target(record: Transfer, spans: Sequence[Span]) -> tuple[list[str], list[str]]:
    """Who took longer than their target, and of these who did so without a recorded reason."""
    over, unexcused = list[str](), list[str]()
    for stage in sorted({span.stage for span in spans}):
        told = getattr(record, f"{stage}_target_ms", None)
        target = TARGETS.get(stage) if told is None else told
        mine = [span for span in spans if span.stage == stage]
        if target is None or sum(span.ms for span in mine) <= target:
            continue
        over.append(stage)
        if record.delay_reason is None and sum(span.ms for span in mine if span.reason is None) > target:
            unexcused.append(stage)
    return over, unexcused
