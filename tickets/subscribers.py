"""What follows from facts about tickets: hints for open pages. They carry no content."""

from helpdesk.core import events
from helpdesk.notify.events import DeliveryFailed
from helpdesk.realtime import push

from .events import TicketChanged, TicketFiled, TicketsChanged
from .operations import conversation


@events.after(TicketChanged)
def hint_pages(event: TicketChanged) -> None:
    """Whoever has the ticket or the queue open fetches the change through the normal door."""
    push.hint(f"ticket:{event.reference}", {"v": event.version})
    push.hint("queue", {})


@events.after(TicketsChanged)
def hint_many_pages(event: TicketsChanged) -> None:
    """The same for many tickets, said in one breath."""
    push.hint_many([(f"ticket:{change.reference}", {"v": change.version}) for change in event.changes])
    push.hint("queue", {})


@events.after(TicketFiled)
def hint_queue(event: TicketFiled) -> None:
    """A new ticket: the queue shows "1 new"."""
    push.hint("queue", {"new": event.reference})


@events.inside(DeliveryFailed)
def answer_was_not_delivered(event: DeliveryFailed) -> None:
    """The trader never got the answer: its promise runs again."""
    if event.kind == "ticket.answered":
        conversation.undelivered(int(event.event_id.partition(":")[2]), reason="delivery failed")
