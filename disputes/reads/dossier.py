"""What the page of one case shows, for each person in it, in a bounded number of queries."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit import words as record
from helpdesk.audit.models import Entry
from tickets.models import Category

from .. import access
from ..access import grants
from ..access.letters import letters_for
from ..models import Assignment, Dispute, Event, Evidence
from ..states import MEDIATING, THINK, Actor, OfferState, Side, State, open_to
from . import after, before, fairness, objections, outsiders, owed, room, sides, words


@dataclass(frozen=True)
class Line:
    """One act of the log, told."""

    seq: int
    at: Any
    text: str
    icon: str
    hash: str


def told(event: Event, dispute: Dispute) -> Line:
    """A link of the chain as a sentence; what a representative did is told as done for the trader."""
    name = str(event.actor) if event.actor else ""
    if name and event.role == Actor.TR and event.actor_id != dispute.trader_id:
        name = _("%(name)s for %(trader)s") % {"name": name, "trader": dispute.trader}
    entry = Entry(action=event.action, actor_id=event.actor_id, actor_name=name, data={})
    return Line(event.seq, event.at, record.tell(entry), record.icon(entry), event.hash)


def category_word(code: str) -> str:
    """The problem type's name."""
    found = Category.objects.filter(code=code).first()
    return str(found) if found else code


def page(dispute: Dispute, person: Person) -> dict[str, Any]:
    """Everything both kinds of page share. What it holds depends on who asks; templates only draw."""
    mine, own = access.actors_of(person, dispute), access.on_trader_side(person, dispute)
    clocks = list(grants.clocks_for(person, dispute).prefetch_related("extensions"))
    seats = [seat for seat in dispute.assignments.all() if seat.is_neutral]
    current = next((seat for seat in reversed(seats) if seat.ended_at is None), None)
    due = words.next_clock(dispute, clocks)
    restrictions = fairness.restrictions(dispute)
    decisions = list(access.decisions_for(person, dispute))
    issued = [decision for decision in decisions if decision.issued_at]
    rulings = [decision for decision in issued if not decision.is_answer]
    return {
        "dispute": dispute,
        "category": category_word(dispute.category),
        "stages": words.rail(dispute, clocks),
        "turn": words.turn(dispute, mine=own),
        "sentence": words.sentence(dispute, str(current.user) if current else "", mine=own),
        "due": due,
        "due_word": words.clock_word(due.metric) if due else "",
        "otherwise": words.otherwise(due),
        "dates": words.dates(clocks),
        "points": list(grants.points_for(person, dispute)),
        "seats": [_seat(seat) for seat in seats],
        "decisions": issued,
        "letters": list(letters_for(person, dispute)),
        "standing": rulings[-1] if rulings else None,
        "messages_said": list(access.messages_for(person, dispute)),
        "channels": access.channels_for(person, dispute),
        "offers": list(access.offers_for(person, dispute)),
        "appeals": list(after.appeals_for(person, dispute)),
        "referrals": list(after.referrals_for(person, dispute)),
        **after.packs(dispute, person),
        **owed.page(dispute, mine, person),
        "log": [told(event, dispute) for event in access.events_for(person, dispute)],
        "withdraw_from": dispute.withdrawal_asked_at + THINK if dispute.withdrawal_asked_at else None,
        "can": can(dispute, mine, person)
        | fairness.can(dispute, mine, person, restrictions)
        | objections.can(dispute, person),
        "restrictions": restrictions,
        "acting": mine,
        **before.page(dispute, person),
        **objections.page(dispute),
        **outsiders.page(dispute, person),
        **room.page(dispute, person),
        **sides.page(dispute, person, mine),
        "own": own,
    }


