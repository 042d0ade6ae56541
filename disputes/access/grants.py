"""The door of a mediator from outside: the grant, and nothing beside it (F22).

Roles, seats and lists open no case to them. What the grant opens waits for a second factor, the undertaking
and the declaration, in this order; when the seat has ended it holds what was there then, until it runs out.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet

from accounts.access import require_factor
from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Forbidden, NotFound

from ..errors import DeclarationMissing, UndertakingMissing
from ..models import Dispute, DisputeDeadline, Grant, Point, UndertakingText
from ..models.case import DisputeQuerySet
from ..states import Side

Rows = TypeVar("Rows", bound=QuerySet[Any])


def is_outside(person: object) -> bool:
    """Whether they are a mediator from outside."""
    return isinstance(person, Person) and person.has_role(Role.EXTERNAL_MEDIATOR)


def grants_of(person: Person) -> "QuerySet[Grant]":
    """What is open to the person now, the newest first."""
    rows = Grant.objects.live(clock.now()).filter(user=person).select_related("dispute", "seat")
    return rows.order_by("-id") if is_outside(person) else rows.none()


def grant_of(person: Visitor, dispute: Dispute) -> Grant | None:
    """What opens this case to the person now."""
    if not is_outside(person) or not person.is_active:
        return None
    at, mine = clock.now(), (row for row in dispute.grants.all() if row.user_id == person.pk)
    return next((row for row in mine if row.is_live(at)), None)


def granted_dispute(person: Visitor, rows: DisputeQuerySet) -> Dispute:
    """What a mediator from outside has been let into; they come in by a second factor alone (403)."""
    if not isinstance(person, Person) or not is_outside(person):
        raise NotFound
    mine = Grant.objects.select_related("seat", "undertaking").prefetch_related("consents")
    dispute = rows.granted_to(person, clock.now()).prefetch_related(Prefetch("grants", mine)).first()
    if dispute is None:
        raise NotFound
    require_factor(person)
    return dispute


def require_opened(person: Visitor, dispute: Dispute) -> None:
    """The undertaking, then the declaration: whichever is missing is said (403)."""
    grant = grant_of(person, dispute)
    if grant is None or not isinstance(person, Person):
        return
    require_promised(person, dispute)
    if grant.seat.declared_at is None:
        raise DeclarationMissing


def require_promised(person: Person, dispute: Dispute) -> None:
    """A mediator from outside begins with their promise (403)."""
    grant = grant_of(person, dispute)
    if grant is not None and not has_undertaken(grant):
        raise UndertakingMissing


def has_undertaken(grant: Grant) -> bool:
    """Whether they have promised to keep the case to themselves."""
    return hasattr(grant, "undertaking")


def text_in_force() -> UndertakingText:
    """What whoever begins now is asked to promise."""
    found = UndertakingText.objects.first()
    if found is None:
        raise NotFound
    return found


def past(person: Visitor, dispute: Dispute) -> datetime | None:
    """Up to when they read, once their mediation is over; None where nothing is cut off."""
    grant = grant_of(person, dispute)
    return grant.seat.ended_at if grant is not None else None


def then(rows: Rows, field: str, person: Visitor, dispute: Dispute) -> Rows:
    """The rows that were there while they mediated."""
    cut = past(person, dispute)
    return rows.filter(**{f"{field}__lte": cut}) if cut is not None else rows


def points_for(person: Visitor, dispute: Dispute) -> "QuerySet[Point]":
    """The points of the complaint, for everybody in the case; whoever mediated once knows those of then."""
    return then(dispute.points.all(), "raised_at", person, dispute)


def clocks_for(person: Visitor, dispute: Dispute) -> "QuerySet[DisputeDeadline]":
    """The dates of the case, in the same way."""
    return then(dispute.deadlines.order_by("due_at", "id"), "started_at", person, dispute)


def all_for(dispute: Dispute) -> list[Grant]:
    """Every grant of the case, ended ones too, with what hangs on it."""
    rows = dispute.grants.select_related("user", "seat", "undertaking__text", "revoked_by")
    return list(rows.prefetch_related("consents").order_by("id"))


def current(dispute: Dispute) -> Grant | None:
    """The one that is live and has a seat: it is their names the sides decide about."""
    at = clock.now()
    return next((row for row in all_for(dispute) if row.is_live(at) and row.seat.ended_at is None), None)


def consents(grant: Grant) -> set[str]:
    """The sides that let names be spoken."""
    return {row.side for row in grant.consents.all() if row.taken_back_at is None}


def names_open(grant: Grant) -> bool:
    """Whether both do."""
    return consents(grant) >= {Side.TRADER, Side.PLATFORM}


def require_revoking(person: Person) -> None:
    """Supervisors and compliance end a grant (403)."""
    if not person.has_role(Role.SUPERVISOR, Role.COMPLIANCE):
        raise Forbidden
