"""Who hears of a promise that is about to be missed or was, and what the record says of it."""

from helpdesk.audit.log import record_many
from helpdesk.core import events
from helpdesk.notify.send import Row, notify_many

from ..events import TicketChanged, TicketsChanged
from ..models import Ticket, TicketTimer
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
    """Write the notices of these rungs: to those they call and, where they apologise, to the trader."""
    rows: list[Row] = []
    for timer, rung in steps:
        ticket = tickets[timer.ticket_id]
        context = _context(timer, ticket)
        kind, event_id = _words(timer, rung)
        rows += [
            Row(kind, person, event_id, ticket.reference, ticket.get_desk_url(), context)
            for person in hearers.of(rung, ticket)
        ]
        if rung.apologise:
            trader = hearers.people[ticket.requester_id]
            url = ticket.get_absolute_url()
            rows.append(Row("ticket.apology", trader, event_id, ticket.reference, url, context))
    notify_many(rows)


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
