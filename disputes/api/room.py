"""The evidence room for programs."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.core.errors import Invalid
from tickets.operations import attaching

from .. import access
from ..access import room as doors
from ..models import Evidence
from ..operations import asking, redacting, staging, weighing
from ..reads import room
from ..serializers import EvidenceOut
from ..serializers.room import (
    DraftChanged,
    DraftOut,
    DraftsPicked,
    HandOut,
    NewAnswerToRequest,
    NewDrafts,
    NewRedaction,
    NewRequest,
    NewRuling,
    RedactionDecided,
    RedactionOut,
    RequestOut,
)
from .resources import REFERENCE, DisputeView


def _items(request: Keyed, reference: str, found: list[Evidence], status: int) -> Response:
    told = {"request": request, "reference": reference, "opens": {item.pk for item in found}}
    return Response(EvidenceOut(found, many=True, context=told).data, status=status)


class Drafts(DisputeView):
    """What the own side prepares."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="disputes_drafts_list",
        summary="Prepared evidence of the own side",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(DraftOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Nobody else learns that it exists."""
        rows = doors.drafts_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: DraftOut(found, many=True).data, ascending=True)

    @extend_schema(
        operation_id="disputes_drafts_post",
        summary="Lay files aside",
        parameters=[REFERENCE],
        request={"multipart/form-data": NewDrafts},
        responses={201: DraftOut(many=True)},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Not submitted: they can be changed and removed."""
        case = self.dispute(request, reference)
        doors.require_preparing(request.user, case)
        sent = self.checked(NewDrafts, request)
        uploads = [attaching.Upload(file, file.name or "file") for file in sent["files"]]
        found = staging.prepare(case, attaching.store(uploads), by=request.user)
        return Response(DraftOut(found, many=True).data, status=201)


class Draft(DisputeView):
    """One prepared file."""

    @extend_schema(
        operation_id="disputes_drafts_change",
        summary="Say what a prepared file is",
        parameters=[REFERENCE],
        request=DraftChanged,
        responses=DraftOut,
    )
    def patch(self, request: Keyed, reference: str, pk: int) -> Response:
        """Only what is sent is changed."""
        self.dispute(request, reference)
        draft = doors.draft(request.user, reference, pk)
        changed = staging.change(draft, self.checked(DraftChanged, request), by=request.user)
        return Response(DraftOut(changed).data)

    @extend_schema(
        operation_id="disputes_drafts_remove",
        summary="Remove a prepared file",
        parameters=[REFERENCE],
        responses={204: None},
    )
    def delete(self, request: Keyed, reference: str, pk: int) -> Response:
        """It was never submitted."""
        self.dispute(request, reference)
        staging.remove(doors.draft(request.user, reference, pk), by=request.user)
        return Response(status=204)


class Submit(DisputeView):
    """From prepared to submitted."""

    @extend_schema(
        operation_id="disputes_drafts_submit",
        summary="Submit prepared evidence",
        parameters=[REFERENCE],
        request=DraftsPicked,
        responses={201: EvidenceOut(many=True)},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Together, under one receipt; from then on nothing of it can be changed."""
        case = self.dispute(request, reference)
        told = self.checked(DraftsPicked, request)
        found = staging.submit(case, told["picked"], by=request.user, late_reason=told["late_reason"])
        return _items(request, reference, found, 201)


class Requests(DisputeView):
    """What the sides were asked for."""

    @extend_schema(
        operation_id="disputes_requests_list",
        summary="Things asked for, and how far the answers are",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(RequestOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Both sides see the same."""
        rows = doors.requests_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: RequestOut(found, many=True).data, ascending=True)

    @extend_schema(
        operation_id="disputes_requests_post",
        summary="Ask a side for things",
        parameters=[REFERENCE],
        request=NewRequest,
        responses={201: RequestOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """What the file already holds is not asked for (400, field `item_N`): point at its number instead."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, doors.ASKING)
        told = self.checked(NewRequest, request)
        wanted = [asking.Wanted(**one) for one in told["items"]]
        made = asking.ask(case, told["side"], wanted, by=request.user, until=told["until"], note=told["note"])
        return Response(RequestOut(made).data, status=201)


class RequestItem(DisputeView):
    """One thing asked for."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="disputes_requests_answer",
        summary="Answer one thing asked for",
        parameters=[REFERENCE],
        request={"multipart/form-data": NewAnswerToRequest, "application/json": NewAnswerToRequest},
        responses=RequestOut,
    )
    def post(self, request: Keyed, reference: str, number: int, item: int) -> Response:
        """With files, a number of the index, or the reason why there is none."""
        self.dispute(request, reference)
        asked = doors.info_request(request.user, reference, number)
        doors.require_answering(request.user, asked)
        wanted, sent = doors.info_item(asked, item), self.checked(NewAnswerToRequest, request)
        files = attaching.store([attaching.Upload(file, file.name or "file") for file in sent.pop("files")])
        asking.answer(wanted, by=request.user, files=files, **sent)
        return Response(RequestOut(doors.info_request(request.user, reference, number)).data)


class Custody(DisputeView):
    """Who had an item in hand."""

    @extend_schema(
        operation_id="disputes_evidence_custody",
        summary="Who had an item in hand, and when",
        parameters=[REFERENCE],
        responses=HandOut(many=True),
    )
    def get(self, request: Keyed, reference: str, key: str) -> Response:
        """The same list for both sides."""
        self.dispute(request, reference)
        item = doors.listed_item(request.user, reference, key)
        return Response(HandOut(room.custody(item, request.user), many=True).data)


class Ruling(DisputeView):
    """Whether a late item counts."""

    @extend_schema(
        operation_id="disputes_evidence_rule",
        summary="Admit a late item or leave it out",
        parameters=[REFERENCE],
        request=NewRuling,
        responses=EvidenceOut,
    )
    def post(self, request: Keyed, reference: str, key: str) -> HttpResponseBase:
        """For whoever decides; both sides read the reason."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, doors.RULES)
        item = access.evidence_item(request.user, reference, key)
        ruled = weighing.rule(item, by=request.user, **self.checked(NewRuling, request))
        told = {"request": request, "reference": reference, "opens": {ruled.pk}}
        return Response(EvidenceOut(ruled, context=told).data)


class Redactions(DisputeView):
    """Requests to cover parts of items."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="disputes_redactions_list",
        summary="Requests to cover parts of items",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(RedactionOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For those who work the case; everybody else reads the result in the index."""
        rows = doors.redactions_for(request.user, self.dispute(request, reference))
        return self.page(request, rows, lambda found: RedactionOut(found, many=True).data, ascending=True)

    @extend_schema(
        operation_id="disputes_redactions_post",
        summary="Ask to cover parts of an item",
        parameters=[REFERENCE],
        request={"multipart/form-data": NewRedaction, "application/json": NewRedaction},
        responses={201: RedactionOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """A second person has to agree."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, doors.REDACTS)
        told = self.checked(NewRedaction, request)
        item = next(
            (one for one in access.evidence_for(request.user, case) if one.index_no == told["evidence"]), None
        )
        if item is None:
            raise Invalid(fields={"evidence": [_("Please choose one of the items.")]})
        file = told["file"]
        stored = attaching.store([attaching.Upload(file, file.name or "file")])[0] if file else None
        pairs = zip(told["place"], told["reason"], strict=True)
        places = [{"place": place, "reason": reason} for place, reason in pairs]
        made = redacting.request(item, by=request.user, places=places, summary=told["summary"], file=stored)
        return Response(RedactionOut(made).data, status=201)


class OneRedaction(DisputeView):
    """One request to cover something."""

    @extend_schema(
        operation_id="disputes_redactions_decide",
        summary="Agree to cover parts of an item, or not",
        parameters=[REFERENCE],
        request=RedactionDecided,
        responses=RedactionOut,
    )
    def post(self, request: Keyed, reference: str, number: int) -> Response:
        """Never by whoever asked for it (409)."""
        self.dispute(request, reference)
        found = doors.redaction(request.user, reference, number)
        told = self.checked(RedactionDecided, request)
        return Response(RedactionOut(redacting.decide(found, by=request.user, **told)).data)
