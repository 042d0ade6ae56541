from .attachment import Attachment
from .category import Category, Team
from .clocks import TicketTimer, TimerEvent
from .duty import Duty
from .incident import Incident
from .message import Message
from .rollout import PolicyRollout
from .sla import SlaPolicy, SlaPolicyVersion
from .ticket import Ticket

__all__ = [
    "Attachment",
    "Category",
    "Duty",
    "Incident",
    "Message",
    "PolicyRollout",
    "SlaPolicy",
    "SlaPolicyVersion",
    "Team",
    "Ticket",
    "TicketTimer",
    "TimerEvent",
]
