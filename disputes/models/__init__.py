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
from .grants import Grant, NameConsent, Scope, Undertaking, UndertakingText
from .keeping import CaseHold, DiscardedFile, Purge, RetentionRule
from .letters import Letter, LetterTemplate
from .log import Event, EventData
from .money import Approval, ApprovalLimit, Authority, Currency, InterestRate, Rate, Remedy
from .neutrals import Lapse
from .packs import ExternalPack
from .people import Assignment, Draw, Involvement, Objection, Party
from .returns import ReturnRun
from .room import EvidenceDraft, InfoItem, InfoRequest, Redaction
from .ruling import BLOCKS, Decision, PointFinding
from .sides import CareFinding, Representative, SumHold, Survey, SurveyAnswer

__all__ = [
    "BLOCKS",
    "Admission",
    "Anchor",
    "AnchorLeaf",
    "Appeal",
    "Approval",
    "ApprovalLimit",
    "Assignment",
    "Authority",
    "CareFinding",
    "CaseHold",
    "Complaint",
    "Counter",
    "Currency",
    "Decision",
    "DelayNotice",
    "DiscardedFile",
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
    "ExternalPack",
    "ExternalReferral",
    "Grant",
    "InfoItem",
    "InfoRequest",
    "InterestRate",
    "Involvement",
    "Lapse",
    "Letter",
    "LetterTemplate",
    "NameConsent",
    "Objection",
    "Offer",
    "Party",
    "Point",
    "PointFinding",
    "PolicyVersion",
    "Purge",
    "QuarterFigures",
    "Rate",
    "Redaction",
    "Remedy",
    "Representative",
    "Restriction",
    "RetentionRule",
    "ReturnRun",
    "Rung",
    "Scope",
    "SumHold",
    "Survey",
    "SurveyAnswer",
    "SystemicCase",
    "SystemicContact",
    "SystemicIssue",
    "SystemicNote",
    "Undertaking",
    "UndertakingText",
]
