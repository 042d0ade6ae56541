"""Broken promises: noticed by a sweep, written once, told to everyone concerned, never lost.

The sweep (1) reads which clocks are past their moment, (2) locks their tickets, leaving out those someone
is working on (they are seen again a second later), (3) reads the clocks again under the lock, because the
first reading was of an older snapshot, (4) writes breach, event, notices and record in one transaction.
The database's clock alone says what is due. Any number of sweeps may run at once.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from helpdesk.core import clock
from helpdesk.core.locks import hold_some
from helpdesk.timers import heartbeat
from helpdesk.timers.models import State
from helpdesk.timers.promises import after, hours_of

from ..models import Ticket, TicketTimer, TimerEvent
from ..states import Act, Metric
from .lifecycle import escalate_held
from .telling import announce

log = logging.getLogger(__name__)
BATCH = 500
HEARTBEAT = "sweep.tickets"
REST = timedelta(minutes=10)  # how long a clock that cannot be handled is left alone


def database_now() -> datetime:
    """The one clock that says what is due."""
    if told := clock.told():
        return told
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def break_due(batch: int = BATCH) -> int:
    """Break every promise that is past its moment; returns how many. Leaves a heartbeat with the lag."""
    total, lag, tried = 0, 0.0, set[int]()
    while True:
        picked = _due(batch, tried)
        if not picked:
            break
        tried.update(timer_id for timer_id, _ticket, _due_at in picked)
        lag = max(lag, (database_now() - picked[0][2]).total_seconds())
        total += _break_batch([ticket_id for _timer, ticket_id, _due_at in picked])
        if len(picked) < batch:
            break
    heartbeat.beat(HEARTBEAT, lag)
    return total


def _due(batch: int, tried: set[int]) -> list[tuple[int, int, datetime]]:
    rows = (
        TicketTimer.objects.due()
        .filter(Q(postponed_until=None) | Q(postponed_until__lte=Now()))
        .exclude(pk__in=tried)
        .values_list("pk", "ticket_id", "due_at")
    )
    return [(pk, ticket, due) for pk, ticket, due in rows[:batch] if due is not None]


def _break_batch(ticket_ids: list[int]) -> int:
    """The plain ones together; those that open a dispute one by one, so that none can stop the rest."""
    with transaction.atomic():
        tickets = {t.pk: t for t in hold_some(Ticket.objects.filter(pk__in=ticket_ids).order_by("pk"))}
        timers = _still_due(tickets)
        to_escalate = {t.ticket_id for t in timers if _opens_dispute(t, tickets[t.ticket_id])}
        plain = [t for t in timers if t.ticket_id not in to_escalate]
        _write(plain, tickets)
    return len(plain) + sum(_break_and_escalate(pk) for pk in sorted(to_escalate))


def _still_due(tickets: dict[int, Ticket]) -> list[TicketTimer]:
    rows = TicketTimer.objects.due().filter(ticket_id__in=tickets)
    return list(rows.select_related("policy_version", "calendar_version"))


def _opens_dispute(timer: TicketTimer, ticket: Ticket) -> bool:
    """sla.md rule 16: a broken resolution promise on a complaint goes to mediation by itself."""
    return timer.metric == Metric.RESOLUTION and ticket.category.complaint and not ticket.dispute_reference


def _break_and_escalate(ticket_id: int) -> int:
    try:
        with transaction.atomic():
            tickets = {t.pk: t for t in hold_some(Ticket.objects.filter(pk=ticket_id))}
            timers = _still_due(tickets)
            if not timers:
                return 0
            now = _write(timers, tickets)
            ticket = tickets[ticket_id]
            if any(_opens_dispute(timer, ticket) for timer in timers):
                escalate_held(ticket, cause="promise", reason="", by=None, at=now)
            return len(timers)
    except Exception:
        # One ticket that cannot be handled must not hold up the others: leave it for a while, loudly.
        log.exception("sweep.ticket_failed", extra={"ticket": ticket_id})
        TicketTimer.objects.due().filter(ticket_id=ticket_id).update(postponed_until=Now() + REST)
        return 0


def _write(timers: list[TicketTimer], tickets: dict[int, Ticket]) -> datetime:
    """Breach, event, new time, notices and record of these clocks; all or nothing with the caller."""
    now = database_now()
    if not timers:
        return now
    for timer in timers:
        hours = hours_of(timer.calendar_version, timer.mode)
        timer.breached_at, timer.detected_at, timer.state = timer.due_at, now, State.BREACHED
        timer.renewed_due_at = after(now, timer.policy_version.apology_seconds, hours)
        timer.generation += 1
    fields = ["state", "breached_at", "detected_at", "renewed_due_at", "generation"]
    TicketTimer.objects.bulk_update(timers, fields, batch_size=BATCH)
    TimerEvent.objects.bulk_create(
        TimerEvent(
            timer=timer,
            ticket_id=timer.ticket_id,
            at=timer.moment,
            kind=Act.BREACH,
            rung="breach",
            policy_version_id=timer.policy_version_id,
            due_at=timer.due_at,
            consumed_seconds=timer.consumed_seconds,
        )
        for timer in timers
    )
    announce(timers, tickets, apologise=True)
    return now
