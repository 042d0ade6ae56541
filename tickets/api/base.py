"""What the ticket resources share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.views import ApiView

from .. import access
from ..models import Ticket
from ..models.ticket import TicketQuerySet
from ..serializers import TicketOut

REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": "^T-[2-9A-HJKMNP-TV-Z]{6}$"},
    OpenApiParameter.PATH,
    description="The ticket's public reference.",
)


class TicketView(ApiView):
    """A resource that belongs to tickets."""

    resource = "tickets"

    def ticket(self, request: Keyed, reference: str) -> Ticket:
        """The ticket, if the key's owner may see it."""
        return access.ticket_for(request.user, reference)

    def shown(self, request: Keyed, reference: str, status: int = 200) -> Response:
        """The ticket as it stands now."""
        ticket = access.ticket_for(request.user, reference)
        return Response(TicketOut(ticket, context={"request": request}).data, status=status)


def with_everything(rows: TicketQuerySet) -> TicketQuerySet:
    """With what a list shows, in three queries whatever its length."""
    return rows.for_page().select_related("category", "team").prefetch_related("timers")


def context(request: Keyed, reference: str) -> dict[str, Any]:
    """What the shapes of a ticket's parts need to know."""
    return {"request": request, "reference": reference}
