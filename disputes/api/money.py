"""Approvals, holds and erasing for programs: the same rules as the pages."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.views import ApiView
from helpdesk.core.errors import NotFound
from tickets.serializers import Nothing

from ..operations import authorising, purging
from ..operations import keeping as holding
from ..reads import keeping, money
from ..serializers.money import AuthorityOut, EndHold, HoldOut, NewHold, PurgeOut

NUMBER = OpenApiParameter("pk", int, OpenApiParameter.PATH, description="Its number.")


class MoneyView(ApiView):
    """A resource about money or keeping."""

    resource = "disputes"


class Authorities(MoneyView):
    """What waits for an approval, and what may be carried out."""

    @extend_schema(
        operation_id="disputes_money", summary="Sums promised or owed", responses=AuthorityOut(many=True)
    )
    def get(self, request: Keyed) -> Response:
        """For those who approve or pay, each with what they may know of."""
        if not money.has_money(request.user):
            raise NotFound
        found = money.overview(request.user)
        rows = [row[0] for row in found["waiting"]] + [row["standing"] for row in found["ready"]]
        return Response(AuthorityOut(rows, many=True).data)


class Approve(MoneyView):
    """An approval."""

    @extend_schema(
        operation_id="disputes_money_approve",
        summary="Approve a sum",
        parameters=[NUMBER],
        request=Nothing,
        responses=AuthorityOut,
    )
    def post(self, request: Keyed, pk: int) -> Response:
        """403 when other people are needed, 409 when it is approved, over, or has no rate."""
        found = authorising.one(request.user, pk)
        self.checked(Nothing, request)
        authority = authorising.approve(found, by=request.user)
        return Response(AuthorityOut(money.standing(authority)).data)


def _require(request: Keyed) -> None:
    if not keeping.has_keeping(request.user):
        raise NotFound


class Purges(MoneyView):
    """What is due to be erased, and what was."""

    @extend_schema(operation_id="disputes_purges", summary="Retention", responses=PurgeOut(many=True))
    def get(self, request: Keyed) -> Response:
        """For compliance, supervisors and auditors."""
        _require(request)
        found = keeping.overview(request.user)
        rows: list[Any] = [row["purge"] for row in found["waiting"]]
        return Response(PurgeOut(rows + found["done"], many=True).data)


class Purge(MoneyView):
    """One of the two words that erase a case."""

    @extend_schema(
        operation_id="disputes_purge_approve",
        summary="Agree that a case is erased",
        parameters=[NUMBER],
        request=Nothing,
        responses=PurgeOut,
    )
    def post(self, request: Keyed, pk: int) -> Response:
        """With the second, different person it is done; 409 under any hold."""
        _require(request)
        self.checked(Nothing, request)
        return Response(PurgeOut(purging.approve(pk, by=request.user)).data)


class Holds(MoneyView):
    """Holds on cases."""

    @extend_schema(operation_id="disputes_holds", summary="Holds", responses=HoldOut(many=True))
    def get(self, request: Keyed) -> Response:
        """Compliance knows all of them, others only the legal ones."""
        _require(request)
        return Response(HoldOut(keeping.holds_for(request.user), many=True).data)

    @extend_schema(
        operation_id="disputes_holds_post", summary="Hold a case", request=NewHold, responses={201: HoldOut}
    )
    def post(self, request: Keyed) -> Response:
        """For compliance."""
        _require(request)
        told = self.checked(NewHold, request)
        row = holding.put(told["dispute"], kind=told["kind"], reason=told["reason"], by=request.user)
        return Response(HoldOut(row).data, status=201)


class Hold(MoneyView):
    """The end of a hold."""

    @extend_schema(
        operation_id="disputes_hold_end",
        summary="Ask for the end of a hold, or agree to it",
        parameters=[NUMBER],
        request=EndHold,
        responses=HoldOut,
    )
    def post(self, request: Keyed, pk: int) -> Response:
        """Whoever asked cannot be the one who agrees (409)."""
        _require(request)
        told = self.checked(EndHold, request)
        if told["agree"]:
            row = holding.agree_end(pk, by=request.user)
        else:
            row = holding.ask_end(pk, reason=told["reason"], by=request.user)
        return Response(HoldOut(row).data)
