"""What is said on a ticket, and what saying it does to the promise."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock, events, richtext
from helpdesk.core.errors import Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines
from helpdesk.notify.send import notify

from ..errors import NothingToSay, Stale, TooLateToUndo
from ..events import MessagePosted
from ..models import Message, Ticket, TicketTimer
from ..states import LIFE, Channel, Delivery, Kind, Metric, Status
from . import promises, reopening, triage
from .attaching import Stored, attach
from .intake import LONGEST_BODY
from .saving import save
from .telling import announce

log = logging.getLogger(__name__)
_WORDS = {Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.PERIODIC_UPDATE}
_OWED = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
THEN = {"": "answer", "wait": "answer_and_wait", "resolve": "answer"}


def _text(body: str) -> str:
    body = many_lines(body)
    if not body:
        raise NothingToSay(fields={"body": [NothingToSay.default]})
    if len(body) > LONGEST_BODY:
        raise Invalid(
            fields={"body": [_("Please shorten the text to 20,000 characters, or attach it as a file.")]}
        )
    return body


@transaction.atomic
def post_message(
    ticket: Ticket,
    *,
    by: Person,
    body: str,
    kind: str = Kind.PUBLIC,
    files: Iterable[Stored] = (),
    channel: str = Channel.WEB,
    then: str = "",
    seen: int | None = None,
    undo_seconds: int = 0,
    at: datetime | None = None,
) -> Message:
    """Add a message. A public one hands the turn to the other side; a note changes nothing but the record.

    `then` is what an agent's answer does next: "" keeps the ticket open, "wait" waits for the trader,
    "resolve" proposes the ticket as solved. `seen` is the newest message the writer had on screen: if the
    other side has said more since, Stale is raised and nothing is sent. `undo_seconds` holds an agent's
    public answer back so that it can be recalled; the hold never reaches past the moment promised.
    """
    body, at = _text(body), at or clock.now()
    ticket = hold(ticket)
    staff = by.reads_tickets and ticket.requester_id != by.pk
    if seen is not None and _newer(ticket, by, seen):
        raise Stale
    if kind == Kind.PUBLIC and not _in_dispute(ticket):
        LIFE.target_of(THEN[then] if staff else "reply", ticket.status)
    held = staff and kind == Kind.PUBLIC and undo_seconds > 0
    message = ticket.messages.create(
        author=by,
        kind=kind,
        from_staff=staff,
        channel=channel,
        body=body,
        body_html=richtext.message(body) if staff else richtext.plain(body),
        language=by.language,
        delivery=Delivery.HELD if held else Delivery.SENT,
        then=then,
        release_at=_release_moment(ticket, at, undo_seconds) if held else None,
        created_at=at,
        sent_at=None if held else at,
    )
    attach(ticket, message, files, by=by)
    record(
        "ticket.message.held" if held else f"ticket.{kind}.posted",
        subject=ticket.reference,
        actor=by,
        message=message.pk,
    )
    if not held:
        _take_effect(ticket, message, at=at)
    return message


def _in_dispute(ticket: Ticket) -> bool:
    return ticket.status == Status.MEDIATION


def _newer(ticket: Ticket, by: Person, seen: int) -> bool:
    return Message.objects.on(ticket, by).filter(pk__gt=seen, kind=Kind.PUBLIC).exclude(author=by).exists()


def _release_moment(ticket: Ticket, at: datetime, seconds: int) -> datetime:
    """The end of the undo window: never later than a second before the promise, never before now."""
    end, due = at + timedelta(seconds=min(seconds, 60)), ticket.promise_due_at
    if due and due <= at:  # one is late already: the ticket's row does not say when the next one is due
        ahead = ticket.timers.running().filter(due_at__gt=at)
        due = ahead.order_by("due_at").values_list("due_at", flat=True).first()
    if due and at < due:
        end = min(end, max(at, due - timedelta(seconds=1)))
    return end


def _take_effect(ticket: Ticket, message: Message, *, at: datetime) -> None:
    """What a message does once it can be read: clocks, turn, notice, fact. The ticket is held."""
    if message.kind == Kind.PUBLIC:
        timers = promises.open_timers(ticket)
        if message.from_staff:
            _answered(ticket, message, timers, at)
        else:
            timers += _spoken(ticket, message, timers, at)
            triage.hear(ticket, message)
        ticket.last_line = message.line()
        promises.refresh(ticket, timers)
    save(ticket, at=at)
    _tell(ticket, message)
    events.publish(MessagePosted(ticket.pk, ticket.reference, message.pk, message.kind, message.from_staff))


def _answered(ticket: Ticket, message: Message, timers: list[TicketTimer], at: datetime) -> None:
    author, then = message.author, message.then
    unread = _said_meanwhile(ticket, message)
    if unread:  # what was said after it was written is neither answered by it nor settled
        meant, then = [timer for timer in timers if timer.started_at <= message.created_at], ""
    else:
        meant = timers
    late = promises.fulfil(meant, _WORDS, at=at, by=author)
    ticket.last_staff_at = at
    if ticket.assignee_id is None and author is not None and author.is_agent:
        ticket.assignee = author
    if THEN[then] not in LIFE.open_to(ticket.status):
        # In dispute, or closed while the answer was held back: it is delivered and moves nothing.
        announce(late, {ticket.pk: ticket})
        return
    was_over = ticket.is_over
    ticket.status = LIFE.target_of(THEN[then], ticket.status)
    if then == "resolve":
        ticket.status, ticket.solved_at = LIFE.target_of("resolve", ticket.status), at
        late += promises.fulfil(timers, {Metric.RESOLUTION}, at=at, by=author)
    else:
        if was_over:  # whoever says more about what was solved has a solution to find again
            timers += reopening.stand_again(ticket, at=at, by=author, by_word=True)
            ticket.solved_at = None
            if not any(t.metric == Metric.RESOLUTION and t.fulfilled_at is None for t in timers):
                timers += promises.start_again(ticket, Metric.RESOLUTION, at=at, by=author)
        if unread and not any(t.metric in _OWED and t.fulfilled_at is None for t in timers):
            timers += promises.start_again(ticket, Metric.NEXT_RESPONSE, at=unread, by=author)
        timers += promises.promise_news(ticket, timers, at=at, by=author)
        promises.follow_status(ticket, timers, at=at, by=author)
    announce(late, {ticket.pk: ticket})


def _said_meanwhile(ticket: Ticket, message: Message) -> datetime | None:
    """When the requester last spoke while the answer was held back; None when they did not."""
    said = ticket.last_requester_at
    return said if message.release_at and said and said > message.created_at else None


def _spoken(ticket: Ticket, message: Message, timers: list[TicketTimer], at: datetime) -> list[TicketTimer]:
    """The requester spoke and waits: the next answer is promised, unless one is owed already."""
    author, started = message.author, []
    ticket.last_requester_at = at
    if _in_dispute(ticket):
        return []
    was_over = ticket.is_over
    ticket.status, ticket.solved_at = LIFE.target_of("reply", ticket.status), None
    owed = {t.metric for t in timers if t.fulfilled_at is None and t.cancelled_at is None}
    if was_over and Metric.RESOLUTION not in owed:
        started += promises.start_again(ticket, Metric.RESOLUTION, at=at, by=author)
    if not owed & {Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE}:
        started += promises.start_again(ticket, Metric.NEXT_RESPONSE, at=at, by=author)
    promises.follow_status(ticket, timers, at=at, by=author)
    return started


def _tell(ticket: Ticket, message: Message) -> None:
    if message.kind == Kind.NOTE:
        return
    context = {"reference": ticket.reference, "subject": ticket.subject, "line": message.line(300)}
    if message.from_staff:
        context["by"] = str(message.author)
        notify(
            "ticket.answered",
            to=ticket.requester,
            event_id=f"message:{message.pk}",
            subject_ref=ticket.reference,
            url=f"{ticket.get_absolute_url()}#m{message.pk}",
            context=context,
        )
    elif ticket.assignee_id and ticket.assignee is not None:
        notify(
            "ticket.replied",
            to=ticket.assignee,
            event_id=f"message:{message.pk}",
            subject_ref=ticket.reference,
            url=f"{ticket.get_desk_url()}#m{message.pk}",
            context=context,
            channels=("inapp",),
        )


@transaction.atomic
def recall(message: Message, *, by: Person) -> Message:
    """Take back one's own answer inside its undo window: it never happened for anyone else."""
    ticket = hold(message.ticket)
    message = hold(message)
    if message.author_id != by.pk or message.delivery != Delivery.HELD:
        raise TooLateToUndo
    message.delivery = Delivery.RECALLED
    message.save(update_fields=["delivery"])
    record("ticket.message.recalled", subject=ticket.reference, actor=by, message=message.pk)
    return message


