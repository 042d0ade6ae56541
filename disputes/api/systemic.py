"""Systemic issues for programs."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.views import ApiView

from .. import access
from ..models import SystemicIssue
from ..operations import systemic
from ..reads import systemic as reads
from ..serializers.fairness import NewSystemicStep, SystemicOneOut, SystemicOut

NUMBER = OpenApiParameter("number", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)
_STEPS: dict[str, Callable[[SystemicIssue, Any, dict[str, Any]], Any]] = {
    "note": lambda issue, by, told: systemic.note(issue, by=by, text=told["text"]),
    "close": lambda issue, by, told: systemic.close(issue, by=by, text=told["text"]),
    "give": lambda issue, by, told: systemic.give(issue, by=by, owner=told["owner"], due_on=told["due_on"]),
    "contacted": lambda issue, by, told: systemic.contacted(issue, by=by, trader=told["trader"]),
}


class Issues(ApiView):
    """Causes that came again and again."""

    resource = "disputes"

    @extend_schema(operation_id="systemic_list", summary="Systemic issues", responses=SystemicOut(many=True))
    def get(self, request: Keyed) -> Response:
        """For supervisors, compliance and auditors."""
        access.require_returns(request.user)
        return Response(SystemicOut(reads.issues(), many=True).data)


class Issue(ApiView):
    """One of them."""

    resource = "disputes"

    @extend_schema(
        operation_id="systemic_one",
        summary="A systemic issue",
        parameters=[NUMBER],
        responses=SystemicOneOut,
    )
    def get(self, request: Keyed, number: int) -> Response:
        """With its cases and who else may be affected."""
        access.require_returns(request.user)
        return Response(SystemicOneOut(reads.page(reads.issue(number))).data)

    @extend_schema(
        operation_id="systemic_step",
        summary="Work on a systemic issue",
        parameters=[NUMBER],
        request=NewSystemicStep,
        responses=SystemicOneOut,
    )
    def post(self, request: Keyed, number: int) -> Response:
        """Note, give to somebody, say that a trader was written to, or close."""
        access.require_returns(request.user)
        issue = reads.issue(number)
        told = self.checked(NewSystemicStep, request)
        _STEPS[told["step"]](issue, request.user, told)
        return Response(SystemicOneOut(reads.page(reads.issue(number))).data)
