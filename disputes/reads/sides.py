"""What the pages show of what keeps both sides equal, and the steps about it that are open to somebody."""

from collections.abc import Sequence
from typing import Any

from accounts.models import Person

from .. import access
from ..access import PLATFORM
from ..access import sides as doors
from ..models import Dispute, SumHold
from ..states import Actor, Side, State
from ..states.fair import HoldState


def page(dispute: Dispute, person: Person, mine: frozenset[str]) -> dict[str, Any]:
    """Everything about it that both kinds of page share, with what the person can do."""
    sums = doors.sums_for(person, dispute)
    return {
        "sum_holds": sums,
        "speakers": list(doors.speakers_for(person, dispute)),
        "needs": doors.needs_for(person, dispute),
        **_care(dispute, person, mine),
        "surveys": doors.surveys_for(person, dispute),
        "side_steps": can(dispute, mine, sums),
    }


def side_of(mine: frozenset[str]) -> Side | None:
    """The side the person acts for, when it is one of the two."""
    if Actor.TR in mine:
        return Side.TRADER
    return Side.PLATFORM if mine & PLATFORM else None


def can(dispute: Dispute, mine: frozenset[str], sums: Sequence[SumHold]) -> frozenset[str]:
    """The steps about a held sum that are open to the person now."""
    side, standing = side_of(mine), next((row for row in sums if row.ended_at is None), None)
    if side is None or not dispute.is_open or dispute.state == State.DRAFT:
        return frozenset()
    if standing is None:
        return frozenset({"propose_sum"})
    if standing.state == HoldState.PROPOSED:
        return frozenset({"take_back_sum"} if standing.proposed_side == side else {"answer_sum"})
    found = {"keep_sum"} if standing.end_side else set[str]()
    found |= {"release_sum"} if standing.end_side != side else set()
    found |= {"refer_sum"} if side == Side.PLATFORM and not standing.reference else set()
    return frozenset(found)


def speakers(dispute: Dispute, person: Person) -> dict[str, Any]:
    """The page about who acts for the trader."""
    mine = access.actors_of(person, dispute)
    trader = person.pk == dispute.trader_id
    return {
        "own": Actor.TR in mine,
        "speakers": doors.speakers_for(person, dispute),
        "names": trader and dispute.is_open,
        "checks": bool(mine & {Actor.CH, Actor.SU, Actor.CO}),
        "trader": trader,
    }


def _care(dispute: Dispute, person: Person, mine: frozenset[str]) -> dict[str, Any]:
    """Why care is needed, and whether it had to do with the complaint: for those who work the case alone."""
    notes = doors.care_for(person, dispute)
    found = dispute.care_findings.last() if notes else None
    return {"care": notes, "care_found": found, "care_form_open": bool(notes and mine & PLATFORM)}
