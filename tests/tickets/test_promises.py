"""Mei has a ticket with a promise, Ada answers it, the sweep keeps everybody honest."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from helpdesk.audit.models import Entry
from helpdesk.notify.models import Notice
from helpdesk.timers import sweeps
from helpdesk.timers.models import Heartbeat
from tests.support.builders import answer, clock, file, say
from tickets.errors import AnswerOwed
from tickets.models import Message, Ticket, TimerEvent
from tickets.operations import breaches, conversation, lifecycle

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def kinds(ticket, metric="first_response"):
    events = TimerEvent.objects.filter(ticket=ticket, timer__metric=metric).order_by("id")
    return [event.kind for event in events]


def test_a_ticket_carries_its_promise_from_the_first_second(cast):
    ticket = file(cast.mei)
    first, solve = clock(ticket, "first_response"), clock(ticket, "resolution")
    assert first.due_at - ticket.created_at == HOUR
    assert solve.due_at - ticket.created_at == 24 * HOUR
    assert (ticket.promise_metric, ticket.promise_due_at) == ("first_response", first.due_at)


def test_an_answer_keeps_the_first_promise(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada)
    assert clock(ticket, "first_response").state == "fulfilled"
    assert kinds(ticket) == ["start", "fulfil"]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.promise_metric) == ("open", cast.ada, "periodic_update")


def test_a_note_keeps_no_promise(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada, kind="note")
    assert clock(ticket, "first_response").state == "running"


def test_a_status_change_keeps_no_promise(cast):
    ticket = file(cast.mei)
    lifecycle.change_status(ticket, "wait_for_third_party", by=cast.ada)
    assert clock(ticket, "first_response").state == "running"
    assert clock(ticket, "resolution").state == "paused"


@pytest.mark.parametrize("move", ["resolve", "close", "wait_for_trader"])
def test_nobody_of_the_house_gets_out_of_the_first_answer_by_a_status(cast, move):
    ticket = file(cast.mei)
    answer(ticket, cast.ada, kind="note")
    with pytest.raises(AnswerOwed):
        lifecycle.change_status(ticket, move, by=cast.ada)
    assert clock(ticket, "first_response").state == "running"
    answer(ticket, cast.ada)
    assert lifecycle.change_status(ticket, move, by=cast.ada).status != "new"


def test_the_trader_may_close_what_nobody_has_answered(cast):
    ticket = file(cast.mei)
    assert lifecycle.change_status(ticket, "close", by=cast.mei).status == "closed"


def test_an_unanswered_trader_is_not_waited_for(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada)
    say(ticket, cast.mei)
    with pytest.raises(AnswerOwed):
        lifecycle.change_status(ticket, "wait_for_trader", by=cast.ada)
    assert clock(ticket, "resolution").state == "running"


def test_the_sweep_breaks_what_is_late_once_and_tells_everyone(cast):
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - 13 * HOUR)
    assert breaches.break_due() == 1
    assert Heartbeat.objects.get(name="sweep.tickets").lag_seconds > 3600
    assert breaches.break_due() == 0
    late = clock(ticket, "first_response")
    assert late.state == "breached"
    assert late.breached_at == late.due_at <= late.detected_at
    assert kinds(ticket) == ["start", "breach"]
    told = set(Notice.objects.filter(event_id=f"breach:{late.pk}").values_list("person__email", "kind"))
    assert told == {("sun@demo.test", "ticket.late"), ("mei@demo.test", "ticket.apology")}
    apology = Notice.objects.get(kind="ticket.apology")
    assert apology.context["new_at"] == late.renewed_due_at.isoformat()
    assert Entry.objects.filter(subject=ticket.reference, action="ticket.promise.broken").count() == 1


def test_a_late_answer_makes_good_but_the_breach_stays(cast):
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - 13 * HOUR)
    breaches.break_due()
    answer(ticket, cast.ada)
    first = clock(ticket, "first_response")
    assert first.state == "breached"
    assert first.fulfilled_at is not None
    assert kinds(ticket) == ["start", "breach", "fulfil"]


def test_an_answer_between_due_and_sweep_is_a_breach_and_the_supervisor_hears_of_it(cast):
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - 13 * HOUR)
    answer(ticket, cast.ada)
    assert kinds(ticket) == ["start", "breach", "fulfil"]
    assert breaches.break_due() == 0
    assert Notice.objects.filter(kind="ticket.late", person=cast.sun).count() == 1
    assert not Notice.objects.filter(kind="ticket.apology").exists()


def test_each_time_the_trader_speaks_and_waits_the_next_answer_is_promised(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada)
    say(ticket, cast.mei)
    say(ticket, cast.mei, "在吗？")
    assert ticket.timers.filter(metric="next_response").count() == 1
    answer(ticket, cast.ada)
    say(ticket, cast.mei)
    assert clock(ticket, "next_response", 1).state == "fulfilled"
    assert clock(ticket, "next_response", 2).state == "running"


def test_waiting_for_the_trader_stops_the_solution_clock_and_moves_it_by_the_wait(cast):
    start = timezone.now()
    ticket = file(cast.mei, at=start)
    answer(ticket, cast.ada, then="wait", at=start + HOUR / 2)
    paused = clock(ticket, "resolution")
    assert (paused.state, paused.pause_reason, paused.consumed_seconds) == ("paused", "customer", 1800)
    ticket.refresh_from_db()
    assert (ticket.promise_state, ticket.promise_reason) == ("paused", "customer")
    say(ticket, cast.mei, at=start + 5 * HOUR)
    again = clock(ticket, "resolution")
    assert again.state == "running"
    assert again.due_at == start + 24 * HOUR + 4.5 * HOUR
    assert breaches.break_due() == 0


def test_solving_keeps_the_solution_promise_and_a_reply_starts_a_new_one(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada, then="resolve")
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
    assert clock(ticket, "resolution").state == "fulfilled"
    say(ticket, cast.mei)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert clock(ticket, "resolution", 2).state == "running"
    assert clock(ticket, "next_response").state == "running"


def test_an_undone_answer_never_happened(cast):
    ticket = file(cast.mei)
    message = answer(ticket, cast.ada, undo_seconds=10)
    assert clock(ticket, "first_response").state == "running"
    conversation.recall(message, by=cast.ada)
    assert conversation.release_due() == 0
    assert not Message.objects.on(ticket, cast.mei).filter(pk=message.pk).exists()
    assert not Notice.objects.filter(kind="ticket.answered").exists()


def test_a_held_answer_counts_when_it_is_released(cast):
    start = timezone.now() - HOUR / 2
    ticket = file(cast.mei, at=start)
    message = answer(ticket, cast.ada, undo_seconds=10, at=start + HOUR / 4)
    assert conversation.release_due() == 1
    assert conversation.release_due() == 0
    assert clock(ticket, "first_response").fulfilled_at == message.release_at
    assert Notice.objects.filter(kind="ticket.answered", person=cast.mei).count() == 1


def test_a_ticket_closed_meanwhile_holds_up_neither_its_own_answer_nor_others(cast):
    start = timezone.now() - HOUR / 2
    closed, other = file(cast.mei, at=start), file(cast.omar, at=start)
    answer(closed, cast.ada, undo_seconds=10, at=start + HOUR / 4)
    answer(other, cast.ada, undo_seconds=10, at=start + HOUR / 3)
    lifecycle.change_status(closed, "close", by=cast.mei)
    assert conversation.release_due() == 2
    closed.refresh_from_db()
    assert closed.status == "closed"
    assert Message.objects.on(closed, cast.mei).filter(author=cast.ada).count() == 1
    assert clock(other, "first_response").state == "fulfilled"


def test_the_undo_window_never_reaches_past_the_promise(cast):
    start = timezone.now()
    ticket = file(cast.mei, at=start)
    due = clock(ticket, "first_response").due_at
    message = answer(ticket, cast.ada, undo_seconds=10, at=due - timedelta(seconds=3))
    assert message.release_at == due - timedelta(seconds=1)


def test_a_held_answer_is_in_time_whichever_sweep_comes_first(cast):
    start = timezone.now() - 2 * HOUR
    ticket = file(cast.mei, at=start)
    due = clock(ticket, "first_response").due_at
    answer(ticket, cast.ada, undo_seconds=10, at=due - timedelta(seconds=3))
    assert sweeps.run("tickets.promises") == 0
    assert clock(ticket, "first_response").state == "fulfilled"
    assert not Notice.objects.filter(kind="ticket.apology").exists()


def test_an_answer_that_was_not_delivered_runs_again(cast):
    ticket = file(cast.mei)
    message = answer(ticket, cast.ada)
    assert conversation.undelivered(message.pk, reason="550")
    assert not conversation.undelivered(message.pk, reason="550")
    first, again = clock(ticket, "first_response", 1), clock(ticket, "first_response", 2)
    assert (again.state, again.due_at) == ("running", first.due_at)


def test_what_happened_to_a_clock_cannot_be_rewritten(cast):
    ticket = file(cast.mei)
    for statement in ("UPDATE tickets_timerevent SET reason = 'x'", "DELETE FROM tickets_timerevent"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    assert kinds(ticket) == ["start"]


def test_the_queue_is_ordered_by_what_is_due_next(cast):
    slow = file(cast.mei, "GEN-ASK")
    urgent = file(cast.mei, "SEC-HACK")
    late = file(cast.mei, "GEN-ASK", at=timezone.now() - 13 * HOUR)
    waiting = file(cast.mei, "GEN-ASK")
    answer(waiting, cast.ada, then="wait")
    mine = Ticket.objects.visible_to(cast.ada).live().due_next()
    assert [t.pk for t in mine] == [late.pk, urgent.pk, slow.pk, waiting.pk]


def test_closing_late_does_not_hide_that_it_was_late(cast):
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - 13 * HOUR)
    lifecycle.change_status(ticket, "close", by=cast.mei)
    late = clock(ticket, "first_response")
    assert late.state == "breached"
    assert clock(ticket, "resolution").state == "cancelled"
    assert breaches.break_due() == 0
    assert Notice.objects.filter(kind="ticket.late", person=cast.sun).count() == 1
    assert not Notice.objects.filter(kind="ticket.apology").exists()


def test_tickets_of_before_say_what_was_late_too(cast):
    mended, closed, kept, owed = (
        file(cast.mei, "GEN-ASK", at=timezone.now() - hours * HOUR) for hours in (13, 14, 1, 15)
    )
    breaches.break_due()
    answer(mended, cast.ada, then="resolve")
    answer(kept, cast.ada, then="resolve")
    lifecycle.change_status(closed, "close", by=cast.mei)
    Ticket.objects.filter(pk=mended.pk).update(promise_state="kept")
    Ticket.objects.filter(pk=closed.pk).update(promise_state="running", promise_due_at=timezone.now())
    backfill = import_module("tickets.migrations.0014_late_stays_late_in_rows").FORWARD
    with connection.cursor() as cursor:
        cursor.execute(backfill)
    states = dict(Ticket.objects.values_list("pk", "promise_state"))
    assert [states[one.pk] for one in (mended, closed, kept, owed)] == ["mended", "broken", "kept", "running"]
    assert Ticket.objects.get(pk=closed.pk).promise_due_at is None
