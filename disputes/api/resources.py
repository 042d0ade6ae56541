"""Disputes for programs: the same doors and operations as the pages, and no more."""

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.api.views import ApiView
from helpdesk.core import clock, vault
from helpdesk.core.errors import Forbidden
from tickets.operations import attaching

from .. import access
from ..access import grants, room
from ..models import Dispute
from ..operations import (
    evidence,
    involving,
    marking,
    talking,
)
from ..reads import board, names
from ..serializers import (
    DecisionOut,
    DisputeEventOut,
    DisputeFilters,
    DisputeMessageOut,
    DisputeOut,
    EvidenceOut,
    NewDisputeMessage,
    NewEvidence,
    OfferOut,
    PointOut,
)

REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": r"^D-\d{4}-\d{6}$"},
    OpenApiParameter.PATH,
    description="The dispute's public reference.",
)
SEALED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


class DisputeView(ApiView):
    """A resource that belongs to disputes."""

    resource = "disputes"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """From here on people are called what the key's owner may know them by."""
        super().initial(request, *args, **kwargs)
        names.speak_to(request.user, str(kwargs.get("reference", "")))

    def dispute(self, request: Keyed, reference: str) -> Dispute:
        """The case, if the key's owner may see it; a neutral who has not signed is refused (403)."""
        case = access.dispute_for(request.user, reference)
        access.require_declared(request.user, case)
        involving.look(case, by=request.user)
        return case

    def shown(self, request: Keyed, reference: str, status: int = 200) -> Response:
        """The case as it stands now."""
        case = access.dispute_for(request.user, reference)
        return Response(DisputeOut(case, context={"request": request}).data, status=status)


class Disputes(DisputeView):
    """The cases the key's owner may know of."""

    @extend_schema(
        operation_id="disputes_list",
        summary="List disputes, the newest first",
        parameters=[DisputeFilters, *PAGED],
        responses=page_of(DisputeOut),
    )
    def get(self, request: Keyed) -> Response:
        """Traders see their own, neutrals those in which they sit, readers of the register all."""
        filters = DisputeFilters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        wanted = filters.wanted()
        if wanted.narrowed and not board.reads_register(request.user):
            raise Forbidden
        rows = access.disputes_for(request.user).for_page().prefetch_related("deadlines")
        rows = board.narrowed(rows, wanted, clock.now())
        context = {"request": request}
        return self.page(request, rows, lambda found: DisputeOut(found, many=True, context=context).data)


class One(DisputeView):
    """One case."""

    @extend_schema(
        operation_id="disputes_one", summary="One dispute", parameters=[REFERENCE], responses=DisputeOut
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """With every date."""
        self.dispute(request, reference)
        return self.shown(request, reference)


class Points(DisputeView):
    """The allegations."""

    @extend_schema(
        operation_id="disputes_points",
        summary="The points of the complaint",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(PointOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Every decision answers each of them."""
        rows = grants.points_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: PointOut(found, many=True).data, ascending=True)


class Files(DisputeView):
    """The index of evidence."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="disputes_evidence_list",
        summary="The index of evidence",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(EvidenceOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """The same for both sides."""
        case = self.dispute(request, reference)
        rows = room.index_for(request.user, case)
        opens = set(access.evidence_for(request.user, case).values_list("pk", flat=True))
        told = {"request": request, "reference": reference, "opens": opens}
        return self.page(
            request, rows, lambda found: EvidenceOut(found, many=True, context=told).data, ascending=True
        )

    @extend_schema(
        operation_id="disputes_evidence_post",
        summary="Submit evidence",
        parameters=[REFERENCE],
        request={"multipart/form-data": NewEvidence},
        responses={201: EvidenceOut(many=True)},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """What is submitted can be answered, but not changed or taken back."""
        case = self.dispute(request, reference)
        access.require_submitting(request.user, case)
        sent = self.checked(NewEvidence, request)
        uploads = [attaching.Upload(file, file.name or "file") for file in sent.pop("files")]
        found = evidence.submit(case, attaching.store(uploads), by=request.user, **sent)
        opens = {item.pk for item in found}
        told = {"request": request, "reference": reference, "opens": opens}
        return Response(EvidenceOut(found, many=True, context=told).data, status=201)


class File(DisputeView):
    """The bytes of one item."""

    @extend_schema(
        operation_id="disputes_evidence_one",
        summary="Download an item of evidence",
        parameters=[REFERENCE],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The bytes.")},
    )
    def get(self, request: Keyed, reference: str, key: str) -> HttpResponseBase:
        """As they are stored, or marked for a mediator from outside; the act is written into the log."""
        item = access.evidence_item(request.user, reference, key)
        if marking.marks(request.user, item.dispute):
            made = marking.taken(item, by=request.user)
            headers = SEALED | {"Content-Disposition": f'attachment; filename="{made.name}"'}
            return HttpResponse(made.data, content_type="application/octet-stream", headers=headers)
        stream = vault.to_send(item.storage_key)
        evidence.opened(item, by=request.user, how="api")
        return FileResponse(
            stream,
            as_attachment=True,
            filename=item.original_filename,
            content_type="application/octet-stream",
            headers=SEALED,
        )


class Messages(DisputeView):
    """What was said."""

    @extend_schema(
        operation_id="disputes_messages_list",
        summary="What was said, from the beginning",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(DisputeMessageOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """In the channels that are open to the key's owner."""
        rows = access.messages_for(request.user, self.dispute(request, reference))
        return self.page(
            request, rows, lambda found: DisputeMessageOut(found, many=True).data, ascending=True
        )

    @extend_schema(
        operation_id="disputes_messages_post",
        summary="Say something",
        parameters=[REFERENCE],
        request=NewDisputeMessage,
        responses={201: DisputeMessageOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """To everyone in the case, or in a caucus while the mediation goes on."""
        case = self.dispute(request, reference)
        message = talking.post(case, by=request.user, **self.checked(NewDisputeMessage, request))
        return Response(DisputeMessageOut(message).data, status=201)


class Offers(DisputeView):
    """Settlement offers."""

    @extend_schema(
        operation_id="disputes_offers",
        summary="Offers, for the two sides and the mediator",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(OfferOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For everybody else, and above all for the decider, there are none."""
        rows = access.offers_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: OfferOut(found, many=True).data, ascending=True)


class Decisions(DisputeView):
    """Decisions as issued."""

    @extend_schema(
        operation_id="disputes_decisions",
        summary="Issued decisions",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(DecisionOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Drafts are nobody's business, not even here."""
        case = self.dispute(request, reference)
        rows = access.decisions_for(request.user, case).exclude(issued_at=None)
        return self.page(request, rows, lambda found: DecisionOut(found, many=True).data, ascending=True)


class Events(DisputeView):
    """The log."""

    @extend_schema(
        operation_id="disputes_events",
        summary="The chained log, from the beginning",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(DisputeEventOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Links whose existence the owner may not know of are left out; `prev` then shows the gap."""
        rows = access.events_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: DisputeEventOut(found, many=True).data, ascending=True)
