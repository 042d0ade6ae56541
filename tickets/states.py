"""The words of a ticket's life, and the only list of how a ticket may move."""

import json
from pathlib import Path

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.core.moves import Machine

DOMAIN = json.loads((Path(__file__).parent / "data" / "domain.json").read_text(encoding="utf-8"))


class Status(models.TextChoices):
    NEW = "new", pgettext_lazy("ticket status", "New")
    OPEN = "open", pgettext_lazy("ticket status", "Open")
    WAITING = "waiting", _("Waiting for the trader")
    ON_HOLD = "on_hold", _("Waiting for a third party")
    MEDIATION = "mediation", _("In dispute")
    RESOLVED = "resolved", _("Solved")
    CLOSED = "closed", pgettext_lazy("ticket status", "Closed")


LIVE = (Status.NEW, Status.OPEN, Status.WAITING, Status.ON_HOLD)
WORKED = (*LIVE, Status.MEDIATION)

LIFE = Machine(
    "ticket",
    [
        ("answer", set(LIVE) | {Status.RESOLVED}, Status.OPEN),
        ("answer_and_wait", set(LIVE) | {Status.RESOLVED}, Status.WAITING),
        ("reply", set(LIVE) | {Status.RESOLVED}, Status.OPEN),
        ("wait_for_third_party", {Status.NEW, Status.OPEN, Status.WAITING}, Status.ON_HOLD),
        ("wait_for_trader", {Status.NEW, Status.OPEN, Status.ON_HOLD}, Status.WAITING),
        ("resume", {Status.WAITING, Status.ON_HOLD}, Status.OPEN),
        ("resolve", set(LIVE), Status.RESOLVED),
        ("reopen", {Status.RESOLVED, Status.CLOSED}, Status.OPEN),
        ("escalate", set(LIVE) | {Status.RESOLVED}, Status.MEDIATION),
        ("leave_dispute", {Status.MEDIATION}, Status.OPEN),
        ("dispute_again", {*LIVE, Status.RESOLVED, Status.CLOSED}, Status.MEDIATION),
        ("close", {*LIVE, Status.RESOLVED, Status.MEDIATION}, Status.CLOSED),
    ],
)


class Kind(models.TextChoices):
    """Who a message speaks to."""

    PUBLIC = "public", _("Public reply")
    NOTE = "note", _("Internal note")
    SYSTEM = "system", _("Automatic message")


class Delivery(models.TextChoices):
    HELD = "held", _("Sending, can still be undone")
    SENT = "sent", _("Sent")
    RECALLED = "recalled", _("Undone before sending")


class Channel(models.TextChoices):
    WEB = "web", _("Web")
    API = "api", _("API")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Live chat")
    TELEGRAM = "telegram", _("Telegram")
    PHONE = "phone", _("Telephone")


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First answer")
    NEXT_RESPONSE = "next_response", _("Next answer")
    PERIODIC_UPDATE = "periodic_update", _("Regular update")
    RESOLUTION = "resolution", _("Solution")


# The metric and the channel of the clock that proves breaches happen; no list of either names them.
CANARY = "canary"


# Why a promise that ended with its ticket runs again; every other reason is a mail server's.
OPENED_AGAIN = "opened again"

# Why an acknowledgement gives no rest: somebody else had taken the late promise on before.
TAKEN_OVER = "taken over"


class PauseReason(models.TextChoices):
    CUSTOMER = "customer", _("waiting for the trader")
    THIRD_PARTY = "third_party", _("waiting for a third party")
    MEDIATION = "mediation", _("in dispute")


# How long a clock may stand still before it runs on by itself, in seconds; a dispute has clocks of its own.
LONGEST_PAUSE: dict[PauseReason, int | None] = {
    PauseReason.CUSTOMER: 14 * 24 * 3600,
    PauseReason.THIRD_PARTY: 14 * 24 * 3600,
    PauseReason.MEDIATION: None,
}


class Hearer(models.TextChoices):
    """Whom a rung of an escalation ladder tells."""

    ASSIGNEE = "assignee", _("Assignee")
    TEAM = "team", _("Team")
    SUPERVISORS = "supervisors", _("Supervisors")
    DUTY_LEAD = "duty_lead", _("On-duty lead")


class Outside(models.TextChoices):
    """Who stands outside the house: whoever names one of them comes first, and compliance hears of it."""

    REGULATOR = "regulator", _("a regulator was named")
    COURT = "court", _("a court was named")
    PRESS = "press", _("the press was named")
    POLICE = "police", _("the police was named")


class Cause(models.TextChoices):
    """Why a priority rises by itself, besides those of `Outside`."""

    PROMISE = "promise", _("a promise was broken")
    CARE = "care", _("the person needs particular care")
    AMOUNT = "amount", _("much money is at stake")
    AGAIN = "again", _("second contact on the same point")
    INCIDENT = "incident", _("many report the same fault")


class Act(models.TextChoices):
    """What can happen to a clock; every one of these leaves an event."""

    START = "start", _("started")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("resumed")
    RETARGET = "retarget", _("retargeted")
    WARN = "warn", _("warned")
    BREACH = "breach", _("broken")
    ESCALATE = "escalate", _("called further")
    ACKNOWLEDGE = "acknowledge", _("taken on")
    FULFIL = "fulfil", _("kept")
    REOPEN = "reopen", _("reopened")
    CANCEL = "cancel", _("cancelled")


class Promise(models.TextChoices):
    """How the nearest promise of a ticket stands; kept beside the ticket for the queue.

    The last four say that nothing is owed: a breach is never cleared, so only what was never late is kept.
    """

    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    KEPT = "kept", _("kept")
    MENDED = "mended", _("late, made good")
    BROKEN = "broken", _("late, not made good")
    NONE = "none", _("none")


class Priority(models.TextChoices):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def word(self) -> str:
        """The priority's name in the active language, from the domain's own list."""
        row = next(row for row in DOMAIN["priorities"] if row["code"] == self.value)
        return row["zh"] if (get_language() or "").startswith("zh") else row["en"]


def pause_reason(status: str) -> str | None:
    """Why the resolution clock stands still in this status; None when it runs."""
    return {
        Status.WAITING: PauseReason.CUSTOMER,
        Status.ON_HOLD: PauseReason.THIRD_PARTY,
        Status.MEDIATION: PauseReason.MEDIATION,
    }.get(Status(status))


# News is owed to nobody while we wait for a word from the one who would read it.
_STANDS: dict[str, set[str]] = {
    PauseReason.CUSTOMER: {Metric.RESOLUTION, Metric.PERIODIC_UPDATE},
    PauseReason.THIRD_PARTY: {Metric.RESOLUTION},
}


def stands(metric: str, reason: str | None) -> bool:
    """Whether a clock of this metric stands for this reason; answers wait for nothing but disputes."""
    return reason == PauseReason.MEDIATION or (reason is not None and metric in _STANDS[reason])
