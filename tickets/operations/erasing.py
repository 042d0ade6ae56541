"""Erasing what was said on a ticket when the time for which it is kept is over. Its number and dates stay."""

from helpdesk.core.locks import hold

from ..models import Ticket
from ..states import Status

ERASED = "–"


def erase(ticket: Ticket) -> list[str]:
    """A closed ticket's texts, fields and files go, in the caller's transaction; returns files to delete."""
    ticket = hold(ticket)
    if ticket.status != Status.CLOSED:
        return []
    stored = ticket.attachments.values_list("storage_name", "preview_name")
    names = [name for pair in stored for name in pair if name]
    ticket.attachments.all().delete()
    ticket.messages.update(body=ERASED, body_html=ERASED)
    ticket.subject, ticket.fields, ticket.tags, ticket.last_line, ticket.search = ERASED, {}, [], "", None
    ticket.save(update_fields=["subject", "fields", "tags", "last_line", "search"])
    return names