def release_due(limit: int = 200) -> int:
    """Send what was held until now; each in its own transaction. Safe to run any number of times."""
    now = clock.judge()
    waiting = Message.objects.filter(delivery=Delivery.HELD, release_at__lte=now)
    rows = waiting.order_by("release_at").values_list("pk", "ticket_id")[:limit]
    return sum(_release_or_leave(message_id, ticket_id) for message_id, ticket_id in rows)


def _release_or_leave(message_id: int, ticket_id: int) -> bool:
    try:
        return _release(message_id, ticket_id)
    except Exception:
        # One answer that cannot be sent must not keep back the answers of everybody else.
        log.exception("release.message_failed", extra={"held_message": message_id})
        return False


@transaction.atomic
def _release(message_id: int, ticket_id: int) -> bool:
    ticket = hold(Ticket(pk=ticket_id))
    message = Message.objects.select_related("author").filter(pk=message_id, delivery=Delivery.HELD).first()
    if message is None or message.release_at is None or message.release_at > clock.judge():
        return False
    # The answer counts from the moment it was accepted for delivery, which the hold set in advance.
    at = message.release_at
    message.delivery, message.sent_at = Delivery.SENT, at
    message.save(update_fields=["delivery", "sent_at"])
    record("ticket.public.posted", subject=ticket.reference, actor=message.author, message=message.pk)
    _take_effect(ticket, message, at=at)
    return True


