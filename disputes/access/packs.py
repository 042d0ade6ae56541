"""Doors to what is handed to bodies outside, and to the directory of bodies."""

from django.db.models import QuerySet

from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core.errors import Forbidden, NotFound

from ..models import Dispute, ExternalBody, ExternalPack
from ..states import Actor
from . import READERS, acting, actors_of, dispute_for, reads_as, require_declared

MAKES = (Actor.SU, Actor.CO, Actor.CH)
_DIRECTORY = (Role.SUPERVISOR, Role.COMPLIANCE, Role.AUDITOR)
_KEEPS = (Role.SUPERVISOR, Role.COMPLIANCE)


def packs_for(person: Visitor, dispute: Dispute) -> "QuerySet[ExternalPack]":
    """What was made for bodies outside: both sides know of it, and who oversees; neutrals do not."""
    rows = dispute.packs.made().select_related("body", "made_by", "handed_by", "letter")
    return rows if reads_as(person, dispute) & ({Actor.TR} | READERS) else rows.none()


def has_packs(person: Visitor, dispute: Dispute) -> bool:
    """Whether the page of these files is the person's."""
    return bool(reads_as(person, dispute) & ({Actor.TR} | READERS))


def may_make(person: Visitor, dispute: Dispute) -> bool:
    """Whether the person makes such a file, and records that it went out."""
    return bool(actors_of(person, dispute) & set(MAKES))


def require_packs(person: Visitor, reference: str) -> Dispute:
    """The case, for those who may know what was handed over."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    if not has_packs(person, dispute):
        raise NotFound
    return dispute


def require_making(person: Person, dispute: Dispute) -> Actor:
    """The capacity in which the person makes such a file (403)."""
    return acting(person, dispute, MAKES)


def require_taking(person: Person, dispute: Dispute) -> Actor:
    """The capacity in which the person takes such a file: both sides, and who oversees."""
    return acting(person, dispute, (Actor.TR, *READERS))


def pack_for(person: Visitor, reference: str, number: int) -> ExternalPack:
    """One of them, through the door of its case."""
    dispute = require_packs(person, reference)
    found = packs_for(person, dispute).filter(number=number).first()
    if found is None:
        raise NotFound
    found.dispute = dispute
    return found


def has_directory(person: object) -> bool:
    """Whether the directory of bodies outside is the person's business."""
    return isinstance(person, Person) and person.is_active and person.has_role(*_DIRECTORY)


def keeps_directory(person: Person) -> bool:
    """Whether they may change it."""
    return person.has_role(*_KEEPS)


def require_directory(person: Visitor) -> Person:
    """The person, if they may read the directory; otherwise there is none (404)."""
    if not isinstance(person, Person) or not has_directory(person):
        raise NotFound
    return person


def require_keeping(person: Visitor) -> Person:
    """Supervisors and compliance keep the directory (403 for auditors)."""
    found = require_directory(person)
    if not keeps_directory(found):
        raise Forbidden
    return found


def bodies() -> "QuerySet[ExternalBody]":
    """Every body of the directory, those that are switched off included."""
    return ExternalBody.objects.order_by("-active", "position", "code")


def body(code: str) -> ExternalBody:
    """One body, or there is none (404)."""
    found = ExternalBody.objects.filter(code=code).first()
    if found is None:
        raise NotFound
    return found
