from .admission import Admission
from .after import Appeal, ExternalBody, ExternalReferral
from .anchor import Anchor, AnchorLeaf
from .case import Complaint, Counter, Dispute, Point, PolicyVersion
from .content import DisputeMessage, Evidence, Offer
from .deadline import DelayNotice, DisputeDeadline, Extension, Rung
from .fairness import (
    QuarterFigures,
    Restriction,
    SystemicCase,
    SystemicContact,
    SystemicIssue,
    SystemicNote,
)
from .letters import Letter, LetterTemplate
from .log import Event, EventData
from .people import Assignment, Draw, Involvement, Objection, Party
from .returns import ReturnRun
from .room import EvidenceDraft, InfoItem, InfoRequest, Redaction
from .ruling import BLOCKS, Decision, PointFinding, Remedy

__all__ = [
    "BLOCKS",
    "Admission",
    "Anchor",
    "AnchorLeaf",
    "Appeal",
    "Assignment",
    "Complaint",
    "Counter",
    "Decision",
    "DelayNotice",
    "Dispute",
    "DisputeDeadline",
    "DisputeMessage",
    "Draw",
    "Event",
    "EventData",
    "Evidence",
    "EvidenceDraft",
    "Extension",
    "ExternalBody",
    "ExternalReferral",
    "InfoItem",
    "InfoRequest",
    "Involvement",
    "Letter",
    "LetterTemplate",
    "Objection",
    "Offer",
    "Party",
    "Point",
    "PointFinding",
    "PolicyVersion",
    "QuarterFigures",
    "Redaction",
    "Remedy",
    "Restriction",
    "ReturnRun",
    "Rung",
    "SystemicCase",
    "SystemicContact",
    "SystemicIssue",
    "SystemicNote",
]
