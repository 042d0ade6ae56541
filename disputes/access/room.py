"""Doors of the evidence room: the index and what of it opens, what a side prepares, what it was asked."""

from django.db.models import Q, QuerySet

from accounts.models import Person, Visitor
from helpdesk.core.errors import NotFound

from ..models import Dispute, Evidence, EvidenceDraft, InfoItem, InfoRequest, Redaction
from ..states import GATHERING, NEUTRAL, Actor, Side, State
from . import (
    PLATFORM,
    READERS,
    acting,
    actors_of,
    dispute_for,
    evidence_for,
    grants,
    reads_as,
    require_declared,
    require_submitting,
)

SIDES: dict[str, Side] = {
    Actor.TR: Side.TRADER, Actor.SU: Side.PLATFORM, Actor.CH: Side.PLATFORM, Actor.CO: Side.PLATFORM,
    Actor.ME: Side.NEUTRAL, Actor.XM: Side.NEUTRAL,
}  # fmt: skip
PREPARES = (Actor.TR, Actor.SU, Actor.CH, Actor.ME, Actor.XM)
# Whom each capacity may ask, and when.
_ASKS: dict[str, tuple[tuple[Side, ...], tuple[State, ...]]] = {
    Actor.CH: ((Side.TRADER,), GATHERING),
    Actor.SU: ((Side.TRADER,), GATHERING),
    Actor.ME: ((Side.TRADER, Side.PLATFORM), (State.IN_MEDIATION,)),
    Actor.XM: ((Side.TRADER, Side.PLATFORM), (State.IN_MEDIATION,)),
    Actor.DE: ((Side.TRADER, Side.PLATFORM), (State.IN_DETERMINATION, State.PROVISIONAL_DECISION)),
    Actor.AR: ((Side.TRADER, Side.PLATFORM), (State.UNDER_APPEAL,)),
}
REDACTS = (Actor.CH, Actor.SU, Actor.CO, Actor.ME)
APPROVES = (Actor.SU, Actor.CH, Actor.CO)
RULES = (Actor.DE, Actor.AR)


def index_for(person: Visitor, dispute: Dispute) -> "QuerySet[Evidence]":
    """Every number that both sides see listed, whether or not it opens for this person."""
    if not reads_as(person, dispute) & ({Actor.TR} | READERS | set(NEUTRAL)):
        return dispute.evidence.none()
    rows = dispute.evidence.select_related("submitted_by", "derivative_of", "supersedes", "translation_of")
    rows = grants.then(rows, "submitted_at", person, dispute)
    return rows if actors_of(person, dispute) & (PLATFORM | {Actor.CO}) else rows.in_index()


def listed_item(person: Visitor, reference: str, key: str) -> Evidence:
    """One number of the index, through the door of its case; whether it opens is another question."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    found = index_for(person, dispute).filter(key=key).select_related("dispute", "ruled_by").first()
    if found is None:
        raise NotFound
    return found


def opens(person: Visitor, item: Evidence) -> bool:
    """Whether the person may have the file itself."""
    return evidence_for(person, item.dispute).filter(pk=item.pk).exists()


def side_of(person: Visitor, dispute: Dispute) -> Side | None:
    """The side on which the person prepares things in this case."""
    mine = actors_of(person, dispute)
    return next((SIDES[actor] for actor in PREPARES if actor in mine), None)


def require_preparing(person: Person, dispute: Dispute) -> tuple[Actor, Side]:
    """The capacity and side in which the person prepares, while the file can still grow."""
    role = require_submitting(person, dispute)
    return role, SIDES[role]


def drafts_for(person: Visitor, dispute: Dispute) -> "QuerySet[EvidenceDraft]":
    """What the person's own side prepares; nobody else learns that it exists, overseers included."""
    side = side_of(person, dispute)
    if side is None or (side == Side.PLATFORM and not reads_as(person, dispute) & PLATFORM):
        return dispute.drafts.none()
    return dispute.drafts.filter(side=side).select_related("prepared_by", "supersedes", "translation_of")


def draft(person: Visitor, reference: str, pk: int) -> EvidenceDraft:
    """One prepared thing of the person's own side."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    found = drafts_for(person, dispute).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def may_ask(person: Visitor, dispute: Dispute) -> tuple[Side, ...]:
    """Whom the person may ask for things at this stage."""
    for actor in actors_of(person, dispute):
        sides, states = _ASKS.get(actor, ((), ()))
        if dispute.state in states:
            return sides
    return ()


ASKING = tuple(_ASKS)


def asks(role: str) -> tuple[Side, ...]:
    """Whom somebody in this capacity may ask at all."""
    return _ASKS[role][0]


def requests_for(person: Visitor, dispute: Dispute) -> "QuerySet[InfoRequest]":
    """What was asked of whom: both sides see the same list."""
    if not reads_as(person, dispute) & ({Actor.TR} | READERS | set(NEUTRAL)):
        return dispute.info_requests.none()
    rows = grants.then(dispute.info_requests.all(), "asked_at", person, dispute)
    return rows.select_related("deadline", "asked_by", "letter").prefetch_related("items")


def info_request(person: Visitor, reference: str, number: int) -> InfoRequest:
    """One list, through the door of its case."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    found = requests_for(person, dispute).filter(number=number).select_related("dispute").first()
    if found is None:
        raise NotFound
    return found


def info_item(asked: InfoRequest, number: int) -> InfoItem:
    """One thing of the list."""
    found = asked.items.filter(number=number).select_related("request").first()
    if found is None:
        raise NotFound
    return found


def require_answering(person: Person, asked: InfoRequest) -> Actor:
    """The capacity in which the person answers for the side that was asked (403)."""
    allowed = (Actor.TR,) if asked.side == Side.TRADER else (Actor.CH, Actor.SU)
    return acting(person, asked.dispute, allowed)


def redactions_for(person: Visitor, dispute: Dispute) -> "QuerySet[Redaction]":
    """Requests to cover something: for those who work the case, and who asked; others read the result."""
    mine = actors_of(person, dispute)
    rows = dispute.redactions.select_related("item", "requested_by", "decided_by", "derivative")
    if mine & {Actor.SU, Actor.CH, Actor.CO, Actor.AU}:
        return rows
    own = Q(requested_by_id=person.pk) if mine & {Actor.ME} else Q(pk=None)
    return rows.filter(own)


def redaction(person: Visitor, reference: str, number: int) -> Redaction:
    """One request to cover something, through the door of its case."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    found = redactions_for(person, dispute).filter(number=number).select_related("dispute").first()
    if found is None:
        raise NotFound
    return found
