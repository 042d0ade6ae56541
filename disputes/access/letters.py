"""Doors to letters and to the words they are made of."""

from django.db.models import Q, QuerySet

from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core.errors import Forbidden, NotFound

from ..models import Dispute, Letter, LetterTemplate
from ..states import MEDIATING, NEUTRAL, Actor, LetterKind
from . import READERS, decisions_for, dispute_for, grants, readers_of, reads_as, require_declared

_WRITE = (Role.COMPLIANCE, Role.EDITOR)
_PUBLISH = (Role.COMPLIANCE, Role.SUPERVISOR)
_READ = (Role.COMPLIANCE, Role.EDITOR, Role.SUPERVISOR, Role.AUDITOR)
_SETTLED_SEEN_BY = frozenset({Actor.TR, Actor.SU, Actor.CH, *MEDIATING})


def letters_for(person: Visitor, dispute: Dispute) -> "QuerySet[Letter]":
    """The letters of a case for everybody in it, with what they are about and no more; finance has none.

    A letter with a decision is read by whoever reads that, a settlement by whoever may know of offers.
    """
    mine = reads_as(person, dispute)
    rows = dispute.letters.select_related("dispute", "author", "approved_by", "template")
    if not mine & ({Actor.TR} | READERS | set(NEUTRAL)):
        return rows.none()
    if not mine & _SETTLED_SEEN_BY:
        rows = rows.exclude(kind=LetterKind.SETTLEMENT)
    if readers_of(person, dispute) & set(MEDIATING):
        shown = decisions_for(person, dispute).exclude(issued_at=None)
        rows = rows.filter(Q(decision=None) | Q(decision__in=shown.values("pk")))
    rows = grants.then(rows, "issued_at", person, dispute)
    return in_their_words(person, dispute, rows).order_by("id")


def in_their_words(person: Visitor, dispute: Dispute, rows: "QuerySet[Letter]") -> "QuerySet[Letter]":
    """Where names are not spoken, the letters there are in words without them."""
    grant = grants.grant_of(person, dispute)
    return rows if grant is None or grants.names_open(grant) else rows.exclude(outside_body="")


def taken_letters(person: Visitor, dispute: Dispute) -> "QuerySet[Letter]":
    """The same as it may leave the house: no neutral carries away what was agreed without prejudice."""
    rows = letters_for(person, dispute)
    return rows.exclude(kind=LetterKind.SETTLEMENT) if reads_as(person, dispute) & set(NEUTRAL) else rows


def letter_for(person: Visitor, reference: str, number: int) -> Letter:
    """One letter, through the door of its case."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    found = letters_for(person, dispute).filter(number=number).first()
    if found is None:
        raise NotFound
    found.dispute = dispute
    return found


def has_templates(person: object) -> bool:
    """Whether the words of letters are the person's business."""
    return isinstance(person, Person) and person.is_active and person.has_role(*_READ)


def require_templates(person: Visitor) -> Person:
    """The person, if they may read the words of letters; otherwise there are none (404)."""
    if not isinstance(person, Person) or not has_templates(person):
        raise NotFound
    return person


def may_write(person: Person) -> bool:
    """Whether the person drafts them."""
    return person.has_role(*_WRITE)


def may_publish(person: Person) -> bool:
    """Whether the person publishes what somebody else has drafted."""
    return person.has_role(*_PUBLISH)


def require_writing(person: Visitor) -> Person:
    """Compliance and editors write (403 for the other readers)."""
    found = require_templates(person)
    if not may_write(found):
        raise Forbidden
    return found


def require_publishing(person: Visitor) -> Person:
    """Compliance and supervisors publish (403 for the other readers)."""
    found = require_templates(person)
    if not may_publish(found):
        raise Forbidden
    return found


def template_versions(kind: str, language: str) -> "QuerySet[LetterTemplate]":
    """Every version of one letter in one language, the newest first."""
    rows = LetterTemplate.objects.filter(kind=kind, language=language)
    return rows.select_related("author", "published_by").order_by("-number")


def every_template() -> "QuerySet[LetterTemplate]":
    """Every version of every letter."""
    return LetterTemplate.objects.select_related("author", "published_by").order_by(
        "kind", "language", "-number"
    )
