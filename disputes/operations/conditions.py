"""What must be true before a transition, besides state and role. Checked by `moving`, under the lock."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core.errors import Conflict
from helpdesk.timers.models import State as Ticking

from ..errors import CommentsOpen, Incomplete
from ..models import Decision, Dispute
from ..states import MEDIATING, DecisionKind, OfferState

Condition = Callable[[Dispute, Person | None], None]


def standing(dispute: Dispute) -> Decision | None:
    """The decision that stands now: the newest one issued."""
    return dispute.decisions.exclude(issued_at=None).order_by("-number").first()


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
    "begin_mediation": _signed,
    "settle": _same_text,
    "issue_provisional": _provisional_issued,
    "decide": _comments_over,
    "accept_decision": _owes_remedy,
    "accept_without_remedy": _owes_nothing,
    "confirm_remedy": _carried_out,
}
