"""The words of a dispute's life, and the only list of how a dispute may move (`TABLE`)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Forbidden

DOMAIN: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data" / "domain.json").read_text(encoding="utf-8")
)


def word(kind: str, code: str) -> str:
    """The name of a code (`outcomes`, `remedies`, `root_causes`, `jurisdictions`) in the active language."""
    row = next((row for row in DOMAIN[kind] if row["code"] == code), None)
    if row is None:
        return code
    return row["zh"] if (get_language() or "").startswith("zh") else row["en"]


def choices(kind: str) -> list[tuple[str, str]]:
    """The codes of one list with their names in the active language."""
    return [(row["code"], word(kind, row["code"])) for row in DOMAIN[kind]]


def money(amount: Decimal | None, currency: str) -> str:
    """A sum as people write it: every digit that counts, two decimals at least."""
    if amount is None:
        return ""
    whole, _point, decimals = f"{amount.normalize():f}".partition(".")
    return f"{whole}.{decimals.ljust(2, '0')} {currency}"


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("dispute", "Draft")
    RECEIVED = "received", pgettext_lazy("dispute", "Received")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("dispute", "Acknowledged")
    INADMISSIBLE = "inadmissible", pgettext_lazy("dispute", "Not admitted")
    INVESTIGATING = "investigating", pgettext_lazy("dispute", "Being investigated")
    RESPONSE_ISSUED = "response_issued", pgettext_lazy("dispute", "Answered by the platform")
    MEDIATION_PENDING = "mediation_pending", pgettext_lazy("dispute", "Mediator being appointed")
    IN_MEDIATION = "in_mediation", pgettext_lazy("dispute", "In mediation")
    IN_DETERMINATION = "in_determination", pgettext_lazy("dispute", "Being decided")
    PROVISIONAL_DECISION = "provisional_decision", pgettext_lazy("dispute", "Provisional decision")
    DECIDED = "decided", pgettext_lazy("dispute", "Decided")
    UNDER_APPEAL = "under_appeal", pgettext_lazy("dispute", "Under review")
    FINAL = "final", pgettext_lazy("dispute", "Final")
    REMEDY_DUE = "remedy_due", pgettext_lazy("dispute", "To be carried out")
    REFERRED = "referred", pgettext_lazy("dispute", "With an outside body")
    WITHDRAWN = "withdrawn", pgettext_lazy("dispute", "Withdrawn")
    CLOSED = "closed", pgettext_lazy("dispute", "Closed")


OVER = (State.INADMISSIBLE, State.WITHDRAWN, State.CLOSED)
OPEN = tuple(state for state in State if state not in OVER)
# The file can still grow: parties may add evidence and points.
GATHERING = (
    State.RECEIVED, State.ACKNOWLEDGED, State.INVESTIGATING, State.RESPONSE_ISSUED,
    State.MEDIATION_PENDING, State.IN_MEDIATION,
)  # fmt: skip
PAST_DECISION = (
    State.DECIDED,
    State.UNDER_APPEAL,
    State.FINAL,
    State.REMEDY_DUE,
    State.REFERRED,
    State.CLOSED,
)


# Nobody breaks a word by letting these clocks pass: they are chances, not duties.
WINDOWS = frozenset(
    {"object_mediator", "comment_provisional", "accept_decision", "file_appeal", "confirm_remedy",
     "reopen_window", "offer_valid", "opening_statement", "reply"}
)  # fmt: skip
# How long the trader thinks between asking to withdraw and confirming it.
THINK = timedelta(hours=48)


class Waiting(models.TextChoices):
    """Whose turn it is."""

    TRADER = "trader", _("the trader")
    PLATFORM = "platform", _("the platform")
    BOTH = "both", _("both sides")
    MEDIATOR = "mediator", _("the mediator")
    DECIDER = "decider", _("the decider")
    REVIEWER = "reviewer", _("the appeal reviewer")
    THIRD_PARTY = "third_party", _("a third party")
    NOBODY = "nobody", _("nobody")


class Hold(models.TextChoices):
    NONE = "none", _("none")
    LEGAL = "legal", _("legal hold")
    AML = "aml", _("compliance hold")


class Actor(models.TextChoices):
    """In which capacity somebody acts on one case; worked out per case, superusers included."""

    TR = "trader", _("Trader")
    AG = "agent", _("Agent")
    CH = "handler", _("Complaint handler")
    SU = "supervisor", _("Supervisor")
    ME = "mediator", _("Mediator")
    XM = "external_mediator", _("External mediator")
    DE = "decider", _("Decider")
    AR = "appeal_reviewer", _("Appeal reviewer")
    CO = "compliance", _("Compliance")
    FI = "finance", _("Finance")
    AU = "auditor", _("Auditor")
    SY = "system", _("The system")


NEUTRAL = (Actor.ME, Actor.XM, Actor.DE, Actor.AR)
MEDIATING = (Actor.ME, Actor.XM)
# Capacities whose acts on a case make a person part of what is being judged (F1).
HANDLING = (Actor.AG, Actor.CH, Actor.SU, Actor.CO, Actor.FI)


class How(models.TextChoices):
    """Ways of being involved (F1)."""

    ASSIGNED = "assigned", _("was given the ticket")
    REPLIED = "replied", _("replied on the ticket")
    NOTED = "noted", _("wrote an internal note on the ticket")
    ACTED = "acted", _("changed something on the ticket")
    SUPERVISED = "supervised", _("directed the case")
    PAID = "paid", _("approved or made a payment in the case")
    NAMED = "named", _("is named in a point")
    DECLARED = "declared", _("declared a relationship")
    READ = "read", _("read what no decider may read")


class Channel(models.TextChoices):
    """Who a message in a dispute speaks to."""

    OPEN = "open", _("Everyone in the case")
    CAUCUS_TRADER = "caucus_trader", _("Trader and mediator alone")
    CAUCUS_PLATFORM = "caucus_platform", _("Platform and mediator alone")
    INTERNAL = "internal", _("Platform's internal note")
    NEUTRAL = "neutral", _("Mediator's own note")


class Side(models.TextChoices):
    TRADER = "trader", _("Trader")
    PLATFORM = "platform", _("Platform")
    NEUTRAL = "neutral", _("Mediator")


class Clock(models.TextChoices):
    STATUTORY = "statutory", _("by law or policy")
    STAGE = "stage", _("of the stage")


class EvidenceStatus(models.TextChoices):
    STAGED = "staged", _("prepared")
    SUBMITTED = "submitted", _("submitted")
    ADMITTED = "admitted", _("in the file")
    LATE = "late", _("late")
    EXCLUDED = "excluded", _("left out")


class EvidenceKind(models.TextChoices):
    """The kinds of evidence; trade records and extracts come by import, never from a keyboard."""

    TRADE_RECORD = "trade_record", _("Trade or order record")
    TICK_EXTRACT = "tick_extract", _("Price ticks around the event")
    SERVER_LOG = "server_log", _("Server log")
    CLIENT_LOG = "client_log", _("App or browser log")
    LEDGER_EXTRACT = "ledger_extract", _("Balance ledger")
    WITHDRAWAL_TIMELINE = "withdrawal_timeline", _("Withdrawal or deposit history")
    CHAIN_TX = "chain_tx", _("Blockchain transaction")
    BANK_PROOF = "bank_proof", _("Bank or payment proof")
    SCREENSHOT = "screenshot", _("Screenshot")
    SCREEN_VIDEO = "screen_video", _("Screen recording")
    CHAT = "chat", _("Conversation")
    EMAIL = "email", _("E-mail")
    CALL_RECORDING = "call_recording", _("Call recording")
    TERMS_VERSION = "terms_version", _("Terms accepted")
    STATEMENT = "statement", _("Statement")
    OTHER = "other", pgettext_lazy("evidence", "Other")


class DecisionKind(models.TextChoices):
    PROVISIONAL = "provisional", _("Provisional decision")
    FINAL = "final", _("Decision")
    APPEAL = "appeal", _("Decision on review")


class Finding(models.TextChoices):
    """What was found on one point."""

    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    UNDETERMINED = "undetermined", _("Cannot be determined")


class OfferState(models.TextChoices):
    MADE = "made", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")
    LAPSED = "lapsed", _("lapsed")


@dataclass(frozen=True)
class Transition:
    """One row of the table: who may move a dispute from where to where, and which clocks that turns.

    `starts` and `meets` name stage deadlines; `ends` those that nobody owes any more.
    """

    code: str
    name: str
    sources: frozenset[str]
    target: str
    actors: frozenset[str]
    waiting_on: str
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def _row(
    code: str,
    name: str,
    sources: Iterable[State],
    target: State,
    actors: Iterable[Actor],
    waiting_on: Waiting = Waiting.NOBODY,
    *,
    starts: Iterable[str] = (),
    meets: Iterable[str] = (),
    ends: Iterable[str] = (),
) -> Transition:
    return Transition(
        code,
        name,
        frozenset(str(state) for state in sources),
        str(target),
        frozenset(str(actor) for actor in actors),
        str(waiting_on),
        tuple(starts),
        tuple(meets),
        tuple(ends),
    )


_S, _A, _W = State, Actor, Waiting
_MEDIATION_CLOCKS = (
    "mediation",
    "mediator_activity",
    "object_mediator",
    "opening_statement",
    "reply",
    "offer_valid",
)

# disputes.md 1.4. Codes are the law's; a letter after the number is a part of that row.
TABLE: dict[str, Transition] = {
    row.name: row
    for row in (
        _row("T01", "receive", [_S.DRAFT], _S.RECEIVED, [_A.TR, _A.AG, _A.SU, _A.SY], _W.PLATFORM),
        _row("T02", "acknowledge", [_S.RECEIVED], _S.ACKNOWLEDGED, [_A.SY, _A.CH], _W.PLATFORM,
             starts=["assign_handler"], meets=["ack"]),
        _row("T03", "refuse_admission", [_S.ACKNOWLEDGED], _S.INADMISSIBLE, [_A.SU], ends=["*"]),
        _row("T04", "admit_again", [_S.INADMISSIBLE], _S.ACKNOWLEDGED, [_A.AR, _A.SU], _W.PLATFORM),
        _row("T05", "investigate", [_S.ACKNOWLEDGED], _S.INVESTIGATING, [_A.SY, _A.CH], _W.PLATFORM,
             meets=["assign_handler"]),
        _row("T06", "close_simply", [_S.RECEIVED, _S.ACKNOWLEDGED, _S.INVESTIGATING], _S.CLOSED, [_A.TR],
             ends=["*"]),
        _row("T07", "respond", [_S.INVESTIGATING], _S.RESPONSE_ISSUED, [_A.CH], _W.TRADER,
             starts=["accept_response"], meets=["response"]),
        _row("T08", "accept_response", [_S.RESPONSE_ISSUED], _S.REMEDY_DUE, [_A.TR], _W.PLATFORM,
             starts=["pay_remedy"], meets=["accept_response"]),
        _row("T09", "ask_for_mediation", [_S.RESPONSE_ISSUED], _S.MEDIATION_PENDING, [_A.TR], _W.PLATFORM,
             starts=["appoint_mediator"], meets=["accept_response"]),
        _row("T10", "close_without_reply", [_S.RESPONSE_ISSUED], _S.CLOSED, [_A.SY], ends=["*"]),
        _row("T11", "escalate", [_S.ACKNOWLEDGED, _S.INVESTIGATING], _S.MEDIATION_PENDING,
             [_A.SY, _A.TR, _A.SU], _W.PLATFORM, starts=["appoint_mediator"], ends=["assign_handler"]),
        _row("T12", "begin_mediation", [_S.MEDIATION_PENDING], _S.IN_MEDIATION, [_A.ME, _A.XM], _W.MEDIATOR,
             starts=["mediation", "mediator_activity"], meets=["mediator_accepts"]),
        _row("T13", "replace_mediator", [_S.IN_MEDIATION, _S.MEDIATION_PENDING], _S.MEDIATION_PENDING,
             [_A.ME, _A.XM, _A.TR, _A.SU, _A.SY], _W.PLATFORM, starts=["appoint_mediator"],
             ends=["mediator_accepts", *_MEDIATION_CLOCKS]),
        _row("T14", "settle", [_S.IN_MEDIATION], _S.REMEDY_DUE, [_A.TR, _A.SU, _A.CH], _W.PLATFORM,
             starts=["pay_remedy"], meets=["mediation"], ends=_MEDIATION_CLOCKS),
        _row("T15", "report_no_settlement", [_S.IN_MEDIATION], _S.IN_DETERMINATION,
             [_A.ME, _A.XM, _A.TR, _A.SU, _A.SY], _W.DECIDER, starts=["decide"], meets=["mediation"],
             ends=_MEDIATION_CLOCKS),
        _row("T16", "issue_provisional", [_S.IN_DETERMINATION], _S.PROVISIONAL_DECISION, [_A.DE], _W.BOTH,
             starts=["comment_provisional"], meets=["decide"]),
        _row("T17", "decide", [_S.PROVISIONAL_DECISION], _S.DECIDED, [_A.DE], _W.TRADER,
             starts=["accept_decision"], meets=["final_decision", "response"], ends=["comment_provisional"]),
        _row("T18", "accept_decision", [_S.DECIDED], _S.REMEDY_DUE, [_A.TR], _W.PLATFORM,
             starts=["pay_remedy"], meets=["accept_decision"], ends=["file_appeal"]),
        _row("T18a", "accept_without_remedy", [_S.DECIDED], _S.CLOSED, [_A.TR], meets=["accept_decision"],
             ends=["*"]),
        _row("T19", "appeal", [_S.DECIDED], _S.UNDER_APPEAL, [_A.TR, _A.SU], _W.REVIEWER,
             starts=["decide_appeal"], ends=["accept_decision", "file_appeal"]),
        _row("T20", "decide_appeal", [_S.UNDER_APPEAL], _S.FINAL, [_A.AR], _W.TRADER,
             meets=["decide_appeal"]),
        _row("T21", "leave_unaccepted", [_S.DECIDED], _S.FINAL, [_A.SY, _A.TR],
             ends=["accept_decision", "file_appeal"]),
        _row("T22", "close_final", [_S.FINAL], _S.CLOSED, [_A.TR, _A.SU, _A.SY], ends=["*"]),
        _row("T23", "refer", [s for s in OPEN if s not in (_S.DRAFT, _S.REFERRED)], _S.REFERRED,
             [_A.TR, _A.SU, _A.CO], _W.THIRD_PARTY),
        _row("T24", "close_referred", [_S.REFERRED], _S.CLOSED, [_A.CH], ends=["*"]),
        _row("T25", "confirm_remedy", [_S.REMEDY_DUE], _S.CLOSED, [_A.TR, _A.SY], meets=["confirm_remedy"],
             ends=["*"]),
        _row("T27", "withdraw", [s for s in OPEN if s != _S.DRAFT], _S.WITHDRAWN, [_A.TR], ends=["*"]),
        _row("T28", "reopen", [_S.CLOSED, _S.WITHDRAWN], _S.INVESTIGATING, [_A.TR], _W.PLATFORM),
    )
}  # fmt: skip


# Rows of the law whose steps people cannot take here yet; the published procedure leaves them out.
LATER = frozenset(
    {"refuse_admission", "admit_again", "investigate", "close_simply", "respond", "accept_response",
     "ask_for_mediation", "close_without_reply", "appeal", "decide_appeal", "refer", "close_referred",
     "reopen"}
)  # fmt: skip
# Clocks that acts inside a state start, besides those of the table.
WITHIN = frozenset({"mediator_accepts", "object_mediator", "final_decision", "confirm_remedy"})


def clocks_in_use() -> set[str]:
    """The stage clocks that cases really have."""
    return {key for row in TABLE.values() if row.name not in LATER for key in row.starts} | WITHIN


def transition(name: str, state: str, actor: str) -> Transition:
    """The row, if this actor may make this move (403) and the state allows it (409)."""
    row = TABLE[name]
    if str(state) not in row.sources:
        raise Conflict(
            _("This is not possible any more: the case has moved on in the meantime."),
            code=f"dispute_{name}_not_open",
        )
    if str(actor) not in row.actors:
        raise Forbidden(
            _("This step belongs to somebody else in the case."), code=f"dispute_{name}_not_yours"
        )
    return row


def open_to(state: str, actors: Iterable[str]) -> set[str]:
    """The names of all moves that people acting in these capacities can make from `state`."""
    acting = {str(actor) for actor in actors}
    return {row.name for row in TABLE.values() if str(state) in row.sources and row.actors & acting}
