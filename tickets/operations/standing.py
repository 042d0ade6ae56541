"""How long a clock may stand: the longest pause counts everything since the trader last spoke (rule 6).

Otherwise whoever waits again right after a pause ended by itself, or a minute before, would wait for ever.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from ..models import SlaPolicyVersion, Ticket, TicketTimer, TimerEvent
from ..states import Act

_ENDS = {Act.RESUME, Act.FULFIL, Act.CANCEL}
Promised = tuple[str, datetime]  # a promise that runs again after its end is the same: metric and start


def may_stand(
    ticket: Ticket, timers: Iterable[TicketTimer], reason: str, at: datetime
) -> list[tuple[TicketTimer, datetime | None]]:
    """Those of the clocks that may stand for this reason from now on, and until when (None: however long).

    One that has stood as long as it may is left out: it runs on. The ticket is held.
    """
    longest = {
        timer: SlaPolicyVersion.objects.known(timer.policy_version_id).longest_pause(reason)
        for timer in timers
    }
    stood = _stood(ticket, [timer for timer, seconds in longest.items() if seconds], reason)
    found: list[tuple[TicketTimer, datetime | None]] = []
    for timer, seconds in longest.items():
        left = timedelta(seconds=seconds or 0) - stood[timer.metric, timer.started_at]
        if not seconds:
            found.append((timer, None))
        elif left > timedelta(0):
            found.append((timer, at + left))
    return found


def _stood(ticket: Ticket, timers: list[TicketTimer], reason: str) -> dict[Promised, timedelta]:
    """How long each promise has stood for this reason since the trader last spoke."""
    stood: dict[Promised, timedelta] = defaultdict(timedelta)
    once = [timer for timer in timers if timer.resumed_at > timer.started_at]  # the others never stood
    if not once:
        return stood
    rows = TimerEvent.objects.filter(
        ticket=ticket,
        kind__in=[Act.PAUSE, *_ENDS],
        timer__metric__in={timer.metric for timer in once},
        timer__started_at__in={timer.started_at for timer in once},
    ).order_by("timer_id", "id")
    began: datetime | None = None
    for metric, started, kind, why, at in rows.values_list(
        "timer__metric", "timer__started_at", "kind", "reason", "at"
    ):
        if kind == Act.PAUSE:
            # What the trader has spoken since was answered by that word.
            began = max(at, ticket.last_requester_at or at) if why == reason else None
        elif began is not None:
            stood[metric, started] += max(at - began, timedelta(0))
            began = None
    return stood
