"""The words of a dispute's life: its states, the people in it, and the codes of the domain's lists."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.core.money import figure

DOMAIN: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "data" / "domain.json").read_text(encoding="utf-8")
)


def word(kind: str, code: str) -> str:
    """The name of a code (`outcomes`, `remedies`, `root_causes`, `jurisdictions`) in the active language."""
    row = next((row for row in DOMAIN[kind] if row["code"] == code), None)
    if row is None:
        return code
    return row["zh"] if (get_language() or "").startswith("zh") else row["en"]


def coded(kind: str, code: str) -> str:
    """The same with the code behind it, for staff: registers and returns speak in codes."""
    name = word(kind, code)
    return name if name == code else f"{name} · {code}"


def choices(kind: str, named: Callable[[str, str], str] = word) -> list[tuple[str, str]]:
    """The codes of one list with their names in the active language, `coded` for staff."""
    return [(row["code"], named(kind, row["code"])) for row in DOMAIN[kind]]


def money(amount: Decimal | None, currency: str) -> str:
    """A sum as people read it, on pages, in letters and in mails; never for a form or a program."""
    return "" if amount is None else f"{figure(amount)} {currency}"


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
# What the trader may take up again for a while.
REOPENED_FROM = (State.CLOSED, State.WITHDRAWN)
# The file can still grow: parties may add evidence and points.
GATHERING = (
    State.RECEIVED, State.ACKNOWLEDGED, State.INVESTIGATING, State.RESPONSE_ISSUED,
    State.MEDIATION_PENDING, State.IN_MEDIATION,
)  # fmt: skip
# The file is closed, but no decision is out: what comes now is late, and needs a reason (F12).
LATE_IN = (State.IN_DETERMINATION, State.PROVISIONAL_DECISION, State.UNDER_APPEAL)
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
     "accept_response", "reopen_window", "offer_valid", "opening_statement", "reply", "external_latest"}
)  # fmt: skip
# The last day to go outside. It outlives the case: closing here closes nothing there.
OUTSIDE = "external_latest"
# Windows of cases that are over: nobody is reminded of them.
SILENT = frozenset({"reopen_window"})
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
# On the ticket, or named: whoever is may not handle the case for the house either (T05, F25).
BARRED = ("assigned", "replied", "noted", "acted", "named", "dealt", "declared")
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
    DEALT = "dealt", _("worked on the dealing or risk decision in dispute")
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
    """`response` is the platform's own answer (T07): a party speaks, and binds nobody but itself."""

    RESPONSE = "response", _("The platform's answer")
    PROVISIONAL = "provisional", _("Provisional decision")
    FINAL = "final", _("Decision")
    APPEAL = "appeal", _("Decision on review")


class Measure(models.TextChoices):
    """Whether the platform has changed something so that it does not happen again (block h of its answer)."""

    CHANGED = "changed", _("This has been changed")
    NOTHING = "nothing", _("Nothing had to change, because")


class Conclusion(models.TextChoices):
    """The three forms a platform's answer may end in."""

    ACCEPT = "accept", _("We accept the complaint")
    OFFER = "offer", _("We do not accept it, but make an offer")
    REJECT = "reject", _("We reject the complaint, with reasons")


class Unfit(models.TextChoices):
    """Why a complaint is not admitted (disputes.md 6.5)."""

    NOT_CLIENT = "not_client", _("The person is no client, nor a possible one")
    NO_AUTHORITY = "no_authority", _("The representative has no authority")
    SAME_MATTER = "same_matter_decided", _("The same matter is decided, and nothing is new")
    IN_COURT = "in_court", _("The matter is in court or arbitration")
    OTHER_FIRM = "other_firm", _("Another firm has to deal with it")
    ABUSIVE = "abusive", _("Obviously abusive")


class Ground(models.TextChoices):
    """Why a review is asked for."""

    NEW_EVIDENCE = "new_evidence", _("New evidence")
    PROCEDURE = "procedure", _("An error of procedure")
    CALCULATION = "calculation", _("An error of calculation")
    CONFLICT = "conflict", _("A conflict of interest")
    UNANSWERED = "unanswered_point", _("A point was not answered")


class Review(models.TextChoices):
    """What became of an appeal; the first three are the reviewer's own words."""

    CONFIRM = "confirm", _("The decision is confirmed")
    VARY = "vary", _("The decision is varied")
    SEND_BACK = "send_back", _("Sent back to a new decider")
    DROPPED = "dropped", _("Taken back")
    LAPSED = "lapsed", _("Not decided in time")


REVIEWED = (Review.CONFIRM, Review.VARY, Review.SEND_BACK)


class CountsFrom(models.TextChoices):
    """From when the time of an outside body runs."""

    INCIDENT = "incident", _("what happened")
    FINAL_RESPONSE = "final_response", _("our final answer")
    RECEIPT = "receipt", _("the day we received the complaint")


class Binding(models.TextChoices):
    """Whom the word of an outside body binds."""

    UNKNOWN = "", _("please ask the body")
    NOBODY = "nobody", _("nobody: it recommends")
    IF_ACCEPTED = "if_accepted", _("the platform, if you accept it")
    PLATFORM = "platform", _("the platform")
    BOTH = "both", _("both sides")


class ExternalOutcome(models.TextChoices):
    """What an outside body found, in the words our own outcomes are compared in."""

    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly_upheld", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    SETTLED = "settled", _("Settled there")
    NOT_TAKEN = "not_taken", _("Not taken up by the body")
    WITHDRAWN = "withdrawn", _("Withdrawn there")


class Finding(models.TextChoices):
    """What was found on one point."""

    UPHELD = "upheld", _("Upheld")
    PARTLY = "partly", _("Partly upheld")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    UNDETERMINED = "undetermined", _("Cannot be determined")


class OfferState(models.TextChoices):
    # The platform's own, until those who have to let the money go out have done so: nobody else sees it.
    PENDING = "pending", pgettext_lazy("offer", "waits for approval")
    MADE = "made", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")
    LAPSED = "lapsed", _("lapsed")
    DROPPED = "dropped", pgettext_lazy("offer", "dropped before it went out")
