"""The last day to go to an outside body: when it begins to run, and the trader's reminders of it.

It outlives the case. Where the policy counts from the incident it runs from the opening; where it counts
from the final response it begins with the first letter that is one (disputes.md 1.1(3) and (4)).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from ..models import Dispute
from ..states import OUTSIDE, Waiting
from . import deadlines, statutory

FINAL_LETTERS = frozenset({"respond", "decide", "close_simply", "refuse_admission"})


def latest_if_sent(dispute: Dispute, at: datetime) -> datetime | None:
    """The last day to go outside, if a final letter goes out at `at` or went out before."""
    counted = statutory.external_latest(dispute.policy_version, at, "final_response")
    return dispute.external_latest_at or counted


def day(dispute: Dispute, latest: datetime) -> str:
    """The calendar day of the last moment, in the policy's own zone, as letters print it."""
    return latest.astimezone(ZoneInfo(dispute.policy_version.rule["tz"])).date().isoformat()


def gap() -> str:
    """What stands between two sentences in the active language."""
    return "" if (get_language() or "").startswith("zh") else " "


def told(dispute: Dispute) -> str:
    """The last day as letters print it; empty when no policy sets one."""
    latest = dispute.external_latest_at
    return day(dispute, latest) if latest else ""


def begin(dispute: Dispute, *, at: datetime) -> None:
    """The window is known from now on: keep its end on the case and start its clock. The case is held."""
    latest = latest_if_sent(dispute, at)
    if latest is None:
        return
    if dispute.external_latest_at is None:
        dispute.external_latest_at = latest
        dispute.save(update_fields=["external_latest_at"])
    if latest > at and not dispute.deadlines.filter(metric=OUTSIDE).exists():
        deadlines.put(dispute, OUTSIDE, latest, Waiting.TRADER, at=at)
