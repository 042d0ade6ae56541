"""The decision: drafted, issued provisionally, commented on, issued. Reasons for every point or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict
from helpdesk.core.text import many_lines
from helpdesk.timers.models import State as Ticking

from .. import access
from ..errors import CommentsOpen, Incomplete
from ..events import RulingIssued
from ..models import BLOCKS, Decision, Dispute, Event, PointFinding
from ..reads import similar
from ..states import (
    DOMAIN,
    Actor,
    Channel,
    DecisionKind,
    Finding,
    LetterKind,
    Measure,
    Review,
    Side,
    State,
    Waiting,
    word,
)
from . import chain, deadlines, lettering, moving, outside, telling
from .case import hold
from .conditions import standing

_WRITERS = (Actor.DE, Actor.AR)
_WRITTEN_IN = {
    Actor.DE: (State.IN_DETERMINATION, State.PROVISIONAL_DECISION),
    Actor.AR: (State.UNDER_APPEAL,),
}
NEUTRAL_OUTCOMES = ("upheld", "partly_upheld", "not_upheld", "goodwill")


@dataclass(frozen=True)
class Draft:
    """What the decider wrote: blocks by name, evidence by index number, and an answer to each point."""

    blocks: Mapping[str, str]
    outcome: str = ""
    remedy: str = ""
    root_cause: str = ""
    amount: Decimal | None = None
    currency: str = ""
    evidence: tuple[str, ...] = ()
    findings: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    conclusion: str = ""
    measure: str = ""
    measures: str = ""
    comments_answered: str = ""
    review: str = ""
    differs_because: str = ""
    seen: str = ""


@transaction.atomic
def save_draft(dispute: Dispute, draft: Draft, *, by: Person) -> Decision:
    """Keep what is written so far; nobody but its author can read it."""
    dispute = hold(dispute)
    role = access.acting(by, dispute, _WRITERS)
    access.require_declared(by, dispute)
    if dispute.state not in _WRITTEN_IN[role]:
        raise Conflict(_("The decision has already been sent to both sides."), code="already_issued")
    decision = write(
        dispute, draft, by, DecisionKind.APPEAL if role == Actor.AR else DecisionKind.PROVISIONAL
    )
    chain.add(
        dispute,
        "dispute.decision.drafted",
        by=by,
        role=role,
        facts={"decision": decision.pk},
        handling=False,
    )
    return decision


def _next(dispute: Dispute) -> int:
    return (dispute.decisions.aggregate(last=Max("number"))["last"] or 0) + 1


def write(
    dispute: Dispute, draft: Draft, by: Person, kind: DecisionKind = DecisionKind.PROVISIONAL
) -> Decision:
    """The author's draft row of this kind with everything in it. The case is held."""
    begun = dispute.decisions.filter(issued_at=None, kind=kind)
    decision = begun.first() or Decision(dispute=dispute, kind=kind, number=_next(dispute), author=by)
    if decision.author_id != by.pk:
        # A successor takes the row and keeps no word of it; the permissions asked for stay with it.
        decision.author, decision.returned, decision.created_at = by, "", clock.now()
        PointFinding.objects.filter(decision=decision).delete()
    for block in BLOCKS:
        setattr(decision, block, many_lines(draft.blocks.get(block, ""))[:50_000])
    decision.language, decision.review = dispute.language, draft.review
    decision.comments_answered = many_lines(draft.comments_answered)[:20_000]
    if decision.is_answer:
        decision.measure = draft.measure if draft.measure in Measure.values else ""
        decision.measures = many_lines(draft.measures)[:20_000]
    else:
        decision.compared = similar.earlier(dispute, by)
        decision.differs_because = many_lines(draft.differs_because)[:4000]
    decision.evidence_relied = list(draft.evidence)
    decision.outcome, decision.remedy = draft.outcome, draft.remedy
    decision.root_cause, decision.conclusion = draft.root_cause, draft.conclusion
    money = draft.amount is not None and draft.remedy not in {"", "none"}
    decision.amount = draft.amount if money else None
    decision.currency = draft.currency.strip().upper()[:12] if money else ""
    decision.save()
    for point in dispute.points.all():
        finding, answer = draft.findings.get(point.number, ("", ""))
        values = {
            "finding": finding if finding in Finding.values else "",
            "answer": many_lines(answer)[:20_000],
        }
        PointFinding.objects.update_or_create(decision=decision, point=point, defaults=values)
    return decision


def _forget_drafts(dispute: Dispute) -> None:
    """What was begun and is not sent, once something else is."""
    begun = dispute.decisions.filter(issued_at=None, kind=DecisionKind.PROVISIONAL)
    PointFinding.objects.filter(decision__in=begun).delete()
    begun.delete()


