"""Carrying out what is owed, with four eyes: proposed, approved and paid by different people."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import one_line

from .. import access
from ..errors import FurtherApproval, SameHands
from ..models import Dispute, Event, Remedy
from ..reads import interest
from ..states import Actor, LetterKind, State, Waiting
from . import authorising, chain, deadlines, lettering, moving, telling
from .case import hold


def owed(dispute: Dispute) -> Remedy:
    """What is owed in the held case; Conflict when nothing is."""
    remedy = dispute.remedies.main().select_related("authority").order_by("-id").first()
    if dispute.state != State.REMEDY_DUE or remedy is None:
        raise Conflict(_("Nothing is owed in this case at this stage."), code="nothing_owed")
    return remedy


@transaction.atomic
def approve(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Remedy:
    """Let it go out, as one of those its sum needs."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, authorising.APPROVERS)
    remedy = owed(dispute)
    authorising.approve(remedy.authority, by=by, at=at)
    return remedy


def pay(dispute: Dispute, *, by: Person, proof: str, at: datetime | None = None) -> Event:
    """Say that it is done, with the ledger entry or transaction that shows it; the trader confirms next.

    Rates and sums are looked at once more. Where they now ask for more approvals, nothing is paid, and those
    who are needed are told.
    """
    at = at or clock.now()
    try:
        return _pay(dispute, by=by, proof=proof, at=at)
    except FurtherApproval:
        _asked_again(dispute, at=at)
        raise


@transaction.atomic
def _pay(dispute: Dispute, *, by: Person, proof: str, at: datetime) -> Event:
    dispute = hold(dispute)
    access.acting(by, dispute, (Actor.FI, Actor.SU))
    remedy = owed(dispute)
    role = access.acting(by, dispute, (Actor.FI,) if remedy.amount is not None else (Actor.FI, Actor.SU))
    proof = one_line(proof)[:200]
    if not proof:
        raise Invalid(fields={"proof": [_("Please give the ledger entry or transaction id.")]})
    if remedy.paid_at is not None:
        raise Conflict(_("This has already been carried out."), code="already_paid")
    grown = interest.accrued(dispute, remedy, at)
    found = authorising.recount(remedy.authority, at=at)
    if not found.complete:
        raise authorising.further(found)
    if by.pk in {
        remedy.proposed_by_id,
        remedy.authority.proposed_by_id,
        *(one.by_id for one in found.approvals),
    }:
        raise SameHands
    remedy.paid_by, remedy.paid_at, remedy.proof = by, at, proof
    remedy.save(update_fields=["paid_by", "paid_at", "proof"])
    line = _with_interest(remedy, grown)
    deadlines.meet(dispute, ["pay_remedy"], at=at)
    deadlines.start(dispute, "confirm_remedy", at=at)
    dispute.waiting_on = Waiting.TRADER
    dispute.save(update_fields=["waiting_on"])
    facts: dict[str, Any] = {"remedy": remedy.pk} | ({"interest": line.pk, "days": line.days} if line else {})
    event = chain.add(
        dispute, "dispute.remedy.paid", by=by, role=role, at=at, facts=facts, private={"proof": proof}
    )
    letter = lettering.issue(dispute, LetterKind.REMEDY, event, by=by, remedy=remedy)
    more = {"proof": proof, "letter": letter.number, "interest": line.money if line else ""}
    telling.trader("dispute.step", dispute, event, step="paid", **more)
    return event


def _with_interest(remedy: Remedy, grown: interest.Interest | None) -> Remedy | None:
    """What grew while it was late is paid with it, as a line of its own that nothing changes any more."""
    if grown is None:
        return None
    return Remedy.objects.create(
        dispute=remedy.dispute, authority=remedy.authority, part_of=remedy, kind="interest",
        amount=grown.amount, currency=grown.currency, days=grown.days, percent=grown.percent,
        proposed_by=remedy.proposed_by, paid_by=remedy.paid_by, paid_at=remedy.paid_at, proof=remedy.proof,
        created_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def _asked_again(dispute: Dispute, *, at: datetime) -> None:
    """What was approved needs more than it did: written down once, and those who are needed are told."""
    dispute = hold(dispute)
    remedy = owed(dispute)
    was = remedy.authority.completed_at
    found = authorising.recount(remedy.authority, at=at)
    if was is None or found.complete:
        return
    facts = {"remedy": remedy.pk, "missing": list(found.missing)}
    event = chain.add(dispute, "dispute.remedy.recounted", by=None, role=Actor.SY, at=at, facts=facts)
    authorising.ask(remedy.authority, event, found=found)


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
