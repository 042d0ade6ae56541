"""What is owed in one case, for whoever looks: how far it is, what has grown on it, and who may go on."""

from typing import Any

from accounts.models import Person
from helpdesk.core import clock

from ..models import Authority, Dispute, Remedy
from ..states import HANDLING, Actor, State
from ..states.paying import Source
from . import interest, money

INSIDE = frozenset({*HANDLING, Actor.AU})


def remedy_of(dispute: Dispute) -> Remedy | None:
    """The newest promise, without the interest on it."""
    rows = dispute.remedies.main().select_related("authority__dispute", "authority__proposed_by")
    return rows.order_by("-id").first()


def page(dispute: Dispute, mine: frozenset[str], person: Person) -> dict[str, Any]:
    """For all: the sum and what grew on it. For the house alone: by which band, and whose approvals."""
    remedy = remedy_of(dispute)
    authority = remedy.authority if remedy is not None else _answer(dispute)
    # Who approves what is the house's own affair, and over once it is paid.
    if not mine & INSIDE or (remedy is not None and remedy.paid_at is not None):
        authority = None
    grown = interest.accrued(dispute, remedy, clock.now()) if dispute.state == State.REMEDY_DUE else None
    return {
        "remedy": remedy,
        "interest_paid": remedy.interest if remedy is not None else None,
        "interest": grown,
        "money": money.standing(authority, clock.now()) if authority is not None else None,
    }


def _answer(dispute: Dispute) -> Authority | None:
    """The permission that an answer has or needs before it is accepted."""
    if dispute.state not in {State.INVESTIGATING, State.RESPONSE_ISSUED}:
        return None
    rows = dispute.authorities.live().exclude(amount=None).filter(source=Source.ANSWER, remedies=None)
    return rows.select_related("dispute", "proposed_by").order_by("-id").first()


def can(dispute: Dispute, mine: frozenset[str], person: Person) -> set[str]:
    """Whether the person may approve, or carry it out, now."""
    if dispute.state != State.REMEDY_DUE or not mine & set(HANDLING):
        return set()
    remedy = remedy_of(dispute)
    if remedy is None or remedy.paid_at is not None:
        return set()
    found = money.standing(remedy.authority, clock.now())
    barred = money.barred(person, remedy.authority)
    if not found.complete:
        helps = not found.figures.unknown and not barred and money.would_help(found, person)
        return {"approve"} if helps else set()
    payer = mine & ({Actor.FI} if remedy.amount is not None else {Actor.FI, Actor.SU})
    return {"pay"} if payer and not barred else set()
