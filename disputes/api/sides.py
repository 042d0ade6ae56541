"""What keeps both sides equal, for programs."""

from collections.abc import Callable
from typing import Any

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.core import vault
from tickets.operations import attaching

from ..access import acting
from ..access import sides as doors
from ..models import Dispute
from ..operations import caring, speaking, sumholds, surveying
from ..serializers.sides import (
    NeedOut,
    NewCareFinding,
    NewRepresentative,
    NewStanding,
    NewSumStep,
    NewSurveyAnswer,
    RepresentativeOut,
    SumHoldOut,
    SurveyOut,
)
from .resources import REFERENCE, SEALED, DisputeView

_SUMS: dict[str, Callable[[Dispute, Any, dict[str, Any]], Any]] = {
    "propose": lambda case, by, told: sumholds.propose(
        case, by=by, **{name: told[name] for name in ("amount", "asset", "rule", "day", "note")}
    ),
    "agree": lambda case, by, told: sumholds.answer(case, by=by, agree=True),
    "decline": lambda case, by, told: sumholds.answer(case, by=by, agree=False),
    "take_back": lambda case, by, told: sumholds.take_back(case, by=by),
    "release": lambda case, by, told: sumholds.release(case, by=by),
    "keep": lambda case, by, told: sumholds.keep(case, by=by),
    "lock": lambda case, by, told: sumholds.refer(case, by=by, reference=told["lock"]),
}


class SumHolds(DisputeView):
    """The disputed sum while both sides want it held."""

    @extend_schema(
        operation_id="disputes_sum_holds",
        summary="Held sums, the newest first",
        parameters=[REFERENCE],
        responses=SumHoldOut(many=True),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """What is held is for all in the case; what is only proposed is between the two sides."""
        rows = doors.sums_for(request.user, self.dispute(request, reference))
        return Response(SumHoldOut(rows, many=True).data)

    @extend_schema(
        operation_id="disputes_sum_holds_step",
        summary="Propose, answer or end a hold",
        parameters=[REFERENCE],
        request=NewSumStep,
        responses=SumHoldOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """403 when you are on neither side, 409 when it is not open at this stage."""
        case = self.dispute(request, reference)
        told = self.checked(NewSumStep, request)
        return Response(SumHoldOut(_SUMS[told["step"]](case, request.user, told)).data)


NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="Its number in the case.")


class Representatives(DisputeView):
    """Who acts for the trader."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="disputes_representatives",
        summary="Who was named to act for the trader",
        parameters=[REFERENCE],
        responses=RepresentativeOut(many=True),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For both sides and who oversees them."""
        case = self.dispute(request, reference)
        doors.speakers_page(request.user, case)
        return Response(RepresentativeOut(doors.speakers_for(request.user, case), many=True).data)

    @extend_schema(
        operation_id="disputes_representatives_name",
        summary="Name somebody, with the proof",
        parameters=[REFERENCE],
        request={"multipart/form-data": NewRepresentative},
        responses={201: RepresentativeOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """Only the trader names somebody; they may act when the house has checked the proof."""
        case = self.dispute(request, reference)
        acting(request.user, case, ("trader",))
        told = self.checked(NewRepresentative, request)
        uploads = [attaching.Upload(file, file.name or "file") for file in told.pop("files")]
        row = speaking.name(case, attaching.store(uploads), by=request.user, **told)
        return Response(RepresentativeOut(row).data, status=201)


class Representative(DisputeView):
    """One of them."""

    @extend_schema(
        operation_id="disputes_representative_step",
        summary="Accept or refuse the proof, or end it",
        parameters=[REFERENCE, NUMBER],
        request=NewStanding,
        responses=RepresentativeOut,
    )
    def post(self, request: Keyed, reference: str, number: int) -> Response:
        """The house checks; the trader, or whoever acts, ends it at once."""
        case, by = self.dispute(request, reference), request.user
        doors.speakers_page(by, case)
        told = self.checked(NewStanding, request)
        if told["step"] == "refuse":
            row = speaking.refuse(case, number, by=by, reason=told["reason"])
        else:
            work = speaking.accept if told["step"] == "accept" else speaking.revoke
            row = work(case, number, by=by)
        return Response(RepresentativeOut(row).data)


class Surveys(DisputeView):
    """How a mediator worked, asked of each side alone."""

    @extend_schema(
        operation_id="disputes_surveys",
        summary="Surveys that wait for you",
        parameters=[REFERENCE],
        responses=SurveyOut(many=True),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Answers are shown to nobody, not even to whoever gave them."""
        rows = doors.surveys_for(request.user, self.dispute(request, reference))
        return Response(SurveyOut(rows, many=True).data)


class Survey(DisputeView):
    """One survey."""

    @extend_schema(
        operation_id="disputes_survey_answer",
        summary="Answer a survey, once",
        parameters=[REFERENCE, NUMBER],
        request=NewSurveyAnswer,
        responses=SurveyOut,
    )
    def post(self, request: Keyed, reference: str, number: int) -> Response:
        """404 when it is not put to you, 409 when it was answered or its time is over."""
        asked = doors.survey_for(request.user, reference, number)
        told = self.checked(NewSurveyAnswer, request)
        surveying.answer(asked, by=request.user, words=told.pop("words"), scores=told)
        return Response(SurveyOut(asked).data)


class Care(DisputeView):
    """What is done differently for the trader, and whether care had to do with the complaint."""

    @extend_schema(
        operation_id="disputes_care",
        summary="What is done differently for the trader",
        parameters=[REFERENCE],
        responses=NeedOut(many=True),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For the house in the case; a mediator from outside is told what is needed there."""
        rows = doors.needs_for(request.user, self.dispute(request, reference))
        return Response(NeedOut(rows, many=True).data)

    @extend_schema(
        operation_id="disputes_care_find",
        summary="Say whether it had to do with the complaint",
        parameters=[REFERENCE],
        request=NewCareFinding,
        responses={201: NewCareFinding},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """A figure for returns; it changes nothing in the case."""
        case = self.dispute(request, reference)
        acting(request.user, case, caring.FOUND_BY)
        found = caring.find(case, by=request.user, **self.checked(NewCareFinding, request))
        return Response(NewCareFinding(found).data, status=201)


class Proof(DisputeView):
    """The file that shows that somebody may act for the trader."""

    @extend_schema(
        operation_id="disputes_representative_proof",
        summary="Download the proof",
        parameters=[REFERENCE, NUMBER],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The bytes.")},
    )
    def get(self, request: Keyed, reference: str, number: int) -> HttpResponseBase:
        """For the trader and for those who check it; that it was opened is written into the log."""
        row = doors.proof_for(request.user, self.dispute(request, reference), number)
        stream = vault.to_send(row.storage_key)
        speaking.opened(row, by=request.user)
        return FileResponse(
            stream,
            as_attachment=True,
            filename=row.proof_name,
            content_type="application/octet-stream",
            headers=SEALED,
        )
