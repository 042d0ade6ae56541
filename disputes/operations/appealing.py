"""The appeal: asked for by one side, read by somebody fresh, decided once with reasons for every point."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.text import many_lines
from tickets.operations.attaching import Stored

from .. import access
from ..errors import Incomplete, NobodyEligible
from ..events import RulingIssued
from ..models import Appeal, Decision, Dispute, Event
from ..reads.after import appeal_under_review, may_appeal
from ..states import REVIEWED, Actor, DecisionKind, Ground, LetterKind, Review, Side, State, transition
from . import appointing, deadlines, evidence, moving, ruling, telling
from .case import hold
from .conditions import require_heard, result_of, standing
from .ruling import Draft

LONGEST = 20_000


@transaction.atomic
def file(
    dispute: Dispute,
    *,
    by: Person,
    ground: str,
    reasons: str,
    files: Iterable[Stored] = (),
    at: datetime | None = None,
) -> Appeal:
    """Ask for a review. The decision waits, both sides may reply, and somebody fresh is drawn at once."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU))
    transition("appeal", dispute.state, role)
    side = Side.TRADER if role == Actor.TR else Side.PLATFORM
    against = standing(dispute)
    if against is None or not may_appeal(dispute, side, at):
        raise Conflict(_("The time to ask for a review is over."), code="appeal_window_over")
    reasons = _checked(ground, reasons)
    appeal = Appeal.objects.create(
        dispute=dispute,
        number=(dispute.appeals.aggregate(last=Max("number"))["last"] or 0) + 1,
        side=side,
        by=by,
        at=at,
        against=against,
        ground=ground,
        reasons=reasons,
        language=by.language,
    )
    facts = {"appeal": appeal.number, "side": str(side), "ground": ground, "against": appeal.against.number}
    event = moving.apply(dispute, "appeal", by=by, at=at, facts=facts, private={"reasons": reasons})
    _leave(dispute, Actor.DE, at, "appeal")
    telling.both("dispute.step", dispute, event, step=f"appeal_{side}", ground=ground)
    evidence.admit_files(dispute, files, by=by, role=role, at=at)
    _draw(dispute, Actor.AR, event, at)
    return appeal


def _checked(ground: str, reasons: str) -> str:
    wrong: dict[str, list[Any]] = {}
    reasons = many_lines(reasons)
    if ground not in Ground.values:
        wrong["ground"] = [_("Please choose one of the grounds.")]
    if not reasons:
        wrong["reasons"] = [_("Please say what is wrong with the decision.")]
    elif len(reasons) > LONGEST:
        wrong["reasons"] = [_("Please shorten the text to 20,000 characters.")]
    if wrong:
        raise Invalid(fields=wrong)
    return reasons


def _leave(dispute: Dispute, role: str, at: datetime, reason: str) -> None:
    """Whoever sat there has done their part."""
    dispute.assignments.active().filter(role=role).update(ended_at=at, end_reason=reason)


def _draw(dispute: Dispute, role: str, event: Event, at: datetime) -> None:
    try:
        appointing.draw(dispute, role, by=None, at=at)
    except NobodyEligible:
        telling.people("dispute.task", dispute, event, telling.platform(dispute), task=f"draw_{role}")


