"""What tickets are filed under, and what is promised about them."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.paging import page_of_list
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.api.views import ApiView

from .. import access
from ..operations import policies
from ..serializers import CategoryOut
from ..serializers.setup import CalendarOut, NewPolicy, PolicyOut, calendar_shown, policy_shown


class Categories(ApiView):
    """Problem types."""

    resource = "categories"

    @extend_schema(
        operation_id="categories",
        summary="What a ticket can be filed under",
        parameters=PAGED,
        responses=page_of(CategoryOut),
    )
    def get(self, request: Keyed) -> Response:
        """In the order of the form; `fields` are the questions each asks."""
        found, following, before = page_of_list(request, access.categories())
        shown = CategoryOut(found, many=True).data
        return Response({"next": following, "previous": before, "results": shown})


class Policies(ApiView):
    """SLA policies."""

    resource = "sla-policies"

    @extend_schema(
        operation_id="sla_policies_list",
        summary="What is promised, for which tickets",
        parameters=PAGED,
        responses=page_of(PolicyOut),
    )
    def get(self, request: Keyed) -> Response:
        """In the order in which they are tried. For supervisors and administrators."""
        found, following, before = page_of_list(request, access.policies_for(request.user))
        shown = PolicyOut([policy_shown(policy) for policy in found], many=True).data
        return Response({"next": following, "previous": before, "results": shown})

    @extend_schema(
        operation_id="sla_policies_post",
        summary="Make a promise",
        request=NewPolicy,
        responses={201: PolicyOut},
    )
    def post(self, request: Keyed) -> Response:
        """New tickets fall under it at once; open ones keep theirs. For supervisors and administrators."""
        access.policies_for(request.user)
        policy = policies.create_policy(by=request.user, **self.checked(NewPolicy, request))
        return Response(PolicyOut(policy_shown(policy)).data, status=201)


class Calendars(ApiView):
    """Working hours."""

    resource = "sla-policies"

    @extend_schema(
        operation_id="calendars",
        summary="The working hours promises are counted in",
        parameters=PAGED,
        responses=page_of(CalendarOut),
    )
    def get(self, request: Keyed) -> Response:
        """With the version that new promises count in. For supervisors and administrators."""
        found, following, before = page_of_list(request, access.calendars_for(request.user))
        shown = CalendarOut([calendar_shown(calendar) for calendar in found], many=True).data
        return Response({"next": following, "previous": before, "results": shown})