def missing(dispute: Dispute, decision: Decision, seen: str = "") -> dict[str, list[Any]]:
    """What the decision still owes, by field; empty when it can be issued (F9, F10, F11).

    `seen` is the fingerprint of the earlier decisions on the page it was written on.
    """
    wrong = _unlike_others(decision, seen)
    for block in BLOCKS:
        if not getattr(decision, block):
            wrong[block] = [_("This part may not be empty.")]
    answered = {row.point_id: row for row in decision.findings.all()}
    for point in dispute.points.all():
        row = answered.get(point.pk)
        if row is None or not row.finding or not row.answer:
            wrong[f"point_{point.number}"] = [_("Point %(n)s has no answer yet.") % {"n": point.number}]
    if decision.review != Review.SEND_BACK:
        wrong |= _missing_result(decision)
    shared = {item.index_no for item in dispute.evidence.relied()}
    if not decision.evidence_relied or not set(decision.evidence_relied) <= shared:
        wrong["evidence"] = [_("Please name the evidence relied on; only what both sides can open counts.")]
    return wrong


def _unlike_others(decision: Decision, seen: str) -> dict[str, list[Any]]:
    if decision.review == Review.SEND_BACK or decision.is_answer:
        return {}
    if seen and seen != similar.fingerprint(decision.compared):
        return {
            "differs_because": [
                _("The earlier decisions are others now than when you opened the page. Please look again.")
            ]
        }
    if similar.departs(decision.compared, decision.outcome) and not decision.differs_because:
        usual = word("outcomes", similar.majority(decision.compared))
        told = _("Most earlier decisions like this one came to “%(outcome)s”. Please say why this differs.")
        return {"differs_because": [told % {"outcome": usual}]}
    return {}


def _missing_result(decision: Decision) -> dict[str, list[Any]]:
    wrong: dict[str, list[Any]] = {}
    if decision.outcome not in NEUTRAL_OUTCOMES:
        wrong["outcome"] = [_("Please choose the outcome.")]
    if decision.remedy not in {row["code"] for row in DOMAIN["remedies"]}:
        wrong["remedy"] = [_("Please choose the remedy, or “none”.")]
    if decision.root_cause not in {row["code"] for row in DOMAIN["root_causes"]}:
        wrong["root_cause"] = [_("Please choose the cause.")]
    if decision.remedy == "payment" and decision.amount is None:
        wrong["amount"] = [_("Please give the sum and the currency.")]
    if decision.amount is not None and (decision.amount <= 0 or not decision.currency):
        wrong["amount"] = [_("Please give the sum and the currency.")]
    return wrong


@transaction.atomic
def issue_provisional(dispute: Dispute, draft: Draft, *, by: Person, at: datetime | None = None) -> Decision:
    """Send the reasons to both sides, at the same moment; both get the same time to comment."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.DE,))
    access.require_declared(by, dispute)
    if dispute.state != State.IN_DETERMINATION:
        raise Conflict(_("The decision has already been sent to both sides."), code="already_issued")
    decision = write(dispute, draft, by)
    if wrong := missing(dispute, decision, draft.seen):
        raise Incomplete(fields=wrong)
    seal(dispute, decision, at)
    event = moving.apply(dispute, "issue_provisional", by=by, at=at, facts=facts_of(decision))
    serve(dispute, decision, event, LetterKind.PROVISIONAL)
    return decision


def serve(dispute: Dispute, decision: Decision, event: Event, kind: LetterKind) -> None:
    """The letter with the decision, to both sides at the same moment. The case is held."""
    letter = lettering.issue(dispute, kind, event, decision=decision)
    told = {"ruling": decision.kind, "outcome": decision.outcome, "review": decision.review}
    telling.both("dispute.decision", dispute, event, letter=letter.number, **told)


def seal(dispute: Dispute, decision: Decision, at: datetime, told: str = "") -> None:
    """From here on a trigger keeps the text as it is; `told` are the rights, where they differ."""
    decision.rights = told or rights(dispute, at)
    decision.issued_at, decision.chain_head = at, dispute.chain_head
    decision.sha256 = hashlib.sha256(text_of(decision).encode()).hexdigest()
    decision.save()


def text_of(decision: Decision) -> str:
    """The canonical text of a decision: what its hash is of."""
    fields = (*BLOCKS, "comments_answered", "rights", "outcome", "remedy", "root_cause", "currency", "kind")
    body: dict[str, Any] = {name: getattr(decision, name) for name in fields}
    if decision.is_answer:
        body["conclusion"] = decision.conclusion
    if decision.measure:
        body |= {"measure": decision.measure, "measures": decision.measures}
    body |= {
        "amount": f"{decision.amount.normalize():f}" if decision.amount is not None else "",
        **({"review": decision.review} if decision.review else {}),
        **({"differs_because": decision.differs_because} if decision.differs_because else {}),
        "evidence": sorted(decision.evidence_relied),
        "number": decision.number,
        "dispute": decision.dispute.reference,
        "points": [
            [row.point.number, row.finding, row.answer]
            for row in decision.findings.select_related("point").order_by("point__number")
        ],
    }
    return chain.canonical(body)


def rights(dispute: Dispute, at: datetime) -> str:
    """What stays open to the trader outside, in the language of the complaint."""
    with override(dispute.language):
        told = _(
            "This decision binds the platform only if you accept it. You are not bound by it: silence is not"
            " acceptance, and you may go to court or to an outside body whatever happens here."
        )
        if latest := outside.latest_if_sent(dispute, at):
            told += outside.gap() + _("The last day to go outside under %(policy)s is %(day)s.") % {
                "policy": dispute.jurisdiction_word,
                "day": outside.day(dispute, latest),
            }
    return told


def facts_of(decision: Decision) -> dict[str, Any]:
    """What the chain says about a decision; its text is behind the hash."""
    return {
        "decision": decision.pk,
        "number": decision.number,
        "kind": str(decision.kind),
        "sha256": decision.sha256,
        "outcome": decision.outcome,
        **({"compared": similar.fingerprint(decision.compared)} if decision.compared else {}),
    }


def comments_since(dispute: Dispute, decision: Decision) -> int:
    """How many comments of the two sides arrived on what was sent provisionally."""
    said = dispute.messages.filter(channel=Channel.OPEN, created_at__gte=decision.issued_at)
    return said.exclude(role__in=[Actor.DE, Actor.ME, Actor.XM]).count()


@transaction.atomic
def close_comments(dispute: Dispute, *, by: Person) -> None:
    """One side says that it has nothing (more) to comment; when both have, the decider need not wait."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU))
    side = Side.TRADER if role == Actor.TR else Side.PLATFORM
    if dispute.state != State.PROVISIONAL_DECISION:
        raise Conflict(_("There is nothing to comment on at this stage."), code="comments_not_open")
    # A window that ended by itself is closed: to close it again would give the decider more time.
    if not dispute.deadlines.running().filter(metric="comment_provisional", waits_for=side).exists():
        raise Conflict(_("Your comments are closed already."), code="comments_closed")
    deadlines.meet(dispute, ["comment_provisional"], at=at, side=side)
    event = chain.add(dispute, "dispute.comments.closed", by=by, role=role, at=at, facts={"side": str(side)})
    comments_ended(dispute, at=at)
    if dispute.waiting_on == Waiting.DECIDER:
        seats = dispute.assignments.active().filter(role=Actor.DE).select_related("user")
        telling.people("dispute.task", dispute, event, [seat.user for seat in seats], task="finalise")


