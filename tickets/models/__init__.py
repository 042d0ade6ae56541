from .attachment import Attachment
from .category import Category, Team
from .message import Message
from .sla import SlaPolicy, SlaPolicyVersion, TicketTimer, TimerEvent
from .ticket import Ticket

__all__ = [
    "Attachment",
    "Category",
    "Message",
    "SlaPolicy",
    "SlaPolicyVersion",
    "Team",
    "Ticket",
    "TicketTimer",
    "TimerEvent",
]
