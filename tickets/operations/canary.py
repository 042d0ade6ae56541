"""The canary: a real clock on a hidden ticket, broken by the same sweep as every other, every two minutes.

A sweep may run, leave its heartbeat and still break nothing; only a clock that broke in time proves that
clocks break. Whether one did lately is what `/readyz` and the supervisor's board ask the heartbeat "canary".
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import Person
from accounts.operations import registration
from helpdesk.core import clock
from helpdesk.core.locks import hold
from helpdesk.timers import heartbeat
from helpdesk.timers.models import CalendarVersion

from ..models import Category, SlaPolicy, SlaPolicyVersion, Ticket, TicketTimer
from ..states import CANARY, Priority, Status
from . import promises

EVERY, TARGET = timedelta(minutes=2), 10
REFERENCE = "CANARY"  # no public reference looks like this, so no address leads to it
EMAIL = "canary@helpdesk.invalid"


def fly() -> int:
    """Send the next canary when it is time, and note how late the last one broke; safe to run at once."""
    newest, now = _newest(), clock.judge()
    if newest is None or _over(newest, now):
        return _start()
    if newest.is_late:
        return _land(newest)
    return 0


def _newest() -> TicketTimer | None:
    flown = TicketTimer.objects.filter(ticket__reference=REFERENCE, metric=CANARY)
    return flown.order_by("-cycle").first()


def _over(timer: TicketTimer, now: datetime) -> bool:
    return timer.cancelled_at is not None and now - timer.started_at >= EVERY


def _start() -> int:
    with transaction.atomic():
        ticket = hold(_ticket())
        newest, now = _newest(), clock.judge()
        if newest is None:
            heartbeat.beat(CANARY)  # the proof begins: the first one has six minutes like all others
        elif not _over(newest, now):
            return 0  # another process was first
        promises.start(ticket, [CANARY], at=now, cycles={CANARY: newest.cycle + 1 if newest else 1})
    return 1


def _land(seen: TicketTimer) -> int:
    """It broke as it should: leave the lag with which that was noticed, and end it."""
    with transaction.atomic():
        hold(seen.ticket)
        timer = hold(seen)
        if not timer.is_late or timer.detected_at is None:
            return 0
        promises.cancel([timer], {CANARY}, at=clock.judge(), by=None, reason=CANARY)
        heartbeat.beat(CANARY, (timer.detected_at - timer.moment).total_seconds())
    return 1


def _ticket() -> Ticket:
    """The hidden ticket; made when it is first asked for, once however many ask."""
    found = Ticket.objects.filter(reference=REFERENCE).first()
    if found is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [EMAIL])
    found = Ticket.objects.filter(reference=REFERENCE).first()
    return found or _made(clock.judge())


def _made(now: datetime) -> Ticket:
    """Closed and in a channel of its own; its policy is out of use and calls nobody."""
    person = Person.objects.by_email(EMAIL).first() or registration.register(
        EMAIL, name="Canary", password=None, roles=[], is_active=False
    )
    policy = SlaPolicy.objects.create(name="Canary", active=False, hidden=True)
    version = SlaPolicyVersion.objects.create(
        policy=policy,
        number=1,
        conditions={"channel": [CANARY]},
        calendar_version=CalendarVersion.objects.earliest("id"),
        targets=[{"metric": CANARY, "seconds": TARGET, "mode": "calendar"}],
        ladder=[],
    )
    return Ticket.objects.create(
        reference=REFERENCE,
        subject="Canary",
        requester=person,
        category=Category.objects.filter(parent__isnull=False, complaint=False).earliest("id"),
        priority=Priority.P4,
        status=Status.CLOSED,
        closed_at=now,
        channel=CANARY,
        policy_version=version,
    )
