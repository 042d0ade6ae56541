"""Who hears of a promise that is about to be missed or was, and what the record says of it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from helpdesk.audit.log import record_many
from helpdesk.core import clock, events
from helpdesk.notify.send import Row, notify_many
from helpdesk.timers import arithmetic
from helpdesk.timers.arithmetic import Hours

from ..events import TicketChanged, TicketsChanged
from ..models import SlaPolicyVersion, Ticket, TicketTimer
from ..models.rungs import BREACH, Rung
from ..states import Hearer
from .ladder import Hearers

# Whom a promise that was found broken by a late answer is told to: there is nothing left to do but know it.
LATE_ANSWER = Rung(BREACH, None, 0, (Hearer.SUPERVISORS, Hearer.ASSIGNEE), False, False)
Step = tuple[TicketTimer, Rung]


def announce(timers: list[TicketTimer], tickets: dict[int, Ticket]) -> None:
    """Tell of promises that an act found broken, each once."""
    if timers:
        steps = [(timer, LATE_ANSWER) for timer in timers]
        call(steps, tickets, Hearers(tickets.values(), timers[0].moment))
        tell_broken(timers, tickets)


def call(steps: list[Step], tickets: dict[int, Ticket], hearers: Hearers) -> None:
    """Write the notices of these rungs: to those they call and, where they apologise, to the trader.

    Nobody of the house is written to while the policy's calendar is closed; what stands behind the bell is
    there at once, and the apology is never held back.
    """
    rows: list[Row] = []
    opens = _openings(timer for timer, rung in steps if rung.tell)
    for timer, rung in steps:
        ticket = tickets[timer.ticket_id]
        context, url, not_before = (
            _context(timer, ticket),
            ticket.get_desk_url(),
            opens[timer.policy_version_id],
        )
        kind, event_id = _words(timer, rung)
        rows += [
            Row(kind, person, event_id, ticket.reference, url, context, not_before=not_before)
            for person in hearers.of(rung, ticket)
        ]
        if rung.apologise:
            trader = hearers.people[ticket.requester_id]
            url = ticket.get_absolute_url()
            rows.append(Row("ticket.apology", trader, event_id, ticket.reference, url, context))
    notify_many(rows)


def _openings(timers: Iterable[TicketTimer]) -> dict[int, datetime | None]:
    """Until when letters wait, by policy version: the next opening of its calendar, None while it is open."""
    versions = SlaPolicyVersion.objects.filter(pk__in={timer.policy_version_id for timer in timers})
    calendar = [f"calendar_version__{name}" for name in ("tz", "week", "exceptions")]
    opens: dict[int, datetime | None] = defaultdict(lambda: None)
    now = clock.now()
    for pk, *hours in versions.values_list("pk", *calendar):
        opening = arithmetic.opening(Hours(*hours), now)
        opens[pk] = opening if opening and opening > now else None
    return opens


def _words(timer: TicketTimer, rung: Rung) -> tuple[str, str]:
    if rung.share is not None:
        return "ticket.warning", f"rung:{timer.pk}:{rung.key}"
    if rung.after:
        return "ticket.still_late", f"rung:{timer.pk}:{rung.key}"
    return "ticket.late", f"breach:{timer.pk}"


def _context(timer: TicketTimer, ticket: Ticket) -> dict[str, str]:
    return {
        "reference": ticket.reference,
        "subject": ticket.subject,
        "metric": timer.metric,
        "due_at": timer.moment.isoformat(),
        "new_at": timer.renewed_due_at.isoformat() if timer.renewed_due_at else "",
    }


def tell_broken(timers: list[TicketTimer], tickets: dict[int, Ticket]) -> None:
    """The record and the hint of promises that broke."""
    told = {timer.ticket_id: tickets[timer.ticket_id] for timer in timers}
    events.publish(
        TicketsChanged(tuple(TicketChanged(t.reference, t.version, t.requester_id) for t in told.values()))
    )
    record_many(
        "ticket.promise.broken",
        [
            (
                timer.detected_at or timer.moment,
                tickets[timer.ticket_id].reference,
                {"metric": timer.metric, "due_at": timer.moment.isoformat()},
            )
            for timer in timers
        ],
    )
