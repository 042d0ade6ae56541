"""Registers and returns for programs."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema

from accounts.api import Keyed
from helpdesk.api.views import ApiView
from helpdesk.core import clock

from .. import access
from ..operations import returning
from ..reads import returns
from ..reads.register import Question
from ..serializers import ReturnAsked

KIND = OpenApiParameter(
    "kind",
    {"type": "string", "enum": list(returns.KINDS)},
    OpenApiParameter.PATH,
    description="Which return.",
)


class Return(ApiView):
    """A return as a file."""

    resource = "disputes"

    @extend_schema(
        operation_id="disputes_return",
        summary="A register or return, as CSV, XLSX or JSON",
        parameters=[KIND, ReturnAsked],
        responses={
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY, "The file."),
            (200, returning.FORMS["xlsx"]): OpenApiResponse(OpenApiTypes.BINARY, "The same as a workbook."),
            (200, "application/json"): OpenApiResponse(OpenApiTypes.OBJECT, "The same as one object."),
        },
    )
    def get(self, request: Keyed, kind: str) -> HttpResponse:
        """For supervisors, compliance and auditors. The same `as_at` gives the same bytes again."""
        person = access.require_returns(request.user)
        asked = ReturnAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        as_at = told.get("as_at") or returns.as_at_default(clock.now())
        first, last = returns.last_month(clock.now().date())
        question = Question(told["first"] or first, told["last"] or last, as_at, told["entity"])
        file = returning.run(kind, question, form=told["format"], bom=told["bom"], by=person)
        return HttpResponse(
            file.data,
            content_type=file.mime,
            headers={
                "Content-Disposition": f'attachment; filename="{file.name}"',
                "X-Content-SHA256": file.sha256,
            },
        )
