"""Other terms for open tickets: what is promised from now on counts by another policy version.

Worked out clock by clock with the same steps as everywhere (`clockwork`, `ladder`, `promises.fresh`), read
and written as sets: a version is put over a hundred thousand tickets, and one row at a time would take a
quarter of an hour. For one ticket it is a set of one.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from accounts.models import Person
from helpdesk.timers.models import CalendarVersion, State
from helpdesk.timers.promises import look_up

from ..models import SlaPolicyVersion, Ticket, TicketTimer, TimerEvent
from ..states import Act, Metric, pause_reason, stands
from . import promises, together
from .clockwork import event, move_target, stop
from .standing import may_stand

Last = dict[tuple[int, str], int]


def retarget(tickets: Sequence[Ticket], version: SlaPolicyVersion, *, at: datetime, by: Person | None) -> int:
    """Put open tickets, held by the caller, under another version; how many promises are past by that.

    Running clocks keep their start and what they used; their moment moves, also into the past: the sweep
    breaks those. One that is past its old moment or broken already stays as it is. Clocks of metrics no
    longer promised end; a first answer or a solution newly promised and still owed starts its clock now, and
    stands if the ticket waits.
    """
    owed = _owed(tickets, version, at)
    moved: list[TicketTimer] = []
    acts: list[TimerEvent] = []
    for timers in owed.values():
        for timer in timers:
            ticking = timer.state == State.RUNNING and timer.due_at is not None and timer.due_at > at
            if not ticking and timer.state != State.PAUSED:
                continue
            act = Act.RETARGET
            if target := version.target_for(timer.ticket, timer.metric):
                move_target(timer, version, target, at)
            else:
                act, timer.state, timer.cancelled_at = Act.CANCEL, State.CANCELLED, at
            moved.append(timer)
            acts.append(event(timer, act, at, by=by, reason="policy"))
    begun = _begun(tickets, owed, version, at)
    TicketTimer.objects.bulk_create(begun)
    acts += [event(timer, Act.START, at, by=by) for timer in begun]
    standing = [timer for timer in begun if stands(timer.metric, pause_reason(timer.ticket.status))]
    for timer in standing:
        reason = str(pause_reason(timer.ticket.status))
        for _timer, ends_at in may_stand(timer.ticket, [timer], reason, at):  # it never stood: no question
            stop(timer, reason, at, ends_at)
            acts.append(event(timer, Act.PAUSE, at, by=by, reason=reason))
    together.write_clocks([*moved, *standing])
    together.write_events(acts)
    for timer in begun:
        owed[timer.ticket_id].append(timer)
    for ticket in tickets:
        ticket.policy_version = version
        promises.refresh(ticket, [timer for timer in owed[ticket.pk] if not timer.cancelled_at])
    together.write_promises(tickets)
    return sum(t.state == State.RUNNING and t.due_at is not None and t.due_at <= at for t in moved)


def _owed(tickets: Sequence[Ticket], version: SlaPolicyVersion, at: datetime) -> dict[int, list[TicketTimer]]:
    """The open clocks of each ticket, with hours that can be looked up."""
    known = {ticket.pk: ticket for ticket in tickets}
    timers = list(TicketTimer.objects.open().filter(ticket__in=list(known)).order_by("id"))
    calendars = CalendarVersion.objects.in_bulk({t.calendar_version_id for t in timers})
    calendars[version.calendar_version_id] = version.calendar_version
    look_up(version.calendar_version, at)
    since: dict[int, datetime] = {}
    owed: dict[int, list[TicketTimer]] = defaultdict(list)
    for timer in timers:
        timer.ticket = known[timer.ticket_id]
        owed[timer.ticket_id].append(timer)
        if timer.calendar_version_id:
            timer.calendar_version = calendars[timer.calendar_version_id]
            if timer.mode == "business" and timer.state == State.RUNNING:
                oldest = since.get(timer.calendar_version_id, at)
                since[timer.calendar_version_id] = min(oldest, timer.resumed_at)
    for pk, oldest in since.items():
        look_up(calendars[pk], oldest)
    return owed


def _begun(
    tickets: Sequence[Ticket], owed: dict[int, list[TicketTimer]], version: SlaPolicyVersion, at: datetime
) -> list[TicketTimer]:
    """The clocks of what was not promised before and is now, not saved yet."""
    wanted: list[tuple[Ticket, Metric]] = []
    for ticket in tickets:
        missing = {Metric.RESOLUTION} if ticket.last_staff_at else {Metric.RESOLUTION, Metric.FIRST_RESPONSE}
        missing -= {Metric(timer.metric) for timer in owed[ticket.pk]}
        wanted += [(ticket, metric) for metric in sorted(missing) if version.target(metric)]
    if not wanted:
        return []
    runs = TicketTimer.objects.filter(ticket__in={ticket.pk for ticket, _metric in wanted})
    rows = runs.values_list("ticket_id", "metric").annotate(last=Max("cycle")).order_by()
    last: Last = {(ticket, metric): cycle for ticket, metric, cycle in rows}
    made = (
        promises.fresh(ticket, version, metric, last.get((ticket.pk, metric), 0) + 1, at)
        for ticket, metric in wanted
    )
    return [timer for timer in made if timer]
