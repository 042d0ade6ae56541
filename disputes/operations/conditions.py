"""What must be true before a transition, besides state and role. Checked by `moving`, under the lock."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict
from helpdesk.timers.models import State as Ticking

from .. import access
from ..errors import (
    CommentsOpen,
    Incomplete,
    LateOpen,
    ReplyOpen,
    SameHands,
    SecondNeeded,
    SecondUsed,
    TooEarly,
)
from ..models import Decision, Dispute, Remedy
from ..reads.after import may_accept_final, standing
from ..reads.before import answer_of, answered_late
from ..states import MEDIATING, Actor, DecisionKind, EvidenceStatus, OfferState, Review, State, Waiting
from . import statutory

__all__ = ["CONDITIONS", "provisionals", "require_heard", "result_of", "simple_until", "standing"]

Condition = Callable[[Dispute, Person | None], None]


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
    asked = by is not None and access.on_trader_side(by, dispute)
    if asked and not opening and not answered_late(dispute):
        raise TooEarly(
            _("We still have time for our answer. If none comes by then, you can ask for mediation here.")
        )


def _window_over(dispute: Dispute, _by: Person | None) -> None:
    if dispute.deadlines.running().filter(metric="accept_response").exists():
        raise TooEarly


def result_of(decision: Decision) -> tuple[object, ...]:
    """What a decision comes to; when this changes, both sides are heard again."""
    return decision.outcome, decision.remedy, decision.amount, decision.currency


def provisionals(dispute: Dispute) -> list[Decision]:
    """What was sent provisionally by whoever decides now: an appeal that is sent back begins anew."""
    issued = dispute.decisions.issued().order_by("number")
    back = issued.filter(review=Review.SEND_BACK).last()
    found = issued.filter(kind=DecisionKind.PROVISIONAL)
    return list(found.filter(number__gt=back.number) if back else found)


def _signed(dispute: Dispute, by: Person | None) -> None:
    seat = dispute.assignments.active().filter(role__in=MEDIATING, user=by).first()
    if seat is None or seat.declared_at is None:
        raise Conflict(_("The declaration has to be signed first."), code="declaration_missing")


def _sides_heard(dispute: Dispute, by: Person | None) -> None:
    """The file closes when each side had its time to reply; whoever ends it gives up their own (T15)."""
    own = Waiting.NOBODY
    if by is not None:
        mine = access.actors_of(by, dispute)
        own = Waiting.TRADER if Actor.TR in mine else Waiting.PLATFORM if Actor.SU in mine else own
    require_reply_over(dispute, beside=own)


def _provisional_issued(dispute: Dispute, _by: Person | None) -> None:
    require_heard(dispute)
    decision = standing(dispute)
    if decision is None or decision.kind != DecisionKind.PROVISIONAL:
        raise Incomplete


def _comments_over(dispute: Dispute, _by: Person | None) -> None:
    require_heard(dispute)
    if dispute.deadlines.filter(metric="comment_provisional", state=Ticking.RUNNING).exists():
        raise CommentsOpen
    decision = standing(dispute)
    if decision is None or decision.kind != DecisionKind.FINAL:
        raise Incomplete
    if result_of(decision) != result_of(provisionals(dispute)[-1]):
        raise SecondNeeded


def _second_once(dispute: Dispute, _by: Person | None) -> None:
    require_heard(dispute)
    if dispute.deadlines.filter(metric="comment_provisional", state=Ticking.RUNNING).exists():
        raise CommentsOpen
    if len(provisionals(dispute)) != 2:
        raise SecondUsed


def _appeal_open(dispute: Dispute, _by: Person | None) -> None:
    if not dispute.appeals.filter(ended_at=None).exists():
        raise Conflict(_("Nobody has asked for a review."), code="no_appeal")


def _reviewed(*results: str) -> Condition:
    def check(dispute: Dispute, by: Person | None) -> None:
        decision = standing(dispute)
        if decision is None or decision.kind != DecisionKind.APPEAL or decision.review not in results:
            raise Incomplete
        require_heard(dispute)

    return check


def require_reply_over(dispute: Dispute, *, beside: str = "") -> None:
    """Nothing is decided while a side may still reply (F12); the refusal says until when."""
    rows = dispute.deadlines.filter(metric="reply", state=Ticking.RUNNING).exclude(waits_for=beside)
    last = rows.order_by("-due_at").values_list("due_at", flat=True).first()
    if last is not None:
        until = date_format(timezone.localtime(last), "Y-m-d H:i T")
        raise ReplyOpen(
            _("A side may still reply until %(until)s. This is possible when that time is over.")
            % {"until": until}
        )


def require_heard(dispute: Dispute) -> None:
    """Replies are in, and every late item has been admitted or left out."""
    require_reply_over(dispute)
    if dispute.evidence.filter(status=EvidenceStatus.LATE).exists():
        raise LateOpen


def _final_waits(dispute: Dispute, by: Person | None) -> None:
    if not may_accept_final(dispute):
        raise Conflict(_("The time to accept is over."), code="dispute_accept_decision_not_open")


def _final_with_remedy(dispute: Dispute, by: Person | None) -> None:
    _final_waits(dispute, by)
    _owes_remedy(dispute, by)


def _final_without_remedy(dispute: Dispute, by: Person | None) -> None:
    _final_waits(dispute, by)
    _owes_nothing(dispute, by)


def _trader_has_answered(dispute: Dispute, by: Person | None) -> None:
    theirs = by is not None and access.on_trader_side(by, dispute)
    if not theirs and may_accept_final(dispute):
        raise Conflict(_("The trader may still accept the decision."), code="trader_may_accept")


def _with_a_body(dispute: Dispute, _by: Person | None) -> None:
    if not dispute.referrals.filter(recorded_at=None).exists():
        raise Conflict(_("No outside body has this case."), code="no_referral")


def _outcome_recorded(dispute: Dispute, _by: Person | None) -> None:
    newest = dispute.referrals.order_by("-number").first()
    if newest is None or newest.recorded_at is None:
        raise Conflict(_("The outside body has not decided yet."), code="no_external_outcome")


def owed_now(dispute: Dispute) -> Remedy | None:
    """What the case owes and has not carried out; a debt that a withdrawal left behind is not asked for."""
    newest = dispute.remedies.order_by("-id").first()
    return newest if newest is not None and newest.paid_at is None else None


def _owes_remedy(dispute: Dispute, _by: Person | None) -> None:
    if owed_now(dispute) is None:
        raise Conflict(_("This decision orders nothing that could be carried out."), code="no_remedy")


def _owes_nothing(dispute: Dispute, _by: Person | None) -> None:
    accepted = answer_of(dispute) if dispute.state == State.RESPONSE_ISSUED else standing(dispute)
    if accepted is None or accepted.remedy != "none":
        raise Conflict(
            _("This decision orders something that has to be carried out first."), code="remedy_owed"
        )


def _carried_out(dispute: Dispute, _by: Person | None) -> None:
    if owed_now(dispute) is not None:
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
    "report_no_settlement": _sides_heard,
    "issue_provisional": _provisional_issued,
    "decide": _comments_over,
    "issue_second_provisional": _second_once,
    "appeal": _appeal_open,
    "decide_appeal": _reviewed(Review.CONFIRM, Review.VARY),
    "send_back": _reviewed(Review.SEND_BACK),
    "accept_final": _final_with_remedy,
    "accept_final_without_remedy": _final_without_remedy,
    "close_final": _trader_has_answered,
    "refer": _with_a_body,
    "close_referred": _outcome_recorded,
    "owe_referred": _outcome_recorded,
    "accept_decision": _owes_remedy,
    "accept_without_remedy": _owes_nothing,
    "confirm_remedy": _carried_out,
}
