"""Whether a complaint is heard at all (T03), and the one review of a refusal (T04)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.text import many_lines
from helpdesk.timers.models import State as Ticking
from tickets.models import Ticket
from tickets.operations import lifecycle

from .. import access
from ..errors import NobodyEligible, SameHands, WasOnTicket
from ..models import Admission, Assignment, Dispute, Event
from ..reads.before import may_step_in
from ..states import BARRED, Actor, Clock, LetterKind, State, Unfit, Waiting
from . import appointing, chain, deadlines, lettering, moving, rungs, telling
from .case import hold
from .handling import refuse_named

LONGEST = 4000


def _text(name: str, text: str) -> str:
    text = many_lines(text)[:LONGEST]
    if not text:
        raise Invalid(fields={name: [_("This part may not be empty.")]})
    return text


@transaction.atomic
def propose(
    dispute: Dispute, *, by: Person, reason: str, explanation: str, elsewhere: str, at: datetime | None = None
) -> Admission:
    """A complaint handler proposes not to admit it: why, in words for the trader, and where to go instead."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.CH,))
    if dispute.state != State.ACKNOWLEDGED:
        raise Conflict(
            _("Whether a complaint is admitted is decided before it is investigated."), code="late"
        )
    if dispute.involvements.filter(user=by, how__in=BARRED).exists():
        raise WasOnTicket
    if dispute.admissions.filter(admitted=True).exists():
        raise Conflict(_("A review has admitted this complaint: it stays admitted."), code="readmitted")
    if dispute.admissions.filter(ended_at=None).exists():
        raise Conflict(_("A proposal waits for approval already."), code="proposed")
    wrong: dict[str, list[Any]] = {}
    if reason not in Unfit.values:
        wrong["reason"] = [_("Please choose one of the reasons.")]
    texts = {"explanation": many_lines(explanation)[:LONGEST], "elsewhere": many_lines(elsewhere)[:LONGEST]}
    wrong |= {name: [_("This part may not be empty.")] for name, text in texts.items() if not text}
    if wrong:
        raise Invalid(fields=wrong)
    found = Admission.objects.create(dispute=dispute, reason=reason, proposed_by=by, proposed_at=at, **texts)
    facts = {"admission": found.pk, "reason": reason}
    event = chain.add(
        dispute, "dispute.admission.proposed", by=by, role=role, at=at, facts=facts, private=texts
    )
    people = telling.platform(dispute)
    people += telling.holders(Role.COMPLIANCE) if found.needs_compliance else []
    telling.people("dispute.task", dispute, event, people, task="admission")
    return found


def _proposed(dispute: Dispute) -> Admission:
    found = dispute.admissions.filter(ended_at=None).first()
    if found is None or dispute.state != State.ACKNOWLEDGED:
        raise Conflict(_("Nobody has proposed not to admit this complaint."), code="no_proposal")
    return found


