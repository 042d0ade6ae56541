"""Doors to disputes and what is in them. What one may not know of does not exist (404)."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core import refs
from helpdesk.core.errors import DomainError, Forbidden, NotFound

from ..errors import DeclarationMissing, FileClosed
from ..models import (
    Admission,
    Assignment,
    Decision,
    Dispute,
    DisputeMessage,
    Event,
    Evidence,
    Offer,
    PolicyVersion,
    Representative,
)
from ..models.case import DisputeQuerySet
from ..models.content import EvidenceQuerySet
from ..states import (
    GATHERING,
    HANDLING,
    LATE_IN,
    MEDIATING,
    NEUTRAL,
    PAST_DECISION,
    Actor,
    Channel,
    OfferState,
    Side,
    State,
)
from . import grants
from .returns import entities as entities
from .returns import has_returns as has_returns
from .returns import require_returns as require_returns
from .returns import return_runs as return_runs

_BY_ROLE = (
    (Role.SUPERVISOR, Actor.SU),
    (Role.HANDLER, Actor.CH),
    (Role.COMPLIANCE, Actor.CO),
    (Role.FINANCE, Actor.FI),
    (Role.AUDITOR, Actor.AU),
)
PLATFORM = frozenset({Actor.SU, Actor.CH})
READERS = frozenset({Actor.SU, Actor.CH, Actor.CO, Actor.AU})
DRAWN = (Role.MEDIATOR, Role.EXTERNAL_MEDIATOR, Role.DECIDER, Role.APPEAL_REVIEWER)
# What each capacity reads; the neutral who decides reads nothing said without prejudice (F15).
_CHANNELS: dict[str, tuple[Channel, ...]] = {
    Actor.TR: (Channel.OPEN, Channel.CAUCUS_TRADER),
    Actor.SU: (Channel.OPEN, Channel.CAUCUS_PLATFORM, Channel.INTERNAL),
    Actor.CH: (Channel.OPEN, Channel.CAUCUS_PLATFORM, Channel.INTERNAL),
    Actor.CO: (Channel.OPEN, Channel.INTERNAL),
    Actor.AU: (Channel.OPEN, Channel.INTERNAL),
    Actor.ME: (Channel.OPEN, Channel.CAUCUS_TRADER, Channel.CAUCUS_PLATFORM, Channel.NEUTRAL),
    Actor.XM: (Channel.OPEN, Channel.CAUCUS_TRADER, Channel.CAUCUS_PLATFORM, Channel.NEUTRAL),
    Actor.DE: (Channel.OPEN,),
    Actor.AR: (Channel.OPEN,),
}
_WRITES: dict[str, tuple[Channel, ...]] = {
    Actor.TR: (Channel.OPEN, Channel.CAUCUS_TRADER),
    Actor.SU: (Channel.OPEN, Channel.CAUCUS_PLATFORM, Channel.INTERNAL),
    Actor.CH: (Channel.OPEN, Channel.CAUCUS_PLATFORM, Channel.INTERNAL),
    Actor.CO: (Channel.INTERNAL,),
    Actor.ME: (Channel.OPEN, Channel.CAUCUS_TRADER, Channel.CAUCUS_PLATFORM, Channel.NEUTRAL),
    Actor.XM: (Channel.OPEN, Channel.CAUCUS_TRADER, Channel.CAUCUS_PLATFORM, Channel.NEUTRAL),
    Actor.DE: (Channel.OPEN,),
    Actor.AR: (Channel.OPEN,),
}
# Work of the house on what has not been sent yet, and who is named: its links in the log stay inside.
INNER = tuple(
    f"dispute.{act}"
    for act in (
        "decision.drafted", "answer.drafted", "answer.submitted", "answer.returned", "named",
        "admission.proposed", "admission.approved", "admission.turned_down",
        "answer.allowed", "offer.proposed", "offer.allowed", "remedy.recounted",
        "hold.set", "hold.lift_asked", "hold.lifted", "care.found",
    )
)  # fmt: skip
# What of a held sum was only wished for is no matter of whoever decides.
_WISHES = ("proposed", "declined", "withdrawn", "lapsed", "end_asked", "kept")
BETWEEN_SIDES = tuple(f"dispute.sum.{act}" for act in _WISHES)
_CAUCUS = (Channel.CAUCUS_TRADER, Channel.CAUCUS_PLATFORM)
OFFERS_SEEN_BY = frozenset({Actor.TR, Actor.SU, Actor.CH, *MEDIATING})


def disputes_for(person: Visitor) -> DisputeQuerySet:
    """All cases the person may know of; the ground of every list, count and export."""
    return Dispute.objects.visible_to(person)


def every_dispute(reference: str | None = None) -> list[Dispute]:
    """All cases, or the one named: for commands that check the whole installation, never for people."""
    rows = Dispute.objects.order_by("id")
    return list(rows.filter(reference=reference) if reference else rows)


def policies_in_force() -> dict[str, PolicyVersion]:
    """The newest version of every jurisdiction's policy, by its code."""
    return {row.jurisdiction: row for row in PolicyVersion.objects.order_by("number", "id")}


