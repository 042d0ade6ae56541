"""What tickets say that concerns disputes, and the hints for pages that show one."""

from accounts.events import Suspending
from helpdesk.core import events
from helpdesk.realtime import push
from tickets.events import ComplaintVoiced, TicketEscalated, TicketSetBack

from .events import DisputeChanged, GrantEnded
from .operations import opening, restricting


@events.inside(TicketEscalated)
def open_dispute(event: TicketEscalated) -> None:
    """A ticket in dispute without a case must not exist, so both are one transaction."""
    opening.open_for(event.ticket_id, cause=event.cause, reason=event.reason, at=event.at, by_id=event.by_id)


@events.inside(ComplaintVoiced)
def register_complaint(event: ComplaintVoiced) -> None:
    """A complaint that was marked has its case and its clocks from the same moment on."""
    opening.open_for(
        event.ticket_id,
        cause="complaint",
        reason="",
        at=event.at,
        by_id=event.by_id,
        message_id=event.message_id,
    )


@events.inside(Suspending)
def no_suspension(event: Suspending) -> None:
    """Who complains keeps the account, unless compliance has approved otherwise (F17)."""
    restricting.passing(event.person_id, "suspend", event.by_id)


@events.inside(TicketSetBack)
def no_setback(event: TicketSetBack) -> None:
    """Nor is anything else of theirs closed or put behind."""
    restricting.passing(event.requester_id, event.what, event.by_id, event.reference)


@events.after(DisputeChanged)
def hint_pages(event: DisputeChanged) -> None:
    """Whoever has the case open fetches the change through the normal door."""
    push.hint(f"dispute:{event.reference}", {"v": event.version})


@events.after(GrantEnded)
def close_streams(event: GrantEnded) -> None:
    """Streams opened under the grant end within seconds."""
    push.kick(event.person_id)
