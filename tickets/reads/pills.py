"""The nearest promise of a ticket in a few words: for rows, headers and chips. Words first, colour second."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.ui.templatetags.when import span

from ..models import Ticket
from ..states import Promise
from . import words


@dataclass(frozen=True, slots=True)
class Pill:
    """`tone` is due, soon, late, paused, kept, mended (late once) or none; `due` is the moment and `left`
    and `late` are the sentences around a time, for the page's own clock."""

    tone: str
    text: str
    due: str = ""
    left: str = ""
    late: str = ""


def pill(
    now: datetime, state: str, metric: str, due: datetime | None, soon: datetime | None, reason: str
) -> Pill:
    """The pill of a ticket whose nearest promise stands like this."""
    if state == Promise.PAUSED:
        return Pill("paused", _("paused · %(reason)s") % {"reason": words.pause(reason)})
    if state == Promise.KEPT:
        return Pill("kept", _("kept"))
    if state in {Promise.MENDED, Promise.BROKEN}:
        return Pill("mended", str(Promise(state).label))
    if state != Promise.RUNNING or due is None:
        return Pill("none", _("no promise"))
    left = (due - now).total_seconds()
    what = words.metric(metric)
    ahead, past = f"{what} {{span}}", _("late {span} · %(what)s") % {"what": what}
    text = (ahead if left > 0 else past).replace("{span}", span(left))
    tone = "late" if left <= 0 else "soon" if soon is not None and soon <= now else "due"
    return Pill(tone, text, due.isoformat(), ahead, past)


def of(ticket: Ticket, now: datetime) -> Pill:
    """The pill of this ticket."""
    return pill(
        now,
        ticket.promise_state,
        ticket.promise_metric,
        ticket.promise_due_at,
        ticket.promise_soon_at,
        ticket.promise_reason,
    )