@transaction.atomic
def drop(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Event:
    """Whoever asked for the review takes it back: the decision stands, and can be accepted anew."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU))
    transition("end_appeal", dispute.state, role)
    appeal = appeal_under_review(dispute)
    if appeal is not None and appeal.side != (Side.TRADER if role == Actor.TR else Side.PLATFORM):
        raise Forbidden(
            _("Only the side that asked for the review can take it back."), code="not_your_appeal"
        )
    return _stands_again(dispute, appeal, Review.DROPPED, by, at)


def _stands_again(
    dispute: Dispute, appeal: Appeal | None, result: Review, by: Person | None, at: datetime
) -> Event:
    """Back to the decision as it was; only the other side may still ask for a review of it."""
    facts = {"appeal": appeal.number if appeal else 0, "result": str(result)}
    event = moving.apply(dispute, "end_appeal", by=by, at=at, facts=facts)
    if appeal is not None:
        _end(appeal, result, at)
        deadlines.meet(dispute, ["file_appeal"], at=at, side=appeal.side)
    _leave(dispute, Actor.AR, at, str(result))
    telling.both("dispute.step", dispute, event, step=f"appeal_{result}")
    return event


def _end(appeal: Appeal, result: str, at: datetime, decision: Decision | None = None) -> None:
    appeal.result, appeal.ended_at, appeal.decision = result, at, decision
    appeal.save(update_fields=["result", "ended_at", "decision"])


@transaction.atomic
def decide(
    dispute: Dispute, draft: Draft, *, review: str, by: Person, at: datetime | None = None
) -> Decision:
    """Decide the appeal with reasons: confirm, vary, or send back to a decider who has not had the case."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.AR,))
    access.require_declared(by, dispute)
    transition("send_back" if review == Review.SEND_BACK else "decide_appeal", dispute.state, Actor.AR)
    require_heard(dispute)
    appeal = appeal_under_review(dispute)
    if appeal is None:
        raise Conflict(_("Nobody has asked for a review."), code="no_appeal")
    if review == Review.SEND_BACK and dispute.appeals.filter(result=Review.SEND_BACK).exists():
        raise Conflict(_("This case has been sent back once already."), code="sent_back_before")
    decision = _written(dispute, appeal, draft, review, by)
    ruling.seal(dispute, decision, at)
    _end(appeal, review, at, decision)
    back = review == Review.SEND_BACK
    event = moving.apply(
        dispute,
        "send_back" if back else "decide_appeal",
        by=by,
        at=at,
        facts=ruling.facts_of(decision) | {"appeal": appeal.number, "review": review},
        outcome=decision.outcome,
    )
    events.publish(RulingIssued(dispute.reference, decision.kind, decision.outcome))
    ruling.serve(dispute, decision, event, LetterKind.SENT_BACK if back else LetterKind.APPEAL)
    if back:
        _begin_anew(dispute, event, at)
    return decision


def _written(dispute: Dispute, appeal: Appeal, draft: Draft, review: str, by: Person) -> Decision:
    """The reviewer's text, complete: a confirmed result is the old one, a varied one differs from it."""
    if review not in REVIEWED:
        raise Incomplete(fields={"review": [_("Please choose what becomes of the decision.")]})
    old = appeal.against
    if review == Review.CONFIRM:
        draft = replace(
            draft, outcome=old.outcome, remedy=old.remedy, root_cause=old.root_cause, amount=old.amount,
            currency=old.currency, differs_because=draft.differs_because or old.differs_because,
        )  # fmt: skip
    elif review == Review.SEND_BACK:
        draft = replace(draft, outcome="", remedy="", root_cause="", amount=None, currency="")
    decision = ruling.write(dispute, replace(draft, review=review), by, DecisionKind.APPEAL)
    wrong = ruling.missing(dispute, decision, draft.seen)
    if review == Review.VARY and not wrong and result_of(decision) == result_of(old):
        wrong["outcome"] = [
            _("Outcome, remedy and sum are the old ones. Please confirm the decision instead.")
        ]
    if wrong:
        raise Incomplete(fields=wrong)
    return decision


def _begin_anew(dispute: Dispute, event: Event, at: datetime) -> None:
    """What was decided no longer stands; whoever decides next has never had the case."""
    dispute.outcome = ""
    dispute.save(update_fields=["outcome"])
    _leave(dispute, Actor.AR, at, "send_back")
    _draw(dispute, Actor.DE, event, at)


def overdue(dispute: Dispute, event: Event, *, at: datetime) -> None:
    """The reviewer is late. The platform's appeal ends there; the trader's goes to somebody else. Held."""
    appeal = appeal_under_review(dispute)
    if dispute.state != State.UNDER_APPEAL or appeal is None:
        return
    if appeal.side == Side.PLATFORM:
        # The platform's appeal keeps the trader from accepting for so long and no longer.
        _stands_again(dispute, appeal, Review.LAPSED, None, at)
        return
    pool, _excluded = appointing.candidates(dispute, Actor.AR)
    if not pool:
        telling.people(
            "dispute.task", dispute, event, telling.holders(Role.COMPLIANCE), task="draw_appeal_reviewer"
        )
        return
    seat = dispute.assignments.active().filter(role=Actor.AR).select_related("user").first()
    if seat is not None:
        appointing.replace(dispute, seat, by=None, reason="decide_appeal", why="decide_appeal")
    appointing.draw(dispute, Actor.AR, by=None, at=at)
    deadlines.start(dispute, "decide_appeal", at=at)
