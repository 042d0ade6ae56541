"""The ways of a ticket from filed to closed, apart from what is said on it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.audit.log import record
from helpdesk.audit.models import Entry
from helpdesk.core import clock, events
from helpdesk.core.errors import Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line
from helpdesk.notify.send import Row, notify_many

from ..errors import AnswerOwed, CannotEscalate, NothingOwed, ReopenedOften
from ..events import TicketEscalated, TicketSetBack
from ..models import Ticket
from ..states import LIFE, Metric, Priority, Status
from . import promises, reopening
from .saving import save
from .telling import announce

A_DAY, REOPENED_A_DAY = timedelta(days=1), 5
_ANSWERS = {Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE}
_WORDS = _ANSWERS | {Metric.PERIODIC_UPDATE}
# Moves that are parts of something larger than a change of status.
_NOT_PLAIN = {"escalate", "leave_dispute", "dispute_again", "answer", "answer_and_wait", "reply"}


def _move(ticket: Ticket, move: str, *, at: datetime, by: Person | None) -> str:
    """Make one move of the table; the clocks follow. Returns the state left. The ticket is held."""
    before, after = ticket.status, LIFE.target_of(move, ticket.status)
    timers, late = promises.open_timers(ticket), []
    if move == "reopen":
        timers += reopening.stand_again(ticket, at=at, by=by)
    ticket.status = after
    if move == "resolve":
        ticket.solved_at = at
        late = promises.cancel(timers, _WORDS, at=at, by=by)
        late += promises.fulfil(timers, {Metric.RESOLUTION}, at=at, by=by)
    elif move == "close":
        ticket.closed_at = at
        late = promises.cancel(timers, set(Metric.values), at=at, by=by)
    elif move == "reopen":
        ticket.solved_at = ticket.closed_at = None
        promises.resume(timers, at=at, by=by)
        if not any(t.metric == Metric.RESOLUTION and t.fulfilled_at is None for t in timers):
            timers += promises.start_again(ticket, Metric.RESOLUTION, at=at, by=by)
    else:
        if move == "dispute_again":
            ticket.solved_at = ticket.closed_at = None
        promises.follow_status(ticket, timers, at=at, by=by)
    promises.refresh(ticket, timers)
    announce(late, {ticket.pk: ticket})
    return before


@transaction.atomic
def change_status(ticket: Ticket, move: str, *, by: Person, at: datetime | None = None) -> Ticket:
    """Make one of the plain moves (wait_for_trader, wait_for_third_party, resume, resolve, reopen, close)."""
    at = at or clock.now()
    ticket = hold(ticket)
    if move in _NOT_PLAIN or move not in LIFE.moves:
        raise Invalid(fields={"status": [_("Please choose one of the offered steps.")]})
    if ticket.status == Status.MEDIATION:
        LIFE.target_of("resume", ticket.status)  # only the dispute's end closes a ticket in dispute
    if by.pk != ticket.requester_id:
        _refuse_silence(ticket, move)
    elif move == "reopen":
        _refuse_loop(ticket, at)
    if move == "close" and by.pk != ticket.requester_id:
        events.publish(TicketSetBack(ticket.reference, ticket.requester_id, "close", by.pk))
    before = _move(ticket, move, at=at, by=by)
    save(ticket, at=at)
    record(f"ticket.{move}", subject=ticket.reference, actor=by, before=before, after=ticket.status)
    return ticket


def _refuse_silence(ticket: Ticket, move: str) -> None:
    """sla.md rule 7: nobody of the house gets out of an answer that is owed by changing a status."""
    owed = {
        "resolve": {Metric.FIRST_RESPONSE},
        "close": {Metric.FIRST_RESPONSE},
        "wait_for_trader": _ANSWERS,
    }.get(move)
    if owed and any(timer.metric in owed for timer in promises.open_timers(ticket)):
        raise AnswerOwed


def _refuse_loop(ticket: Ticket, at: datetime) -> None:
    """Each time a ticket is opened again a promise starts anew and people are called: not without end."""
    acts = Entry.objects.filter(subject=ticket.reference, action="ticket.reopen")
    if acts.filter(actor_id=ticket.requester_id, at__gt=at - A_DAY).count() >= REOPENED_A_DAY:
        raise ReopenedOften


@transaction.atomic
def set_priority(ticket: Ticket, priority: str, *, by: Person) -> Ticket:
    """Change the priority; promises already made stay as they are."""
    if priority not in Priority.values:
        raise Invalid(fields={"priority": [_("Please choose one of the priorities.")]})
    ticket = hold(ticket)
    if ticket.priority != priority:
        if priority > ticket.priority:  # P4 is less urgent than P1
            events.publish(TicketSetBack(ticket.reference, ticket.requester_id, "lower", by.pk))
        before, ticket.priority = ticket.priority, priority
        save(ticket, at=clock.now())
        record("ticket.priority.changed", subject=ticket.reference, actor=by, before=before, after=priority)
    return ticket


@transaction.atomic
def set_tags(ticket: Ticket, tags: Iterable[str], *, by: Person) -> Ticket:
    """Set the tags: lower case, at most ten of forty characters."""
    wanted = sorted({one_line(tag).lower()[:40] for tag in tags if one_line(tag)})
    if len(wanted) > 10:
        raise Invalid(fields={"tags": [_("Please use at most ten tags.")]})
    ticket = hold(ticket)
    if ticket.tags != wanted:
        before, ticket.tags = ticket.tags, wanted
        save(ticket, at=clock.now())
        record("ticket.tags.changed", subject=ticket.reference, actor=by, before=before, after=wanted)
    return ticket


@transaction.atomic
def no_reply_needed(ticket: Ticket, *, by: Person) -> Ticket:
    """The trader's last word asks for no answer (sla.md rule 8): the promise of one ends, on the record."""
    ticket, at = hold(ticket), clock.now()
    timers = promises.open_timers(ticket)
    if not any(timer.metric == Metric.NEXT_RESPONSE for timer in timers):
        raise NothingOwed
    late = promises.cancel(timers, {Metric.NEXT_RESPONSE}, at=at, by=by, reason="no reply needed")
    promises.refresh(ticket, [timer for timer in timers if timer.cancelled_at is None])
    save(ticket, at=at)
    announce(late, {ticket.pk: ticket})
    record("ticket.no_reply_needed", subject=ticket.reference, actor=by)
    return ticket


