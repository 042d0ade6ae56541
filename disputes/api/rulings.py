"""Decisions, appeals and the way outside for programs."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of

from .. import access
from ..models import BLOCKS, Decision, Dispute
from ..operations import appealing, outward, reconsidering, ruling
from ..operations.ruling import Draft
from ..reads import similar
from ..reads.after import appeals_for, referrals_for
from ..serializers import DecisionOut
from ..serializers.after import AppealOut, NewDecision, OutsideOut, ReferralOut, SimilarOut
from ..states import REVIEWED, Actor
from . import resources
from .resources import REFERENCE, DisputeView

_SENT: dict[str, Callable[..., Decision]] = {
    "provisional": ruling.issue_provisional,
    "second": reconsidering.issue_second,
    "final": reconsidering.issue_edited,
}


def _draft(told: dict[str, Any]) -> Draft:
    why = {name: told[name] for name in ("differs_because", "seen")}
    return Draft(
        **why,
        blocks={name: told[name] for name in BLOCKS},
        evidence=tuple(told["evidence"]),
        findings={row["point"]: (row["finding"], row["answer"]) for row in told["findings"]},
        **{name: told[name] for name in ("outcome", "remedy", "root_cause", "amount", "currency")},
        comments_answered=told["comments_answered"],
    )


def _send(case: Dispute, by: Any, told: dict[str, Any]) -> Decision:
    if told["do"] in REVIEWED:
        return appealing.decide(case, _draft(told), review=told["do"], by=by)
    return _SENT[told["do"]](case, _draft(told), by=by)


class Decisions(resources.Decisions):
    """Decisions as issued, and the way to issue one."""

    @extend_schema(
        operation_id="disputes_decisions_post",
        summary="Send a decision to both sides",
        parameters=[REFERENCE],
        request=NewDecision,
        responses={201: DecisionOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Every block and every point, or nothing is sent (400); a changed result is sent twice (409)."""
        case = self.dispute(request, reference)
        sent = _send(case, request.user, self.checked(NewDecision, request))
        return Response(DecisionOut(sent).data, status=201)


class Similar(DisputeView):
    """Earlier decisions like the one being written."""

    @extend_schema(
        operation_id="disputes_similar",
        summary="Earlier decisions like this one, nobody named",
        parameters=[REFERENCE],
        responses=SimilarOut,
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For whoever decides (403 for all others). Send `seen` back with the decision."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, (Actor.DE, Actor.AR))
        rows = similar.earlier(case, request.user)
        told = {"seen": similar.fingerprint(rows), "usual": similar.majority(rows), "decisions": rows}
        return Response(SimilarOut(told).data)


class Appeals(DisputeView):
    """Requests for a review."""

    @extend_schema(
        operation_id="disputes_appeals",
        summary="Requests for a review of a decision",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(AppealOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """With their grounds, and what became of them."""
        rows = appeals_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: AppealOut(found, many=True).data, ascending=True)


class Referrals(DisputeView):
    """The case with bodies outside."""

    @extend_schema(
        operation_id="disputes_referrals",
        summary="Outside bodies that have or had the case",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(ReferralOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """What each of them found beside what we found."""
        rows = referrals_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: ReferralOut(found, many=True).data, ascending=True)


class Bodies(DisputeView):
    """Where the case can go."""

    @extend_schema(
        operation_id="disputes_bodies",
        summary="Outside bodies for the rules of this case, with their last days",
        parameters=[REFERENCE],
        responses=OutsideOut(many=True),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """`last` is null while the time has not begun, or nobody knows when it did."""
        rows = outward.bodies(self.dispute(request, reference))
        return Response(OutsideOut(rows, many=True).data)
