"""Facts about tickets that others act on. Handlers marked `inside` share the transaction."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TicketFiled:
    ticket_id: int
    reference: str


@dataclass(frozen=True)
class MessagePosted:
    """A message can be read by those it speaks to (a held reply counts when it is released)."""

    ticket_id: int
    reference: str
    message_id: int
    kind: str
    from_staff: bool


@dataclass(frozen=True)
class TicketChanged:
    """Something about the ticket is different; carries no content."""

    reference: str
    version: int
    requester_id: int


@dataclass(frozen=True)
class TicketEscalated:
    """The ticket goes to mediation: a dispute must open in the same transaction.

    `cause` is "trader" (asked for it), "promise" (the resolution promise on a complaint was broken) or
    "supervisor". `by_id` is the person, None for the system.
    """

    ticket_id: int
    reference: str
    cause: str
    reason: str
    at: datetime
    by_id: int | None


@dataclass(frozen=True)
class ComplaintVoiced:
    """Somebody of the house marked a message as a complaint: its case opens in the same transaction."""

    ticket_id: int
    reference: str
    message_id: int
    at: datetime
    by_id: int


@dataclass(frozen=True)
class TicketsChanged:
    """Many tickets are different at once; for the sweeps."""

    changes: tuple[TicketChanged, ...]


@dataclass(frozen=True)
class TicketSetBack:
    """Somebody of the house closes a ticket or lowers its priority; whoever listens inside may refuse it.

    `what` is "close" or "lower".
    """

    reference: str
    requester_id: int
    what: str
    by_id: int
