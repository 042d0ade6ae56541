from .case import Complaint, Counter, Dispute, Point, PolicyVersion
from .content import DisputeMessage, Evidence, Offer
from .deadline import DisputeDeadline, Rung
from .log import Event, EventData
from .people import Assignment, Draw, Involvement, Objection, Party
from .ruling import BLOCKS, Decision, PointFinding, Remedy

__all__ = [
    "BLOCKS",
    "Assignment",
    "Complaint",
    "Counter",
    "Decision",
    "Dispute",
    "DisputeDeadline",
    "DisputeMessage",
    "Draw",
    "Event",
    "EventData",
    "Evidence",
    "Involvement",
    "Objection",
    "Offer",
    "Party",
    "Point",
    "PointFinding",
    "PolicyVersion",
    "Remedy",
    "Rung",
]