def _seat(seat: Assignment) -> dict[str, Any]:
    return {
        "name": str(seat.user),
        "role": seat.role_word,
        "declared_at": seat.declared_at,
        "ended_at": seat.ended_at,
        "end_reason": words.end_reason(seat.end_reason),
        "pool": len(seat.draw.pool) if seat.draw else 0,
        "excluded": len(seat.draw.excluded) if seat.draw else 0,
        "seed": seat.draw.seed if seat.draw else "",
        "draw": fairness.drawn_again(seat.draw),
    }


def can(dispute: Dispute, mine: frozenset[str], person: Person) -> frozenset[str]:
    """What the person can do now; the page offers no more than the rules would let happen."""
    moves = open_to(dispute.state, mine)
    found: set[str] = set()
    if moves & {"accept_decision", "accept_without_remedy"}:
        found |= {"accept", "decline"}
    if "confirm_remedy" in moves and (remedy := owed.remedy_of(dispute)) and remedy.paid_at is not None:
        found.add("confirm")
    if "withdraw" in moves:
        found.add("withdraw")
    if "report_no_settlement" in moves:
        found.add("end_mediation")
    if "close_final" in moves:
        found.add("close_final")
    found |= after.can(dispute, mine, person) | room.can(dispute, mine, person)
    found |= (
        _evidence(dispute, mine)
        | _sides(dispute, mine)
        | _seats(dispute, mine, person)
        | owed.can(dispute, mine, person)
        | before.can(dispute, mine, person)
    )
    return frozenset(found)


def _evidence(dispute: Dispute, mine: frozenset[str]) -> set[str]:
    from_here = mine & {Actor.TR, Actor.SU, Actor.CH, *MEDIATING}
    gathering = {State.MEDIATION_PENDING, State.IN_MEDIATION, State.INVESTIGATING, State.RESPONSE_ISSUED}
    return {"evidence"} if from_here and dispute.state in gathering else set()


def _sides(dispute: Dispute, mine: frozenset[str]) -> set[str]:
    found = {"offer"} if Actor.CH in mine and dispute.state == State.IN_MEDIATION else set[str]()
    side = Side.TRADER if Actor.TR in mine else Side.PLATFORM if mine & {Actor.SU} else None
    if side is None:
        return found
    open_clocks = set(dispute.deadlines.running().filter(waits_for=side).values_list("metric", flat=True))
    if "comment_provisional" in open_clocks and dispute.state == State.PROVISIONAL_DECISION:
        found.add("comment")
    seated = dispute.assignments.active().filter(role__in=MEDIATING).first()
    if "object_mediator" in open_clocks and seated and not seated.objections.filter(side=side).exists():
        found.add("object")
        if dispute.objections.filter(side=side).exists():
            found.add("object_with_reason")
    if dispute.state == State.IN_MEDIATION:
        found.add("offer")
        if dispute.offers.filter(state=OfferState.MADE).exclude(side=side).exists():
            found.add("answer_offer")
    return found


def _seats(dispute: Dispute, mine: frozenset[str], person: Person) -> set[str]:
    found: set[str] = set()
    active = dispute.assignments.active()
    if Actor.SU in mine:
        if dispute.state == State.MEDIATION_PENDING and not active.filter(role__in=MEDIATING).exists():
            found.add("draw_mediator")
        deciding = dispute.state in {State.IN_DETERMINATION, State.PROVISIONAL_DECISION}
        if deciding and not active.filter(role=Actor.DE).exists():
            found.add("draw_decider")
    if seat := access.seat_of(person, dispute):
        found.add("recuse" if seat.declared_at else "declare")
    if Actor.DE in mine and dispute.state == State.IN_DETERMINATION:
        found.add("decide")
    if Actor.DE in mine and dispute.state == State.PROVISIONAL_DECISION:
        waiting = dispute.deadlines.running().filter(metric="comment_provisional").exists()
        found.add("wait_for_comments" if waiting else "finalise")
    return found


def shared_evidence(dispute: Dispute) -> list[Evidence]:
    """What a decision may rely on."""
    return list(dispute.evidence.relied())