def own_disputes(person: Person) -> DisputeQuerySet:
    """The cases the person brought, or acts in for the trader."""
    return Dispute.objects.all().brought_by(person)


def dispute_for(person: Visitor, reference: str) -> Dispute:
    """The case, if the person may know of it."""
    if not refs.DISPUTE.match(reference):
        raise NotFound
    seated = Prefetch("assignments", Assignment.objects.select_related("user", "draw").order_by("id"))
    # Who acts for the trader is asked again and again on one page.
    acting_for = Prefetch("representatives", Representative.objects.with_people())
    rows = Dispute.objects.for_page().prefetch_related(seated, acting_for).filter(reference=reference)
    if (dispute := rows.visible_to(person).first()) is not None:
        return dispute
    return grants.granted_dispute(person, rows)


def on_trader_side(person: Visitor, dispute: Dispute) -> bool:
    """Whether the person is the trader, or acts for them with an accepted proof."""
    return person.pk == dispute.trader_id or dispute.is_represented_by(person)


def own_dispute(person: Visitor, reference: str) -> Dispute:
    """The case, if the person brought it or acts for who did: the trader's page is for them alone."""
    dispute = dispute_for(person, reference)
    if not on_trader_side(person, dispute):
        raise NotFound
    return dispute


def desk_dispute(person: Visitor, reference: str) -> Dispute:
    """The case for everybody but the trader; a neutral who has not signed yet is refused (403)."""
    dispute = appointed_dispute(person, reference)
    require_declared(person, dispute)
    return dispute


def appointed_dispute(person: Visitor, reference: str) -> Dispute:
    """The same, signed or not: for the page where a neutral accepts."""
    dispute = dispute_for(person, reference)
    if on_trader_side(person, dispute):
        raise NotFound
    return dispute


_REGISTER = (
    Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR,
    Role.MEDIATOR, Role.DECIDER, Role.APPEAL_REVIEWER, Role.FINANCE,
)  # fmt: skip


def has_register(person: object) -> bool:
    """Whether the list of cases in the desk is theirs: readers of the register, neutrals, finance."""
    return isinstance(person, Person) and person.has_role(*_REGISTER)


def require_register(person: Visitor) -> Person:
    """The person, if they may open the list of cases; otherwise there is none (404)."""
    if not isinstance(person, Person) or not has_register(person):
        raise NotFound
    return person


def seat_of(person: Visitor, dispute: Dispute) -> Assignment | None:
    """The neutral seat the person holds in the case now."""
    mine = (seat for seat in dispute.assignments.all() if seat.user_id == person.pk and seat.is_neutral)
    return next((seat for seat in mine if seat.ended_at is None), None)


def actors_of(person: Visitor, dispute: Dispute) -> frozenset[str]:
    """In which capacities the person may act on this case. Being a superuser gives none.

    Whoever sits in a neutral seat has that one capacity and no other, whatever their roles.
    """
    if not isinstance(person, Person) or not person.is_active:
        return frozenset()
    if on_trader_side(person, dispute):
        return frozenset({Actor.TR})
    if any(row.person_id == person.pk for row in dispute.representatives.all()):
        return frozenset()  # they acted for the trader once: no part of the house's work on it is theirs
    if seat := seat_of(person, dispute):
        shut = seat.role == Actor.XM and grants.grant_of(person, dispute) is None
        return frozenset() if shut else frozenset({Actor(seat.role)})
    if grants.grant_of(person, dispute) is not None:
        return frozenset()  # they mediated here once: no other capacity is left to them
    return frozenset(actor for role, actor in _BY_ROLE if person.has_role(role))


