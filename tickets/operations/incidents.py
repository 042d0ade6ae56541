"""Faults of the platform that many report at once: one incident for all of them, told once.

The fifth ticket under a problem type of the platform's own faults within 15 minutes opens an incident; it
and those before it come first, and so does everything filed under that type until a supervisor closes it.
What was filed before the last one was closed does not count towards the next. Nobody is told twice: whoever
files under such a type while there is no incident waits for the one before, so that each sees all earlier
ones; once there is one, nobody waits. The database refuses a second open incident of one type as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from accounts.models import Person
from accounts.states import Role
from helpdesk.audit.log import entry, record, record_all
from helpdesk.core import clock, events
from helpdesk.core.locks import hold, hold_some
from helpdesk.notify.send import Row, notify_many

from ..events import TicketChanged, TicketsChanged
from ..models import Category, Incident, Ticket
from ..reads import incidents as known
from ..states import Cause, Priority

MANY, WITHIN, SLACK = 5, timedelta(minutes=15), timedelta(minutes=1)
_LOCK = 0x1_4C1D  # the room of the advisory locks on problem types
_ALONE = """
SELECT pg_advisory_xact_lock(%(room)s, %(category)s::int)
WHERE NOT EXISTS (SELECT FROM tickets_incident WHERE category_id = %(category)s AND closed_at IS NULL)
"""
# What is asked once the lock is there, in a later statement: it must see what was written meanwhile.
STANDING = f"""
    EXISTS (SELECT FROM tickets_incident WHERE category_id = %(category)s AND closed_at IS NULL),
    ({known.COUNT})
FROM (SELECT greatest(%(since)s, (SELECT max(closed_at) FROM tickets_incident
                                  WHERE category_id = %(category)s)) AS since) s
"""  # noqa: S608 – one statement of ours inside another


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a ticket under a problem type belongs to an incident, and whether it opens it."""

    is_open: bool = False
    earlier: int = 0

    @property
    def opens(self) -> bool:
        return not self.is_open and self.earlier + 1 >= MANY

    @property
    def many(self) -> bool:
        return self.is_open or self.opens


NOTHING = Standing()


def wait_for_others(category: Category) -> None:
    """File alone under this problem type until the transaction ends, unless there is an incident already."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, {"room": _LOCK, "category": category.pk})


def asked(category: Category, at: datetime) -> dict[str, Any]:
    """The values of `STANDING`. Who waited for others may have been born before them: hence a minute more."""
    return {"category": category.pk, "since": at - WITHIN, "until": at + SLACK}


def begin(ticket: Ticket, *, at: datetime) -> Incident:
    """Open the incident with the ticket that makes it one; those before it rise, save any somebody holds."""
    incident = Incident(category=ticket.category, opened_at=at)
    incident.tickets = known.counted(incident)
    incident.save(force_insert=True)
    earlier = Ticket.objects.live().filter(category=ticket.category, created_at__gt=known.since(incident))
    others = earlier.exclude(pk=ticket.pk).exclude(priority=Priority.P1)
    _raise(hold_some(others.order_by("pk").only("reference", "priority", "version", "requester_id")))
    record(
        "incident.opened", subject=incident.reference, category=ticket.category.code, tickets=incident.tickets
    )
    _tell_supervisors(incident)
    return incident


def _raise(tickets: Sequence[Ticket]) -> None:
    if not tickets:
        return
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    rows.update(priority=Priority.P1, version=F("version") + 1)
    record_all(
        [
            entry(
                "ticket.priority.raised",
                subject=ticket.reference,
                before=ticket.priority,
                after=str(Priority.P1),
                causes=[str(Cause.INCIDENT)],
            )
            for ticket in tickets
        ]
    )
    events.publish(
        TicketsChanged(tuple(TicketChanged(t.reference, t.version + 1, t.requester_id) for t in tickets))
    )


def _tell_supervisors(incident: Incident) -> None:
    category = incident.category
    context = {"name_en": category.name_en, "name_zh": category.name_zh, "count": incident.tickets}
    notify_many(
        Row(
            "ticket.incident",
            person,
            incident.reference,
            incident.reference,
            incident.get_desk_url(),
            context,
        )
        for person in Person.objects.with_role(Role.SUPERVISOR)
    )


@transaction.atomic
def close(incident: Incident, *, by: Person) -> Incident:
    """The fault is over: what is filed from now on starts with its usual priority. Closing twice is once."""
    incident = hold(incident)
    if incident.closed_at is None:
        incident.closed_at, incident.closed_by = clock.now(), by
        incident.tickets = known.counted(incident)
        incident.save(update_fields=["closed_at", "closed_by", "tickets"])
        record("incident.closed", subject=incident.reference, actor=by, tickets=incident.tickets)
        events.publish(TicketsChanged(()))
    return incident
