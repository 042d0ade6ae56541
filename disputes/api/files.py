"""A copy of a case's file for programs."""

from django.http import FileResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, OpenApiTypes, extend_schema

from accounts.api import Keyed
from helpdesk.core import throttle
from helpdesk.core.errors import Busy

from .. import access
from ..operations import bundling
from .resources import REFERENCE, SEALED, DisputeView


class Bundle(DisputeView):
    """The file to keep."""

    @extend_schema(
        operation_id="disputes_bundle",
        summary="Take a copy of the file",
        parameters=[REFERENCE],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY, "The ZIP.")},
    )
    def get(self, request: Keyed, reference: str) -> HttpResponseBase:
        """What the key's owner may see, with a verifier; the act is written into the log."""
        case = self.dispute(request, reference)
        access.require_taking(request.user, case)
        if wait := throttle.take(f"dispute.bundle:{request.user.pk}", limit=10, seconds=600):
            raise Busy(retry_after=wait)
        return FileResponse(
            bundling.take(case, by=request.user),
            as_attachment=True,
            filename=f"{reference}.zip",
            content_type="application/zip",
            headers=SEALED,
        )