@transaction.atomic
def take_on(ticket: Ticket, *, by: Person) -> Ticket:
    """Somebody takes the broken promises of a ticket on: the ladder calls nobody further for an hour.

    Once per rung: until it calls again, taking on what one has already changes nothing, and taking it over
    from somebody is noted without another hour.
    """
    ticket, at = hold(ticket), clock.now()
    late = [timer for timer in promises.open_timers(ticket) if timer.is_late]
    if not late:
        raise NothingOwed(_("No promise on this ticket is late."))
    if promises.acknowledge(late, at=at, by=by):
        save(ticket, at=at)
        record("ticket.promise.taken_on", subject=ticket.reference, actor=by)
    return ticket


def pause_ended(ticket: Ticket, *, at: datetime) -> None:
    """A pause has reached its longest (rule 6): the clocks run on, and the ticket is ours again.

    The ticket is held.
    """
    timers, before = promises.open_timers(ticket), ticket.status
    promises.resume(timers, at=at, by=None, reason="longest pause")
    if "resume" in LIFE.open_to(ticket.status):
        ticket.status = LIFE.target_of("resume", ticket.status)
    promises.refresh(ticket, timers)
    save(ticket, at=at)
    entry = record("ticket.pause.ended", subject=ticket.reference, before=before, after=ticket.status)
    context = {"reference": ticket.reference, "subject": ticket.subject, "waited_for": before}
    staff = [ticket.assignee] if ticket.assignee else Person.objects.with_role(Role.SUPERVISOR)
    rows = [
        Row(
            "ticket.pause_over", person, f"pause:{entry.pk}", ticket.reference, ticket.get_desk_url(), context
        )
        for person in staff
    ]
    if before == Status.WAITING:
        own = ticket.get_absolute_url()
        rows.append(
            Row("ticket.still_waiting", ticket.requester, f"pause:{entry.pk}", ticket.reference, own, context)
        )
    notify_many(rows)


