"""The last line of every change to a ticket: a new version, the moment, and the fact for whoever watches."""

from datetime import datetime

from helpdesk.core import events

from ..events import TicketChanged
from ..models import Ticket
from .promises import PROMISE_FIELDS

_FIELDS = [
    "status", "assignee", "team", "priority", "tags", "category", "policy_version", "dispute_reference",
    "solved_at", "closed_at", "last_line", "last_requester_at", "last_staff_at", "version", "updated_at",
    *PROMISE_FIELDS,
]  # fmt: skip


def save(ticket: Ticket, *, at: datetime) -> None:
    """Write a held ticket back. The version grows by one, so that stale forms and pages notice."""
    ticket.version += 1
    ticket.updated_at = at
    ticket.save(update_fields=_FIELDS)
    events.publish(TicketChanged(ticket.reference, ticket.version, ticket.requester_id))
