"""What time does to clocks: warnings, breaches, calls up the ladder, pauses that end. Once, never lost.

The sweep (1) reads which clocks must wake, (2) locks their tickets, leaving out those someone is working on
(they are seen again a second later), (3) reads the clocks again under the lock, because the first reading
was of an older snapshot, (4) writes clock, event, notices and record in one transaction. The database's
clock alone says what is due. Any number of sweeps may run at once.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from helpdesk.core import clock
from helpdesk.core.locks import hold_some
from helpdesk.timers import heartbeat, sweeps
from helpdesk.timers.models import CalendarVersion, State
from helpdesk.timers.promises import after, hours_of

from ..models import SlaPolicyVersion, Ticket, TicketTimer
from ..models.rungs import at_breach, rungs
from ..states import Metric
from . import ladder, waking
from .lifecycle import escalate_held, pause_ended

log = logging.getLogger(__name__)
BATCH = 500
HEARTBEAT = "sweep.tickets"


@dataclass
class Done:
    """How many steps a sweep took."""

    warned: int = 0
    broken: int = 0
    called: int = 0
    resumed: int = 0

    def __bool__(self) -> bool:
        return bool(self.warned + self.broken + self.called + self.resumed)

    def add(self, other: "Done") -> None:
        self.warned += other.warned
        self.broken += other.broken
        self.called += other.called
        self.resumed += other.resumed


def break_due(batch: int = BATCH) -> int:
    """Do everything that is due; returns how many promises broke."""
    return sweep_due(batch).broken


def sweep_due(batch: int = BATCH) -> Done:
    """Do everything that is due on tickets' clocks. Leaves a heartbeat with the lag."""
    done, lag, tried = Done(), 0.0, set[int]()
    while True:
        picked = _picked(batch, tried)
        if not picked:
            break
        tried.update(timer_id for timer_id, _ticket, _wake in picked)
        lag = max(lag, (clock.judge() - picked[0][2]).total_seconds())
        done.add(_batch(list(dict.fromkeys(ticket_id for _timer, ticket_id, _wake in picked))))
        if len(picked) < batch:
            break
    heartbeat.beat(HEARTBEAT, lag)
    return done


def one_batch(batch: int = BATCH) -> Done:
    """One batch of what is due, for measuring."""
    return _batch(list(dict.fromkeys(ticket_id for _timer, ticket_id, _wake in _picked(batch, set()))))


def probe() -> tuple[str, tuple]:
    """The one question every tick asks, for measuring."""
    return (
        TicketTimer.objects.waking().values_list("pk", "ticket_id", "wake_at")[:BATCH].query.sql_with_params()
    )


def _picked(batch: int, tried: set[int]) -> list[tuple[int, int, datetime]]:
    rows = TicketTimer.objects.waking().exclude(pk__in=tried)
    return [(pk, ticket, wake) for pk, ticket, wake in rows.values_list("pk", "ticket_id", "wake_at")[:batch]]


def _batch(ticket_ids: list[int]) -> Done:
    """The plain ones together; those that move their ticket one by one, so that none can stop the rest."""
    with transaction.atomic():
        held = hold_some(Ticket.objects.filter(pk__in=ticket_ids).select_related("category").only(*_TICKET))
        tickets = {ticket.pk: ticket for ticket in held}
        timers = _awake(tickets)
        alone = {t.ticket_id for t in timers if _moves_ticket(t, tickets[t.ticket_id])}
        with clock.at(clock.judge()):
            done = _write([t for t in timers if t.ticket_id not in alone], tickets)
    for pk in sorted(alone):
        done.add(_one(pk))
    return done


# What the plain ones need of a ticket.
_TICKET = (
    "reference", "subject", "requester_id", "assignee_id", "team_id", "priority", "version", "status",
    "dispute_reference", "category__complaint",
)  # fmt: skip


def _awake(tickets: Iterable[int]) -> list[TicketTimer]:
    """The clocks of held tickets that must wake, as they stand now, with what they were promised on."""
    timers = list(TicketTimer.objects.waking().filter(ticket_id__in=list(tickets)))
    versions = SlaPolicyVersion.objects.in_bulk({t.policy_version_id for t in timers})
    calendars = CalendarVersion.objects.in_bulk(
        {t.calendar_version_id for t in timers if t.mode == "business"}
    )
    for timer in timers:
        timer.policy_version = versions[timer.policy_version_id]
        if timer.mode == "business":
            timer.calendar_version = calendars[timer.calendar_version_id]
    return timers


def _moves_ticket(timer: TicketTimer, ticket: Ticket) -> bool:
    return timer.state == State.PAUSED or _opens_dispute(timer, ticket)


def _opens_dispute(timer: TicketTimer, ticket: Ticket) -> bool:
    """sla.md rule 16: a broken resolution promise on a complaint goes to mediation by itself."""
    return (
        timer.state == State.RUNNING
        and timer.metric == Metric.RESOLUTION
        and ticket.category.complaint
        and not ticket.dispute_reference
        and timer.due_at is not None
        and timer.due_at <= clock.judge()
    )


def _one(ticket_id: int) -> Done:
    try:
        with transaction.atomic():
            held = hold_some(Ticket.objects.filter(pk=ticket_id))
            timers = _awake([ticket_id]) if held else []
            if not timers:
                return Done()
            with clock.at(clock.judge()):
                return _move(held[0], timers)
    except Exception as error:
        # One ticket that cannot be handled must not hold up the others: leave it for a while, loudly.
        log.exception("sweep.ticket_failed", extra={"ticket": ticket_id})
        failed = TicketTimer.objects.waking().filter(ticket_id=ticket_id)
        failed.update(postponed_until=Now() + sweeps.rest_after(error))
        return Done()


def _move(ticket: Ticket, timers: list[TicketTimer]) -> Done:
    now = clock.now()
    escalates = any(_opens_dispute(timer, ticket) for timer in timers)
    done = _write([t for t in timers if t.state != State.PAUSED], {ticket.pk: ticket})
    if escalates:
        escalate_held(ticket, cause="promise", reason="", by=None, at=now)
    elif any(timer.state == State.PAUSED for timer in timers):
        pause_ended(ticket, at=now)
        done.resumed += 1
    if any(timer.postponed_until for timer in timers):
        ticket.timers.update(postponed_until=None)
    return done


def _write(timers: list[TicketTimer], tickets: dict[int, Ticket]) -> Done:
    """Every step these clocks must take now; all or nothing with the caller."""
    done = Done()
    if not timers:
        return done
    now, steps = clock.now(), waking.Steps()
    for timer in timers:
        steps_of = rungs(timer.policy_version, timer.metric)
        if timer.state == State.RUNNING and timer.due_at is not None and timer.due_at <= now:
            timer.breached_at, timer.detected_at, timer.state = timer.due_at, now, State.BREACHED
            hours = hours_of(timer.calendar_version if timer.mode == "business" else None, timer.mode)
            timer.renewed_due_at = after(now, timer.policy_version.apology_seconds, hours)
            ladder.fall(timer, steps_of)
            steps.broke(timer, at_breach(steps_of))
            done.broken += 1
        elif timer.rung >= len(steps_of):
            timer.warn_at = None  # a ladder shorter than it was
        elif timer.state == State.RUNNING:
            steps.warned(timer, steps_of[timer.rung])
            timer.warned_at = now
            ladder.climb(timer, steps_of)
            done.warned += 1
        else:
            steps.called(timer, steps_of[timer.rung])
            timer.rung += 1
            ladder.aim_after_breach(timer, steps_of)
            done.called += 1
    steps.write(tickets, now)
    return done