def may_escalate(ticket: Ticket) -> bool:
    """sla.md rule 17: once a promise was missed, or there is an answer that can be rejected."""
    if "escalate" not in LIFE.open_to(ticket.status) or ticket.dispute_reference:
        return False
    answered = ticket.status == Status.RESOLVED or ticket.last_staff_at is not None
    return answered or ticket.timers.exclude(breached_at=None).exists()


@transaction.atomic
def escalate(ticket: Ticket, *, by: Person, reason: str, at: datetime | None = None) -> Ticket:
    """ "Not solved: escalate". A dispute opens in this very transaction.

    The requester may once a promise was missed or an answer did not help; a supervisor at will.
    """
    at = at or clock.now()
    ticket = hold(ticket)
    trader = by.pk == ticket.requester_id
    if trader and not may_escalate(ticket):
        raise CannotEscalate
    return escalate_held(
        ticket, cause="trader" if trader else "supervisor", reason=one_line(reason)[:500], by=by, at=at
    )


def escalate_held(ticket: Ticket, *, cause: str, reason: str, by: Person | None, at: datetime) -> Ticket:
    """The escalation itself, for a ticket that is held and may be escalated."""
    before = _move(ticket, "escalate", at=at, by=by)
    save(ticket, at=at)
    record("ticket.escalated", subject=ticket.reference, actor=by, before=before, cause=cause, reason=reason)
    events.publish(TicketEscalated(ticket.pk, ticket.reference, cause, reason, at, by.pk if by else None))
    ticket.refresh_from_db(fields=["dispute_reference"])
    return ticket


@transaction.atomic
def link_dispute(ticket: Ticket, reference: str) -> None:
    """Called by the dispute that has just opened: the ticket carries its public number from now on."""
    ticket = hold(ticket)
    ticket.dispute_reference = reference
    save(ticket, at=clock.now())
    record("ticket.dispute.opened", subject=ticket.reference, dispute=reference)


@transaction.atomic
def go_into_dispute(ticket: Ticket, *, by: Person | None, at: datetime) -> None:
    """A case about the ticket is worked on: its clocks stand, the case has its own. A closed one stays so."""
    ticket = hold(ticket)
    if "escalate" in LIFE.open_to(ticket.status):
        before = _move(ticket, "escalate", at=at, by=by)
        save(ticket, at=at)
        record("ticket.into_dispute", subject=ticket.reference, actor=by, before=before)


@transaction.atomic
def leave_dispute(ticket: Ticket, *, by: Person | None, at: datetime) -> None:
    """The case is not heard: nobody is worse off for having complained, the ticket is worked on again."""
    ticket = hold(ticket)
    if ticket.status == Status.MEDIATION:
        _move(ticket, "leave_dispute", at=at, by=by)
        save(ticket, at=at)
        record("ticket.out_of_dispute", subject=ticket.reference, actor=by)


@transaction.atomic
def reopen_with_dispute(ticket: Ticket, *, by: Person | None, at: datetime | None = None) -> None:
    """Called when the dispute is taken up again: the ticket is in dispute with it."""
    at = at or clock.now()
    ticket = hold(ticket)
    if ticket.status != Status.MEDIATION:
        before = _move(ticket, "dispute_again", at=at, by=by)
        save(ticket, at=at)
        record("ticket.dispute.again", subject=ticket.reference, actor=by, before=before, after=ticket.status)


@transaction.atomic
def close_with_dispute(ticket: Ticket, *, by: Person | None, at: datetime | None = None) -> None:
    """Called when the dispute is closed: the ticket closes with it."""
    at = at or clock.now()
    ticket = hold(ticket)
    if ticket.status == Status.MEDIATION:
        _move(ticket, "close", at=at, by=by)
        save(ticket, at=at)
        record(
            "ticket.close", subject=ticket.reference, actor=by, before=Status.MEDIATION, after=ticket.status
        )