def comments_ended(dispute: Dispute, *, at: datetime) -> None:
    """Whose turn it is once a side has closed its comments or the window is over. The case is held."""
    running = dispute.deadlines.filter(metric="comment_provisional", state=Ticking.RUNNING)
    sides = set(running.values_list("waits_for", flat=True))
    if not sides:
        dispute.waiting_on = Waiting.DECIDER
        deadlines.start(dispute, "final_decision", at=at)
    else:
        dispute.waiting_on = sides.pop()
    dispute.save(update_fields=["waiting_on"])


@transaction.atomic
def finalise(
    dispute: Dispute, *, by: Person, comments_answered: str = "", at: datetime | None = None
) -> Decision:
    """Issue the decision: the same findings, with an answer to what the sides said about them."""
    dispute, at = hold(dispute), at or clock.now()
    provisional = after_comments(dispute, by)
    answered = many_lines(comments_answered)
    require_answer(dispute, provisional, answered)
    _forget_drafts(dispute)
    return issue_final(dispute, _copy(dispute, provisional, answered), by=by, at=at)


def after_comments(dispute: Dispute, by: Person) -> Decision:
    """What was sent provisionally, once the decider may go on from it. The case is held."""
    access.acting(by, dispute, (Actor.DE,))
    provisional = standing(dispute)
    if dispute.state != State.PROVISIONAL_DECISION or provisional is None:
        raise Conflict(_("There is no provisional decision to complete."), code="nothing_provisional")
    if dispute.deadlines.filter(metric="comment_provisional", state=Ticking.RUNNING).exists():
        raise CommentsOpen
    return provisional


def require_answer(dispute: Dispute, provisional: Decision, answered: str) -> None:
    """Whoever commented may expect an answer."""
    if comments_since(dispute, provisional) and not answered:
        raise Incomplete(
            fields={"comments_answered": [_("Both sides may expect an answer to what they commented.")]}
        )


def issue_final(dispute: Dispute, decision: Decision, *, by: Person, at: datetime) -> Decision:
    """Send the decision to both sides. The case is held."""
    seal(dispute, decision, at)
    event = moving.apply(dispute, "decide", by=by, at=at, facts=facts_of(decision), outcome=decision.outcome)
    events.publish(RulingIssued(dispute.reference, decision.kind, decision.outcome))
    serve(dispute, decision, event, LetterKind.DECISION)
    return decision


def _copy(dispute: Dispute, provisional: Decision, answered: str) -> Decision:
    findings = list(provisional.findings.select_related("point"))
    decision = Decision.objects.get(pk=provisional.pk)
    decision.pk, decision.issued_at, decision.sha256 = None, None, ""
    decision.kind, decision.number, decision.comments_answered = DecisionKind.FINAL, _next(dispute), answered
    decision.created_at = clock.now()
    decision.save(force_insert=True)
    PointFinding.objects.bulk_create(
        PointFinding(decision=decision, point=row.point, finding=row.finding, answer=row.answer)
        for row in findings
    )
    return decision
