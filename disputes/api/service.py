"""How neutrals serve, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.views import ApiView

from ..access import service as access
from ..reads import service as reads
from ..serializers.service import NeutralOut


class Neutrals(ApiView):
    """The service level of neutrals."""

    resource = "disputes"

    @extend_schema(
        operation_id="neutrals_list", summary="How neutrals serve", responses=NeutralOut(many=True)
    )
    def get(self, request: Keyed) -> Response:
        """For supervisors, compliance and auditors; a neutral of the house reads their own row."""
        return Response(NeutralOut(reads.rows(access.only(request.user)), many=True).data)
