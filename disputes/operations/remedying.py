"""Carrying out what is owed, with four eyes: proposed, approved and paid by different people."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import one_line

from .. import access
from ..errors import NotApproved, SameHands
from ..models import Dispute, Event, Remedy
from ..states import Actor, LetterKind, State, Waiting
from . import chain, deadlines, lettering, moving, telling
from .case import hold


def owed(dispute: Dispute) -> Remedy:
    """What is owed in the held case; Conflict when nothing is."""
    remedy = dispute.remedies.order_by("-id").first()
    if dispute.state != State.REMEDY_DUE or remedy is None:
        raise Conflict(_("Nothing is owed in this case at this stage."), code="nothing_owed")
    return remedy


def _hands(remedy: Remedy) -> set[int | None]:
    return {remedy.proposed_by_id, remedy.approved_by_id, remedy.seconded_by_id, remedy.paid_by_id}


@transaction.atomic
def approve(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Remedy:
    """Let it go out. Larger sums need a second, different person."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.SU, Actor.CO))
    remedy = owed(dispute)
    if remedy.is_approved:
        raise Conflict(_("This has already been approved."), code="already_approved")
    if by.pk in _hands(remedy):
        raise SameHands
    if remedy.approved_by_id is None:
        remedy.approved_by, remedy.approved_at = by, at
    else:
        remedy.seconded_by, remedy.seconded_at = by, at
    remedy.save(update_fields=["approved_by", "approved_at", "seconded_by", "seconded_at"])
    facts = {"remedy": remedy.pk, "complete": remedy.is_approved}
    event = chain.add(dispute, "dispute.remedy.approved", by=by, role=role, at=at, facts=facts)
    if remedy.is_approved:
        telling.people("dispute.task", dispute, event, telling.holders(Role.FINANCE), task="pay_now")
    return remedy


@transaction.atomic
def pay(dispute: Dispute, *, by: Person, proof: str, at: datetime | None = None) -> Event:
    """Say that it is done, with the ledger entry or transaction that shows it; the trader confirms next."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.FI, Actor.SU))
    remedy = owed(dispute)
    role = access.acting(by, dispute, (Actor.FI,) if remedy.amount is not None else (Actor.FI, Actor.SU))
    proof = one_line(proof)[:200]
    if not proof:
        raise Invalid(fields={"proof": [_("Please give the ledger entry or transaction id.")]})
    if remedy.paid_at is not None:
        raise Conflict(_("This has already been carried out."), code="already_paid")
    if not remedy.is_approved:
        raise NotApproved
    if by.pk in _hands(remedy):
        raise SameHands
    remedy.paid_by, remedy.paid_at, remedy.proof = by, at, proof
    remedy.save(update_fields=["paid_by", "paid_at", "proof"])
    deadlines.meet(dispute, ["pay_remedy"], at=at)
    deadlines.start(dispute, "confirm_remedy", at=at)
    dispute.waiting_on = Waiting.TRADER
    dispute.save(update_fields=["waiting_on"])
    event = chain.add(
        dispute,
        "dispute.remedy.paid",
        by=by,
        role=role,
        at=at,
        facts={"remedy": remedy.pk},
        private={"proof": proof},
    )
    letter = lettering.issue(dispute, LetterKind.REMEDY, event, by=by, remedy=remedy)
    telling.trader("dispute.step", dispute, event, step="paid", proof=proof, letter=letter.number)
    return event


@transaction.atomic
def confirm(dispute: Dispute, *, by: Person | None, at: datetime | None = None) -> Event:
    """The trader confirms, or their time is over (`by` None): the case closes, and the ticket with it."""
    dispute, at = hold(dispute), at or clock.now()
    if by is not None:
        access.acting(by, dispute, (Actor.TR,))
    remedy = owed(dispute)
    event = moving.apply(dispute, "confirm_remedy", by=by, at=at, facts={"remedy": remedy.pk})
    remedy.confirmed_at = at if by is not None else None
    remedy.save(update_fields=["confirmed_at"])
    telling.both("dispute.step", dispute, event, step="closed")
    return event