@transaction.atomic
def approve(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Admission:
    """Somebody else agrees; with the last approval it needs, the complaint is not admitted."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.SU, Actor.CO))
    refuse_named(by, dispute)
    found = _proposed(dispute)
    if by.pk in found.hands():
        raise SameHands
    if role == Actor.CO and not found.needs_compliance:
        raise Forbidden(_("For this reason a supervisor approves."), code="not_for_compliance")
    field = "approved_by" if role == Actor.SU else "seconded_by"
    if getattr(found, f"{field}_id") is not None:
        raise Conflict(_("This has already been approved."), code="already_approved")
    setattr(found, field, by)
    found.ended_at = at if found.is_approved else None
    found.save(update_fields=[field, "ended_at"])
    facts = {"admission": found.pk, "reason": found.reason}
    if not found.is_approved:
        chain.add(dispute, "dispute.admission.approved", by=by, role=role, at=at, facts=facts)
        return found
    private = {"explanation": found.explanation, "elsewhere": found.elsewhere}
    event = moving.apply(
        dispute, "refuse_admission", by=by, at=at, facts=facts, private=private, outcome="inadmissible"
    )
    letter = lettering.issue(dispute, LetterKind.INADMISSIBLE, event, by=found.proposed_by, found=found)
    telling.both("dispute.inadmissible", dispute, event, letter=letter.number, reason=found.reason)
    return found


@transaction.atomic
def turn_down(dispute: Dispute, *, by: Person, reason: str, at: datetime | None = None) -> Event:
    """The supervisor does not agree: the complaint is heard."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.SU,))
    refuse_named(by, dispute)
    found = _proposed(dispute)
    if by.pk == found.proposed_by_id:
        raise SameHands
    found.turned_down, found.turned_down_by, found.ended_at = _text("reason", reason), by, at
    found.save(update_fields=["turned_down", "turned_down_by", "ended_at"])
    event = chain.add(
        dispute,
        "dispute.admission.turned_down",
        by=by,
        role=role,
        at=at,
        facts={"admission": found.pk},
        private={"reason": found.turned_down},
    )
    telling.people("dispute.task", dispute, event, [found.proposed_by], task="admission_back")
    return event


@transaction.atomic
def ask_review(dispute: Dispute, *, by: Person, reason: str = "", at: datetime | None = None) -> Event:
    """The trader wants somebody else to look at the refusal; once, and no reason is needed."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR,))
    found = _refused(dispute)
    if found.review_asked_at is not None:
        raise Conflict(_("You have asked for the review; there is one."), code="review_asked")
    found.review_asked_at, found.review_reason = at, many_lines(reason)[:LONGEST]
    found.save(update_fields=["review_asked_at", "review_reason"])
    deadlines.start(dispute, "decide_appeal", at=at)
    dispute.waiting_on = Waiting.REVIEWER
    dispute.save(update_fields=["waiting_on"])
    event = chain.add(
        dispute,
        "dispute.admission.review_asked",
        by=by,
        role=role,
        at=at,
        facts={"admission": found.pk},
        private={"reason": found.review_reason} if found.review_reason else None,
    )
    telling.both("dispute.step", dispute, event, step="review_asked")
    try:
        appointing.draw(dispute, Actor.AR, by=None, at=at)
    except NobodyEligible:
        telling.people("dispute.task", dispute, event, telling.platform(dispute), task="review")
    return event


def _refused(dispute: Dispute) -> Admission:
    found = dispute.admissions.order_by("-id").first()
    if dispute.state != State.INADMISSIBLE or found is None or not found.stands:
        raise Conflict(_("There is no refusal to review at this stage."), code="review_not_open")
    return found


@transaction.atomic
def review(dispute: Dispute, *, by: Person, admit: bool, text: str, at: datetime | None = None) -> Event:
    """A fresh person confirms the refusal, or admits the complaint after all; its clocks go on then."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.AR, Actor.SU))
    access.require_declared(by, dispute)
    refuse_named(by, dispute)
    found = _refused(dispute)
    if found.review_asked_at is None or found.reviewed_at is not None:
        raise Conflict(_("No review has been asked for, or it has been decided."), code="no_review")
    if by.pk in found.hands():
        raise SameHands
    if role == Actor.SU and not may_step_in(dispute):
        raise Conflict(_("A reviewer has been drawn and still has time."), code="reviewer_sits")
    found.review_text, found.reviewed_by, found.reviewed_at = _text("text", text), by, at
    found.admitted = admit
    found.save(update_fields=["review_text", "reviewed_by", "reviewed_at", "admitted"])
    event = _admitted(dispute, found, by, at) if admit else _confirmed(dispute, found, by, role, at)
    seats = Assignment.objects.active().filter(dispute=dispute, role=Actor.AR)
    seats.update(ended_at=at, end_reason="review decided")
    step = "admitted" if admit else "refusal_confirmed"
    letter = None if admit else lettering.issue(dispute, LetterKind.RIGHTS, event).number
    telling.both("dispute.step", dispute, event, step=step, text=found.review_text, letter=letter)
    return event


def _admitted(dispute: Dispute, found: Admission, by: Person, at: datetime) -> Event:
    """The clocks of law that stopped with the refusal go on to their old dates: no time was won by it."""
    stopped = list(
        dispute.deadlines.filter(kind=Clock.STATUTORY, state=Ticking.CANCELLED, cancelled_at=found.ended_at)
    )
    going_on = [deadlines.told_as(clock_) for clock_ in stopped]
    for clock_ in stopped:
        clock_.state, clock_.cancelled_at, clock_.generation = Ticking.RUNNING, None, clock_.generation + 1
        clock_.warn_at = rungs.first(clock_, at)
        clock_.save(update_fields=["state", "cancelled_at", "generation", "warn_at"])
    facts = {"admission": found.pk, "go_on": going_on}
    event = moving.apply(
        dispute, "admit_again", by=by, at=at, facts=facts, private={"text": found.review_text}
    )
    dispute.outcome = ""
    dispute.save(update_fields=["outcome"])
    # Nobody's act on the ticket: a reviewer who touched it could not have been one.
    lifecycle.go_into_dispute(Ticket.objects.get(pk=dispute.ticket_id), by=None, at=at)
    handlers = telling.holders(Role.HANDLER)
    telling.people("dispute.task", dispute, event, handlers, task="take")
    return event


def _confirmed(dispute: Dispute, found: Admission, by: Person, role: str, at: datetime) -> Event:
    deadlines.meet(dispute, ["decide_appeal"], at=at)
    dispute.waiting_on = Waiting.NOBODY
    dispute.save(update_fields=["waiting_on"])
    return chain.add(
        dispute,
        "dispute.admission.confirmed",
        by=by,
        role=role,
        at=at,
        facts={"admission": found.pk},
        private={"text": found.review_text},
    )
