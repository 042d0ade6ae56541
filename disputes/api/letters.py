"""Letters of a case, and the file as a PDF, for programs."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.core import throttle
from helpdesk.core.errors import Busy

from .. import access
from ..access import letters as doors
from ..models import Letter
from ..operations import printing
from ..serializers.letters import LetterOut
from .resources import REFERENCE, SEALED, DisputeView

NUMBER = OpenApiParameter(
    "number", OpenApiTypes.INT, OpenApiParameter.PATH, description="The letter's number."
)
PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, "The PDF.")}


def _limit(request: Keyed) -> None:
    if wait := throttle.take(f"dispute.pdf:{request.user.pk}", limit=30, seconds=600):
        raise Busy(retry_after=wait)


def _attached(data: bytes, name: str) -> HttpResponse:
    headers = SEALED | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


class Letters(DisputeView):
    """The official letters."""

    @extend_schema(
        operation_id="disputes_letters",
        summary="The official letters of the case, from the first",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(LetterOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """As issued; `sha256` is of `canonical`, and stands in the log."""
        rows = doors.letters_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: LetterOut(found, many=True).data, ascending=True)


class One(DisputeView):
    """One letter."""

    def letter(self, request: Keyed, reference: str, number: int) -> Letter:
        """The letter, through the door of its case."""
        self.dispute(request, reference)
        return doors.letter_for(request.user, reference, number)

    @extend_schema(
        operation_id="disputes_letter",
        summary="One letter",
        parameters=[REFERENCE, NUMBER],
        responses=LetterOut,
    )
    def get(self, request: Keyed, reference: str, number: int) -> Response:
        """That the trader has opened it is written into the log."""
        found = self.letter(request, reference, number)
        printing.opened(found, by=request.user)
        return Response(LetterOut(found).data)


class OnPaper(One):
    """The same as a PDF."""

    @extend_schema(
        operation_id="disputes_letter_pdf",
        summary="One letter as a PDF",
        parameters=[REFERENCE, NUMBER],
        responses=PDF,
    )
    def get(self, request: Keyed, reference: str, number: int) -> HttpResponse:  # type: ignore[override]
        """The same bytes for everybody, always."""
        found = self.letter(request, reference, number)
        _limit(request)
        return _attached(printing.letter(found, by=request.user), f"{reference}-{number}-{found.kind}.pdf")


class Dossier(DisputeView):
    """The file on paper."""

    @extend_schema(
        operation_id="disputes_dossier",
        summary="The whole file as a PDF",
        parameters=[REFERENCE],
        responses=PDF,
    )
    def get(self, request: Keyed, reference: str) -> HttpResponse:
        """What the key's owner may see; the act is written into the log."""
        case = self.dispute(request, reference)
        access.require_taking(request.user, case)
        _limit(request)
        return _attached(printing.dossier(case, by=request.user), f"{reference}.pdf")
