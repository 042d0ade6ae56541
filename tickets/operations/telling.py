"""Who hears of a broken promise."""

from accounts.models import Person
from accounts.states import Role
from helpdesk.audit.log import record_many
from helpdesk.audit.models import Entry
from helpdesk.core import events
from helpdesk.notify.send import Row, notify_many

from ..events import PromiseBroken, TicketChanged
from ..models import Ticket, TicketTimer


def announce(timers: list[TicketTimer], tickets: dict[int, Ticket], *, apologise: bool) -> None:
    """Tell supervisors, the assignee and, with a new time, the trader; each once per broken clock."""
    if not timers:
        return
    supervisors = list(Person.objects.with_role(Role.SUPERVISOR))
    people = Person.objects.in_bulk(
        {t.requester_id for t in tickets.values()}
        | {t.assignee_id for t in tickets.values() if t.assignee_id}
    )
    rows = []
    for timer in timers:
        ticket = tickets[timer.ticket_id]
        context = {
            "reference": ticket.reference,
            "subject": ticket.subject,
            "metric": timer.metric,
            "due_at": timer.breached_at.isoformat() if timer.breached_at else "",
            "new_at": timer.renewed_due_at.isoformat() if timer.renewed_due_at else "",
        }
        staff = {p.pk: p for p in supervisors}
        if ticket.assignee_id:
            staff[ticket.assignee_id] = people[ticket.assignee_id]
        rows += [
            Row("ticket.late", person, f"breach:{timer.pk}", ticket.reference, ticket.get_desk_url(), context)
            for person in staff.values()
        ]
        if apologise:
            rows.append(
                Row(
                    "ticket.apology",
                    people[ticket.requester_id],
                    f"breach:{timer.pk}",
                    ticket.reference,
                    ticket.get_absolute_url(),
                    context,
                )
            )
        events.publish(PromiseBroken(ticket.reference, timer.metric, timer.moment))
        events.publish(TicketChanged(ticket.reference, ticket.version, ticket.requester_id))
    notify_many(rows)
    record_many(
        [
            Entry(
                at=timer.detected_at or timer.moment,
                action="ticket.promise.broken",
                subject=tickets[timer.ticket_id].reference,
                data={"metric": timer.metric, "due_at": timer.moment.isoformat()},
            )
            for timer in timers
        ]
    )
