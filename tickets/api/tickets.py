"""Tickets: filed, listed, looked at."""

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.search.query import parse

from .. import access
from ..models.ticket import TicketQuerySet
from ..operations import intake
from ..serializers import Filters, NewTicket, TicketOut
from .base import REFERENCE, TicketView, with_everything


class Tickets(TicketView):
    """The tickets the key's owner may see."""

    @extend_schema(
        operation_id="tickets_list",
        summary="List tickets, the newest first",
        parameters=[Filters, *PAGED],
        responses=page_of(TicketOut),
    )
    def get(self, request: Keyed) -> Response:
        """A trader sees their own, staff see all; every filter narrows further."""
        filters = Filters(data=request.query_params, context={"request": request})
        filters.is_valid(raise_exception=True)
        rows = narrowed(access.tickets_for(request.user), request.user, filters.validated_data)
        context = {"request": request}
        return self.page(
            request, with_everything(rows), lambda found: TicketOut(found, many=True, context=context).data
        )

    @extend_schema(
        operation_id="tickets_file", summary="File a ticket", request=NewTicket, responses={201: TicketOut}
    )
    def post(self, request: Keyed) -> Response:
        """The key's owner is the requester. The promises start at once; they are in the answer."""
        ticket = intake.file_ticket(request.user, **self.checked(NewTicket, request))
        return self.shown(request, ticket.reference, status=201)


class One(TicketView):
    """One ticket."""

    @extend_schema(
        operation_id="tickets_one", summary="One ticket", parameters=[REFERENCE], responses=TicketOut
    )
    def get(self, request: Keyed, reference: str) -> Response:
        """With its promises."""
        return self.shown(request, reference)


def narrowed(rows: TicketQuerySet, person: Any, wanted: dict[str, Any]) -> TicketQuerySet:
    """The rows that pass every filter."""
    for name in ("status", "priority"):
        if name in wanted:
            rows = rows.filter(**{name: wanted[name]})
    if "category" in wanted:
        code = wanted["category"]
        rows = rows.filter(Q(category__code=code) | Q(category__parent__code=code))
    if "updated_since" in wanted:
        rows = rows.filter(updated_at__gte=wanted["updated_since"])
    if "assignee" in wanted:
        who = wanted["assignee"]
        rows = rows.filter(
            **{"none": {"assignee": None}, "me": {"assignee": person}}.get(
                who, {"assignee__email__iexact": who}
            )
        )
    if asked := parse(wanted.get("q", "")):
        rows = rows.filter(search=SearchQuery(" & ".join(asked.parts), config="english", search_type="raw"))
    elif wanted.get("q", "").strip():
        rows = rows.none()  # nothing that could be looked for: no reason to show everything
    return rows
