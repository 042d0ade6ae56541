"""What follows from facts about tickets: hints for open pages. They carry no content."""

from helpdesk.core import events
from helpdesk.realtime import push

from .events import TicketChanged, TicketFiled


@events.after(TicketChanged)
def hint_pages(event: TicketChanged) -> None:
    """Whoever has the ticket or the queue open fetches the change through the normal door."""
    push.hint(f"ticket:{event.reference}", {"v": event.version})
    push.hint("queue", {})


@events.after(TicketFiled)
def hint_queue(event: TicketFiled) -> None:
    """A new ticket: the queue shows "1 new"."""
    push.hint("queue", {"new": event.reference})
