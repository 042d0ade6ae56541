"""What can still be done once a decision is out, and once a case is over; asked by pages and by the rules."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Person, Visitor
from helpdesk.core import clock
from helpdesk.timers.models import State as Ticking

from .. import access
from ..access import grants
from ..access import packs as doors
from ..models import Appeal, Decision, Dispute, ExternalReferral
from ..states import Actor, DecisionKind, Side, State, open_to


def standing(dispute: Dispute) -> Decision | None:
    """The decision that stands now: the newest one issued."""
    return dispute.decisions.rulings().issued().order_by("-number").first()


def may_appeal(dispute: Dispute, side: str, at: datetime) -> bool:
    """Whether this side's window is open, and unused for the decision that stands."""
    if dispute.state != State.DECIDED:
        return False
    window = dispute.deadlines.running().filter(metric="file_appeal", waits_for=side, due_at__gt=at)
    against = standing(dispute)
    used = against is not None and dispute.appeals.filter(against=against, side=side).exists()
    return not used and window.exists()


def may_accept_final(dispute: Dispute) -> bool:
    """Whether a decision on review waits for the trader's answer."""
    if dispute.state != State.FINAL:
        return False
    decision = standing(dispute)
    if decision is None or decision.kind != DecisionKind.APPEAL:
        return False
    return dispute.deadlines.filter(metric="accept_decision", state=Ticking.RUNNING).exists()


def may_reopen(dispute: Dispute, at: datetime) -> bool:
    """Whether the window is open."""
    return dispute.deadlines.running().filter(metric="reopen_window", due_at__gt=at).exists()


def appeal_under_review(dispute: Dispute) -> Appeal | None:
    """The appeal that has no end yet."""
    return dispute.appeals.filter(ended_at=None).select_related("against").first()


def open_referral(dispute: Dispute) -> ExternalReferral | None:
    """The referral whose outcome is not known yet."""
    return dispute.referrals.filter(recorded_at=None).select_related("body").first()


def _reads_file(person: Visitor, dispute: Dispute) -> bool:
    return bool(access.actors_of(person, dispute) - {Actor.FI})


def appeals_for(person: Visitor, dispute: Dispute) -> "QuerySet[Appeal]":
    """Requests for a review: both sides read them, and whoever judges; finance has no business in them."""
    rows = grants.then(dispute.appeals.all(), "at", person, dispute)
    rows = rows.select_related("by", "decision", "against")
    return rows if _reads_file(person, dispute) else rows.none()


def referrals_for(person: Visitor, dispute: Dispute) -> "QuerySet[ExternalReferral]":
    """Where the case went outside, and what was found there."""
    rows = grants.then(dispute.referrals.all(), "told_at", person, dispute)
    rows = rows.select_related("body", "item")
    return rows if _reads_file(person, dispute) else rows.none()


def packs(dispute: Dispute, person: Person) -> dict[str, object]:
    """What of the files for outside bodies the page of the case shows: to a trader once there is one."""
    made = list(doors.packs_for(person, dispute).order_by("-number"))
    makes = doors.may_make(person, dispute) and doors.has_packs(person, dispute)
    shown = bool(made) or (makes and dispute.state != State.DRAFT)
    return {"packs_made": made, "has_packs": shown, "makes_packs": makes}


def can(dispute: Dispute, mine: frozenset[str], person: Person) -> set[str]:
    """The steps after a decision that are open to the person."""
    moves, now = open_to(dispute.state, mine), clock.now()
    side = Side.TRADER if Actor.TR in mine else Side.PLATFORM if Actor.SU in mine else None
    found: set[str] = set()
    if "appeal" in moves and side and may_appeal(dispute, side, now):
        found.add("appeal")
    if "end_appeal" in moves and dispute.appeals.filter(ended_at=None, side=side).exists():
        found.add("drop_appeal")
    if "accept_final" in moves and may_accept_final(dispute):
        found.add("accept_final")
    if "reopen" in moves and may_reopen(dispute, now):
        found.add("reopen")
    return found | _seats(dispute, mine, person) | _outside(dispute, mine)


def _seats(dispute: Dispute, mine: frozenset[str], person: Person) -> set[str]:
    found: set[str] = set()
    if dispute.state == State.UNDER_APPEAL:
        if Actor.SU in mine and not dispute.assignments.active().filter(role=Actor.AR).exists():
            found.add("draw_reviewer")
        if Actor.AR in mine:
            replying = dispute.deadlines.running().filter(metric="reply").exists()
            found |= {"decide_appeal", "wait_for_replies"} if replying else {"decide_appeal"}
    if dispute.state == State.PROVISIONAL_DECISION and Actor.DE in mine:
        waiting = dispute.deadlines.running().filter(metric="comment_provisional").exists()
        found |= set() if waiting else {"edit_decision"}
    return found


def _outside(dispute: Dispute, mine: frozenset[str]) -> set[str]:
    if not dispute.is_open or not mine & {Actor.TR, Actor.SU, Actor.CO, Actor.CH}:
        return set()
    referral = open_referral(dispute)
    if referral is None:
        return {"refer"} if mine & {Actor.TR, Actor.SU, Actor.CO} else set()
    found: set[str] = set()
    if mine & {Actor.SU, Actor.CH}:
        found.add("record_outcome")
    if Actor.TR in mine and dispute.state not in {State.REFERRED, State.REMEDY_DUE}:
        found.add("stop_work")
    return found
