"""A ticket is opened again: what ended with it and is owed after all."""

from datetime import datetime

from django.db.models import Q

from accounts.models import Person
from helpdesk.audit.models import Entry

from ..models import Ticket, TicketTimer
from ..states import OPENED_AGAIN, Act, Metric, Status
from . import promises

ANSWERS = {Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE}


def closed_by_trader(ticket: Ticket) -> bool:
    """Whether the ticket is closed, and by the one who filed it."""
    if ticket.status != Status.CLOSED:
        return False
    acts = Entry.objects.filter(subject=ticket.reference, action="ticket.close").order_by("-pk")
    return acts.values_list("actor_id", flat=True).first() == ticket.requester_id


def stand_again(
    ticket: Ticket, *, at: datetime, by: Person | None, reason: str = OPENED_AGAIN, by_word: bool = False
) -> list[TicketTimer]:
    """Let run again what ended when the ticket was solved or closed, each to its old moment.

    An answer when the trader's last word still has none; the solution and the news when the house itself
    takes back that it was found. `by_word` says that it does so by a word, which is news itself. Called
    before the ticket forgets when that was; the ticket is held.
    """
    over = [moment for moment in (ticket.solved_at, ticket.closed_at) if moment]
    ended = ticket.timers.filter(Q(cancelled_at__in=over) | Q(fulfilled_at__in=over)).order_by("-cycle")
    own = closed_by_trader(ticket)
    taken_back = not own and (by is None or by.pk != ticket.requester_id)
    again: list[TicketTimer | None] = []
    for timer in ended:
        if timer.metric == Metric.RESOLUTION and taken_back:
            again.append(promises.run_again(ticket, timer, at=at, reason=reason))
        elif timer.metric == Metric.PERIODIC_UPDATE:
            # Kept it was by a word with which the ticket was solved; one that never arrived kept nothing.
            owed = not _waived(timer) if timer.cancelled_at else reason != OPENED_AGAIN
            if owed and taken_back and not by_word:
                again.append(promises.run_again(ticket, timer, at=at, reason=reason))
        elif timer.metric in ANSWERS and timer.cancelled_at and _unanswered(ticket) and not _waived(timer):
            if own and not timer.breached_at and timer.due_at and timer.due_at <= at:
                # It passed while the trader wanted none: promised anew, not broken at once.
                again += promises.start_again(ticket, timer.metric, at=at, by=by)
            else:
                again.append(promises.run_again(ticket, timer, at=at, reason=reason))
    return [timer for timer in again if timer]


def _unanswered(ticket: Ticket) -> bool:
    said, answered = ticket.last_requester_at, ticket.last_staff_at
    return said is not None and (answered is None or said > answered)


def _waived(timer: TicketTimer) -> bool:
    """Ended by more than the ticket's own end: "no reply needed", or a policy that does not promise it."""
    return timer.events.filter(kind=Act.CANCEL).exclude(reason="").exists()