def may_be_drawn(person: Visitor, dispute: Dispute) -> bool:
    """Whether a draw could still seat the person in this case: a neutral by role, and not involved yet."""
    if not isinstance(person, Person) or not dispute.is_open or not person.has_role(*DRAWN):
        return False
    return person.pk != dispute.trader_id and not dispute.involvements.filter(user_id=person.pk).exists()


def readers_of(person: Visitor, dispute: Dispute) -> frozenset[str]:
    """The same for reading: a mediator from outside reads on, what was there then, while the grant lasts."""
    mine = actors_of(person, dispute)
    return frozenset({Actor.XM}) if not mine and grants.grant_of(person, dispute) else mine


def reads_as(person: Visitor, dispute: Dispute) -> frozenset[str]:
    """In which capacities the person reads: as a decider does (F15) while they may still be drawn."""
    mine = readers_of(person, dispute)
    return frozenset({Actor.DE}) if mine & READERS and may_be_drawn(person, dispute) else mine


def require_declared(person: Visitor, dispute: Dispute) -> None:
    """A neutral opens the file after signing the declaration, not before (F4)."""
    grants.require_opened(person, dispute)
    seat = seat_of(person, dispute)
    if seat is not None and seat.declared_at is None:
        raise DeclarationMissing


def acting(person: Person, dispute: Dispute, allowed: Iterable[str]) -> Actor:
    """The capacity the person acts in, out of those allowed; 403 when there is none."""
    return _one_of(actors_of(person, dispute), allowed)


def reading(person: Person, dispute: Dispute, allowed: Iterable[str]) -> Actor:
    """The capacity the person reads in, out of those allowed; 403 when there is none."""
    return _one_of(readers_of(person, dispute), allowed)


def _one_of(mine: frozenset[str], allowed: Iterable[str]) -> Actor:
    found = next((actor for actor in Actor if actor in mine and actor in set(allowed)), None)
    if found is None:
        raise Forbidden
    return found


def messages_for(person: Visitor, dispute: Dispute) -> "QuerySet[DisputeMessage]":
    """What the person may read of what was said."""
    channels = {channel for actor in reads_as(person, dispute) for channel in _CHANNELS.get(actor, ())}
    rows = dispute.messages.filter(channel__in=channels).select_related("author")
    return grants.then(rows, "created_at", person, dispute)


def may_speak(person: Visitor, dispute: Dispute, channel: str) -> bool:
    """Whether the channel is one the person has a voice in, at whatever stage."""
    return any(channel in _WRITES.get(actor, ()) for actor in actors_of(person, dispute))


def channels_for(person: Visitor, dispute: Dispute) -> list[Channel]:
    """Where the person may speak at this stage."""
    may = {channel for channel in Channel if may_speak(person, dispute, channel)}
    if dispute.state != State.IN_MEDIATION:
        may -= set(_CAUCUS)
    if not dispute.is_open:
        may -= {Channel.OPEN}
    return [channel for channel in Channel if channel in may]


def offers_for(person: Visitor, dispute: Dispute) -> "QuerySet[Offer]":
    """Offers exist for the two sides and the mediator; for the decider there are none."""
    if reads_as(person, dispute) & OFFERS_SEEN_BY:
        rows = grants.then(dispute.offers.select_related("made_by"), "made_at", person, dispute)
        inside = reads_as(person, dispute) & PLATFORM
        return rows if inside else rows.exclude(state__in=[OfferState.PENDING, OfferState.DROPPED])
    return dispute.offers.none()


def handler_of(dispute: Dispute) -> Assignment | None:
    """The complaint handler's seat, while somebody has it."""
    seats = dispute.assignments.active().filter(role=Actor.CH).select_related("user")
    return seats.first()


def answer_draft_for(person: Visitor, dispute: Dispute) -> Decision | None:
    """The platform's answer before it is sent: its author's own, and the supervisors' once submitted."""
    if dispute.state != State.INVESTIGATING:
        return None
    draft = dispute.decisions.answers().filter(issued_at=None).select_related("author").first()
    if draft is None or (draft.author_id == person.pk and Actor.CH in actors_of(person, dispute)):
        return draft
    shown = draft.submitted_at is not None and Actor.SU in reads_as(person, dispute)
    return draft if shown else None


