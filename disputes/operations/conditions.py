"""What must be true before a transition, besides state and role. Checked by `moving`, under the lock."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict
from helpdesk.timers.models import State as Ticking

from ..errors import CommentsOpen, Incomplete, SameHands, TooEarly
from ..models import Decision, Dispute
from ..reads.before import answer_of, answered_late
from ..states import MEDIATING, Actor, DecisionKind, OfferState, State
from . import statutory

Condition = Callable[[Dispute, Person | None], None]


def standing(dispute: Dispute) -> Decision | None:
    """The decision that stands now: the newest one issued."""
    return dispute.decisions.rulings().issued().order_by("-number").first()


def _refusal_approved(dispute: Dispute, by: Person | None) -> None:
    found = dispute.admissions.order_by("-id").first()
    if by is None or found is None or not found.stands or not found.is_approved:
        raise Conflict(_("Nobody has proposed not to admit this complaint."), code="no_proposal")
    if by.pk not in found.hands() - {found.proposed_by_id}:
        raise SameHands


def _review_admits(dispute: Dispute, by: Person | None) -> None:
    found = dispute.admissions.order_by("-id").first()
    if by is None or found is None or not found.admitted or found.reviewed_by_id != by.pk:
        raise Conflict(_("No review has been asked for, or it has been decided."), code="no_review")


def _has_handler(dispute: Dispute, _by: Person | None) -> None:
    if not dispute.assignments.active().filter(role=Actor.CH).exists():
        raise Conflict(_("Nobody has taken this case yet."), code="no_handler")


def simple_until(dispute: Dispute) -> datetime | None:
    """Until when a solution both are content with closes the case simply; None where no policy says so."""
    return statutory.dates(dispute.policy_version, dispute.received_at)["simple"]


def _still_simple(dispute: Dispute, _by: Person | None) -> None:
    until = simple_until(dispute)
    if until is None or clock.now() > until:
        raise Conflict(
            _("The time in which a case closes simply is over. You may withdraw it instead."),
            code="simple_over",
        )


def _answer_approved(dispute: Dispute, by: Person | None) -> None:
    found = answer_of(dispute)
    if by is None or found is None or found.approved_by_id != by.pk:
        raise Incomplete


def _may_be_escalated(dispute: Dispute, by: Person | None) -> None:
    opening = dispute.cause != "complaint" and dispute.state == State.ACKNOWLEDGED
    if by is not None and by.pk == dispute.trader_id and not opening and not answered_late(dispute):
        raise TooEarly(
            _("We still have time for our answer. If none comes by then, you can ask for mediation here.")
        )


def _window_over(dispute: Dispute, _by: Person | None) -> None:
    if dispute.deadlines.running().filter(metric="accept_response").exists():
        raise TooEarly


def _signed(dispute: Dispute, by: Person | None) -> None:
    seat = dispute.assignments.active().filter(role__in=MEDIATING, user=by).first()
    if seat is None or seat.declared_at is None:
        raise Conflict(_("The declaration has to be signed first."), code="declaration_missing")


def _provisional_issued(dispute: Dispute, _by: Person | None) -> None:
    decision = standing(dispute)
    if decision is None or decision.kind != DecisionKind.PROVISIONAL:
        raise Incomplete


def _comments_over(dispute: Dispute, _by: Person | None) -> None:
    if dispute.deadlines.filter(metric="comment_provisional", state=Ticking.RUNNING).exists():
        raise CommentsOpen
    decision = standing(dispute)
    if decision is None or decision.kind != DecisionKind.FINAL:
        raise Incomplete


def _owes_remedy(dispute: Dispute, _by: Person | None) -> None:
    if not dispute.remedies.exists():
        raise Conflict(_("This decision orders nothing that could be carried out."), code="no_remedy")


def _owes_nothing(dispute: Dispute, _by: Person | None) -> None:
    if dispute.remedies.exists():
        raise Conflict(
            _("This decision orders something that has to be carried out first."), code="remedy_owed"
        )


def _carried_out(dispute: Dispute, _by: Person | None) -> None:
    if dispute.remedies.filter(paid_at=None).exists():
        raise Conflict(_("The platform has not carried this out yet."), code="not_carried_out")


def _same_text(dispute: Dispute, _by: Person | None) -> None:
    if not dispute.offers.filter(state=OfferState.ACCEPTED).exists():
        raise Conflict(_("No offer has been accepted."), code="no_offer_accepted")


CONDITIONS: dict[str, Condition] = {
    "refuse_admission": _refusal_approved,
    "admit_again": _review_admits,
    "investigate": _has_handler,
    "close_simply": _still_simple,
    "respond": _answer_approved,
    "accept_response": _owes_remedy,
    "accept_response_only": _owes_nothing,
    "close_without_reply": _window_over,
    "escalate": _may_be_escalated,
    "begin_mediation": _signed,
    "settle": _same_text,
    "issue_provisional": _provisional_issued,
    "decide": _comments_over,
    "accept_decision": _owes_remedy,
    "accept_without_remedy": _owes_nothing,
    "confirm_remedy": _carried_out,
}
