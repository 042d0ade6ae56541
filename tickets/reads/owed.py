"""What is owed on a ticket just now and one click can settle: a late promise, an answer to thanks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.timers.models import State

from ..models import Ticket, TicketTimer
from ..states import Metric, Status
from . import thanks, words


@dataclass(frozen=True, slots=True)
class Late:
    """The broken promises of a ticket that nobody has made good yet, and who has taken them on.

    `quiet_until` is when the ladder calls somebody next; None when it has nobody left to call. `resting`
    says that it has not called since they were taken on, `mine` that the reader took them on himself.
    """

    since: datetime
    metrics: tuple[str, ...]
    by: str
    taken_at: datetime | None
    quiet_until: datetime | None
    resting: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """`reply` says that the next answer is owed, `thanks` that what waits for it reads like a thank-you."""

    late: Late | None
    reply: bool
    thanks: bool


def of(ticket: Ticket, timers: Sequence[TicketTimer], unanswered: Sequence[str], reader: int) -> Owed:
    """What the desk's page offers; `unanswered` is what the requester has said since our last answer."""
    if ticket.status == Status.MEDIATION:
        return Owed(None, False, False)  # the dispute has clocks and people of its own
    broken = [timer for timer in timers if timer.is_late]
    reply = any(
        timer.metric == Metric.NEXT_RESPONSE and (timer.is_late or timer.state == State.RUNNING)
        for timer in timers
    )
    return Owed(
        _late(broken, reader) if broken else None,
        reply,
        reply and bool(unanswered) and all(map(thanks.looks_like_thanks, unanswered)),
    )


def _late(broken: list[TicketTimer], reader: int) -> Late:
    """Taken on is the ticket, so the newest acknowledgment speaks for all that were late then."""
    taken = [timer for timer in broken if timer.acknowledged_at is not None]
    rows = TicketTimer.objects.filter(pk__in=[timer.pk for timer in taken]).in_hands()
    in_hands = set(rows.values_list("pk", flat=True)) if taken else set()
    last = max(taken, key=lambda timer: timer.acknowledged_at or timer.moment, default=None)
    calls = [timer.warn_at for timer in broken if timer.warn_at is not None]
    whole = last if len(taken) == len(broken) else None
    return Late(
        min(timer.moment for timer in broken),
        tuple(dict.fromkeys(words.metric(timer.metric) for timer in broken)),
        str(whole.acknowledged_by or "") if whole else "",
        whole.acknowledged_at if whole else None,
        min(calls, default=None),
        all(timer.pk in in_hands for timer in broken),
        all(timer.pk in in_hands and timer.acknowledged_by_id == reader for timer in broken),
    )