@transaction.atomic
def undelivered(message_id: int, *, reason: str) -> bool:
    """An answer that could not be delivered was no answer (rule 7): the promise it kept runs again.

    The clock is started anew with its old moment, so that one already past breaks with the next sweep. A
    ticket solved or closed upon it opens again, unless the requester has closed it.
    """
    message = Message.objects.filter(pk=message_id).select_related("ticket").first()
    if message is None or not message.from_staff or message.sent_at is None:
        return False
    ticket = hold(message.ticket)
    answers = ticket.messages.answers()
    if (
        answers.filter(pk__gt=message.pk).exists()
        or _in_dispute(ticket)
        or reopening.closed_by_trader(ticket)
    ):
        return False
    now, before = clock.judge(), ticket.status
    kept = ticket.timers.filter(fulfilled_at=message.sent_at, metric__in=_OWED).first()
    again = promises.run_again(ticket, kept, at=now, reason=reason) if kept else None
    if again is None and not ticket.is_over:
        return False
    if again:  # whoever waited since then has still heard nothing
        heard = answers.filter(pk__lt=message.pk, sent_at__lte=again.started_at)
        ticket.last_staff_at = heard.aggregate(last=Max("sent_at"))["last"]
    if ticket.is_over:
        reopening.stand_again(ticket, at=now, by=None, reason=reason)
        ticket.status = LIFE.target_of("reopen", ticket.status)
        ticket.solved_at = ticket.closed_at = None
    promises.refresh(ticket, promises.open_timers(ticket))
    save(ticket, at=now)
    record(
        "ticket.answer.undelivered",
        subject=ticket.reference,
        message=message.pk,
        reason=reason[:200],
        before=before,
        after=ticket.status,
    )
    return True