def admission_for(person: Visitor, dispute: Dispute) -> Admission | None:
    """The newest proposal not to admit: the house's while it is one, the trader's once it stands."""
    found = dispute.admissions.select_related("proposed_by", "approved_by").order_by("-id").first()
    if found is None or found.stands or reads_as(person, dispute) & set(HANDLING):
        return found
    return None


def evidence_for(person: Visitor, dispute: Dispute) -> EvidenceQuerySet:
    """What of the index the person may open; finance has no business in it.

    Restricted items open to the side they come from, to compliance, to those who covered them, and to whoever
    decides once both sides have a version or a summary (F11); never to an external mediator.
    """
    mine, acts = reads_as(person, dispute), actors_of(person, dispute)
    if not mine & ({Actor.TR} | READERS | set(NEUTRAL)):
        return dispute.evidence.none()
    rows = dispute.evidence.select_related("submitted_by")
    rows = grants.then(rows, "submitted_at", person, dispute)
    if acts & {Actor.DE, Actor.AR}:
        return rows.for_decider()
    if Actor.CO in mine:
        return rows
    side = Side.TRADER if Actor.TR in mine else Side.PLATFORM if mine & PLATFORM else None
    side = Side.NEUTRAL if Actor.ME in mine else side
    own = Q(visibility="both") | Q(side=side or "")
    if mine & PLATFORM:
        asked = dispute.redactions.filter(Q(requested_by_id=person.pk) | Q(decided_by_id=person.pk))
        return rows.filter(own | Q(pk__in=asked.values("item_id")))
    return rows.in_index().filter(own)


def require_submitting(person: Person, dispute: Dispute) -> Actor:
    """The capacity in which the person may add evidence; asked before a file is stored, too."""
    require_declared(person, dispute)
    role = acting(person, dispute, (Actor.TR, Actor.SU, Actor.CH, *MEDIATING))
    if dispute.state not in (*GATHERING, *LATE_IN):
        raise FileClosed
    return role


def evidence_item(person: Visitor, reference: str, key: str) -> Evidence:
    """One item's file, through the door of its case."""
    dispute = dispute_for(person, reference)
    require_declared(person, dispute)
    found = evidence_for(person, dispute).filter(key=key).select_related("dispute").first()
    if found is None:
        raise NotFound
    return found


def decisions_for(person: Visitor, dispute: Dispute) -> "QuerySet[Decision]":
    """Issued decisions and the platform's answer for all in the case; the draft for its author alone."""
    issued = grants.then(dispute.decisions.issued(), "issued_at", person, dispute)
    mine = readers_of(person, dispute)
    if mine & {Actor.DE, Actor.AR}:
        issued = dispute.decisions.filter(author_id=person.pk) | issued
    elif mine & set(MEDIATING) and dispute.state not in PAST_DECISION:
        issued = issued.answers()
    return issued.select_related("author").prefetch_related("findings__point").order_by("number")


def events_for(person: Visitor, dispute: Dispute) -> "QuerySet[Event]":
    """The log without acts whose mere existence the person may not know of."""
    mine = reads_as(person, dispute)
    rows = grants.then(dispute.events.select_related("actor"), "at", person, dispute)
    if mine & {Actor.AU, Actor.CO}:
        return rows
    hidden = {f"dispute.said.{channel}" for channel in Channel}
    hidden -= {f"dispute.said.{channel}" for actor in mine for channel in _CHANNELS.get(actor, ())}
    rows = rows.exclude(action__in=hidden)
    if not mine & OFFERS_SEEN_BY:
        rows = rows.exclude(action__startswith="dispute.offer.").exclude(action="dispute.settle")
        rows = rows.exclude(action__in=BETWEEN_SIDES)
    if not mine & set(HANDLING):
        rows = rows.exclude(action__in=INNER)
    return rows


def may_watch(person: Visitor, reference: str) -> bool:
    """Whether live hints about this case may reach the person."""
    if Dispute.objects.visible_to(person).filter(reference=reference).exists():
        return True
    try:
        require_declared(person, grants.granted_dispute(person, Dispute.objects.filter(reference=reference)))
    except DomainError:
        return False
    return True


TAKES_FILE = (Actor.TR, *READERS, *NEUTRAL)


def require_taking(person: Person, dispute: Dispute) -> Actor:
    """The capacity in which the person may take a copy of the file; finance pays without it (403)."""
    role = reading(person, dispute, TAKES_FILE)
    require_declared(person, dispute)
    return role
