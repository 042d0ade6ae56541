"""Sizes, states and promises as the words people read, in the active language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk.core.files import IMAGES

from ..states import Metric, PauseReason, Status


def size(count: int) -> str:
    """A file's size as people say it."""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def file_kind(mime: str) -> str:
    """The icon of a file."""
    return "image" if mime in IMAGES else "file-text"


def metric(code: str) -> str:
    """What a clock promises, in one or two words."""
    words: dict[str, str] = {
        Metric.FIRST_RESPONSE: pgettext("promise", "1st reply"),
        Metric.NEXT_RESPONSE: pgettext("promise", "reply"),
        Metric.PERIODIC_UPDATE: pgettext("promise", "update"),
        Metric.RESOLUTION: pgettext("promise", "solve"),
    }
    return words.get(code, code)


def pause(reason: str) -> str:
    """Why a clock stands still, in one word."""
    words: dict[str, str] = {
        PauseReason.CUSTOMER: pgettext("paused", "trader"),
        PauseReason.THIRD_PARTY: pgettext("paused", "third party"),
        PauseReason.MEDIATION: pgettext("paused", "dispute"),
    }
    return words.get(reason, reason)


def status_for_requester(status: str) -> str:
    """A ticket's state as its requester is told it."""
    return {
        Status.NEW: _("Waiting for our first answer"),
        Status.OPEN: _("We are working on it"),
        Status.WAITING: _("Waiting for you"),
        Status.ON_HOLD: _("Waiting for a third party"),
        Status.MEDIATION: _("In dispute"),
        Status.RESOLVED: _("Solved"),
        Status.CLOSED: pgettext("ticket status", "Closed"),
    }[Status(status)]
