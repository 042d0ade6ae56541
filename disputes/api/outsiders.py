"""A mediator from outside, for programs: what opens the case, the promise, its end, and who is told names."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.core.errors import NotFound

from .. import access
from ..access import grants
from ..models import Dispute
from ..operations import granting, revoking
from ..reads import outsiders, verifier
from ..serializers.outsiders import (
    GrantOut,
    NewNames,
    NewPromise,
    NewRevocation,
    PromiseOut,
)
from ..states import Actor
from .resources import REFERENCE, DisputeView


class Promise(DisputeView):
    """The undertaking of confidentiality."""

    @extend_schema(
        operation_id="disputes_promise",
        summary="What a mediator from outside promises",
        parameters=[REFERENCE],
        responses=PromiseOut,
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """For the mediator from outside alone; it is all that is open before the promise."""
        return self._shown(request, access.dispute_for(request.user, reference))

    @extend_schema(
        operation_id="disputes_promise_give",
        summary="Promise it",
        parameters=[REFERENCE],
        request=NewPromise,
        responses=PromiseOut,
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """409 when the words have changed since they were read; 403 for everybody else in the case."""
        case = access.dispute_for(request.user, reference)
        if grants.grant_of(request.user, case) is None:
            access.require_declared(request.user, case)
            access.acting(request.user, case, ())
        granting.promise(case, by=request.user, **self.checked(NewPromise, request))
        return self._shown(request, access.dispute_for(request.user, reference))

    def _shown(self, request: Keyed, case: Dispute) -> Response:
        grant = grants.grant_of(request.user, case)
        if grant is None:
            raise NotFound
        given = grant.undertaking if grants.has_undertaken(grant) else None
        told = outsiders.asked(given.text if given else None)
        words = given.words if given else told["promise"]
        shown = {"number": told["promise_number"], "words": words, "sha256": verifier.sha(words)}
        return Response(PromiseOut(shown | {"at": given.at if given else None}).data)


class Grants(DisputeView):
    """What opens the case to mediators from outside."""

    @extend_schema(
        operation_id="disputes_grants",
        summary="Access of mediators from outside",
        parameters=[REFERENCE],
        responses=GrantOut(many=True),
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """The same for both sides."""
        case = self.dispute(request, reference)
        return Response(GrantOut(outsiders.rows(case), many=True).data)

    @extend_schema(
        operation_id="disputes_grant_revoke",
        summary="End such an access now",
        parameters=[REFERENCE],
        request=NewRevocation,
        responses=GrantOut(many=True),
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """For supervisors and compliance, with a reason."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, (Actor.SU, Actor.CO))
        told = self.checked(NewRevocation, request)
        revoking.revoke(case, told["grant"], by=request.user, reason=told["reason"])
        case = access.dispute_for(request.user, reference)
        return Response(GrantOut(outsiders.rows(case), many=True).data)


class Names(DisputeView):
    """Whether the mediator from outside is told who the sides are."""

    @extend_schema(
        operation_id="disputes_names",
        summary="Let names be told, or take that back",
        parameters=[REFERENCE],
        request=NewNames,
        responses=GrantOut(many=True),
    )
    def post(self, request: Keyed, reference: str) -> Response:
        """For the trader and for a supervisor; names are told when both sides agree, and then for good."""
        case = self.dispute(request, reference)
        access.acting(request.user, case, (Actor.TR, Actor.SU))
        agrees = self.checked(NewNames, request)["agree"]
        work = granting.let_names_be_known if agrees else granting.keep_names
        work(case, by=request.user)
        return Response(GrantOut(outsiders.rows(access.dispute_for(request.user, reference)), many=True).data)
