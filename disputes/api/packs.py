"""Files for bodies outside, and the directory of these bodies, for programs."""

from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.api.views import ApiView
from helpdesk.core import throttle, vault
from helpdesk.core.errors import Busy, Invalid

from ..access import packs as doors
from ..models import Dispute, ExternalBody, ExternalPack
from ..operations import directory, outward, packing
from ..serializers.packs import BodyIn, BodyOut, Handed, NewBody, NewPack, PackOut
from .resources import REFERENCE, SEALED, DisputeView

NUMBER = OpenApiParameter(
    "number", OpenApiTypes.INT, OpenApiParameter.PATH, description="The number of the file."
)
CODE = OpenApiParameter("code", str, OpenApiParameter.PATH, description="The body's short name.")


class _Of(DisputeView):
    """Of one case, for those who may know what was handed over."""

    def case(self, request: Keyed, reference: str) -> Dispute:
        """The case (404 for everybody else)."""
        self.dispute(request, reference)
        return doors.require_packs(request.user, reference)

    def out(self, reference: str, rows: Any, *, many: bool = False) -> Any:
        """As programs read them."""
        return PackOut(rows, many=many, context={"reference": reference}).data


class Packs(_Of):
    """What was made for bodies outside."""

    @extend_schema(
        operation_id="disputes_packs",
        summary="Files of the case for outside bodies",
        parameters=[REFERENCE, *PAGED],
        responses=page_of(PackOut),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """Both sides see what was made for whom, and what went there."""
        rows = doors.packs_for(request.user, self.case(request, reference))
        return self.page(request, rows, lambda found: self.out(reference, found, many=True), ascending=True)

    @extend_schema(
        operation_id="disputes_packs_post",
        summary="Make a file for one body",
        parameters=[REFERENCE],
        request=NewPack,
        responses={201: PackOut},
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """With its cover, which both sides read. Record it as handed over once it has gone."""
        case = self.case(request, reference)
        doors.require_making(request.user, case)
        if wait := throttle.take(f"dispute.pack:{request.user.pk}", limit=10, seconds=600):
            raise Busy(retry_after=wait)
        told = dict(self.checked(NewPack, request))
        told["body"] = _named(case, told["body"])
        made = packing.make(case, by=request.user, **told)
        return Response(self.out(reference, made), status=201)


def _named(case: Dispute, code: str) -> ExternalBody | None:
    if not code:
        return None
    if (found := outward.named(case, code)) is None:
        raise Invalid(fields={"body": [_("The list has no such body for this case.")]})
    return found


class Pack(_Of):
    """One of them."""

    def pack(self, request: Keyed, reference: str, number: int) -> ExternalPack:
        """The file, through the door of its case."""
        self.dispute(request, reference)
        return doors.pack_for(request.user, reference, number)

    @extend_schema(
        operation_id="disputes_pack",
        summary="The file for an outside body",
        parameters=[REFERENCE, NUMBER],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "The ZIP.")},
    )
    def get(self, request: Keyed, reference: str, number: int) -> HttpResponseBase:
        """The very bytes that are or were handed over; the act is written into the log."""
        pack = self.pack(request, reference, number)
        if wait := throttle.take(f"dispute.bundle:{request.user.pk}", limit=20, seconds=600):
            raise Busy(retry_after=wait)
        stream = vault.to_send(pack.storage_key)
        packing.taken(pack, by=request.user)
        return FileResponse(
            stream, as_attachment=True, filename=pack.filename, content_type="application/zip", headers=SEALED
        )

    @extend_schema(
        operation_id="disputes_pack_handed",
        summary="Record that it was handed over",
        parameters=[REFERENCE, NUMBER],
        request=Handed,
        responses=PackOut,
    )
    def post(self, request: Keyed, reference: str, number: int) -> Response:
        """Once, and for good; the trader is told."""
        pack = self.pack(request, reference, number)
        doors.require_making(request.user, pack.dispute)
        told = self.checked(Handed, request)
        return Response(self.out(reference, packing.hand_over(pack, by=request.user, **told)))


class Directory(ApiView):
    """The bodies outside that the house knows of."""

    resource = "disputes"

    @extend_schema(
        operation_id="bodies_list", summary="The directory of outside bodies", responses=BodyOut(many=True)
    )
    def get(self, request: Keyed) -> Response:
        """For supervisors, compliance and auditors."""
        doors.require_directory(request.user)
        return Response(BodyOut(doors.bodies(), many=True).data)

    @extend_schema(operation_id="bodies_add", summary="Add a body", request=NewBody, responses={201: BodyOut})
    def post(self, request: Keyed) -> Response:
        """Its code stays as it is."""
        doors.require_keeping(request.user)
        made = directory.add(by=request.user, told=self.checked(NewBody, request))
        return Response(BodyOut(made).data, status=201)


class Body(ApiView):
    """One row of the directory."""

    resource = "disputes"

    @extend_schema(operation_id="bodies_one", summary="One body", parameters=[CODE], responses=BodyOut)
    def get(self, request: Keyed, code: str) -> Response:
        """As it is known now."""
        doors.require_directory(request.user)
        return Response(BodyOut(doors.body(code)).data)

    @extend_schema(
        operation_id="bodies_change", summary="Change a body", parameters=[CODE], request=BodyIn,
        responses=BodyOut,
    )  # fmt: skip
    def post(self, request: Keyed, code: str) -> Response:
        """What is left out stays; a body is switched off, never deleted."""
        doors.require_keeping(request.user)
        told = self.checked(BodyIn, request)
        return Response(BodyOut(directory.change(doors.body(code), by=request.user, told=told)).data)
