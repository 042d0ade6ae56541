"""Solving a ticket and opening it again buys no time: what was owed is owed to its old moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core import clock as moment
from tests.support.builders import answer, clock, file, promise, say
from tickets.operations import breaches, conversation, lifecycle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("right_books")]
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def asked_and_solved(cast, start, move="resolve", **targets):
    """Mei asked again an hour after the start, Ada solves the ticket without a word."""
    promise(periodic_update=0, **targets)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR / 2)
    say(ticket, cast.mei, at=start + HOUR)
    lifecycle.change_status(ticket, move, by=cast.ada, at=start + HOUR * 1.5)
    return ticket


@pytest.mark.parametrize("move", ["resolve", "close"])
@pytest.mark.parametrize("later", [0 * HOUR, HOUR / 4])
def test_solving_and_opening_again_buys_no_time(cast, move, later):
    start = timezone.now()
    ticket = asked_and_solved(cast, start, move)
    lifecycle.change_status(ticket, "reopen", by=cast.ada, at=start + HOUR * 1.5 + later)
    owed, solution = clock(ticket, "next_response", 2), clock(ticket, "resolution", 2)
    assert (owed.state, owed.started_at, owed.due_at) == ("running", start + HOUR, start + 2 * HOUR)
    assert (solution.state, solution.started_at, solution.due_at) == ("running", start, start + 24 * HOUR)
    ticket.refresh_from_db()
    assert ticket.promise_metric == "next_response"


def test_opened_again_by_the_trader_the_answer_is_owed_as_before_and_a_solution_anew(cast):
    start = timezone.now()
    ticket = asked_and_solved(cast, start)
    again = start + HOUR * 1.75
    lifecycle.change_status(ticket, "reopen", by=cast.mei, at=again)
    assert clock(ticket, "next_response", 2).due_at == start + 2 * HOUR
    assert clock(ticket, "resolution", 2).due_at == again + 24 * HOUR


def test_what_the_trader_closed_meanwhile_is_not_broken_by_opening_it_again(cast):
    start = timezone.now() - 10 * HOUR
    promise(periodic_update=0)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    lifecycle.change_status(ticket, "close", by=cast.mei, at=start + HOUR / 2)
    lifecycle.change_status(ticket, "reopen", by=cast.mei, at=start + 9 * HOUR)
    owed = clock(ticket, "first_response", 2)
    assert (owed.state, owed.due_at) == ("running", start + 10 * HOUR)


def test_a_word_that_needs_no_reply_is_not_owed_again(cast):
    start = timezone.now()
    promise(periodic_update=0)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start)
    say(ticket, cast.mei, "谢谢", at=start + SECOND)
    with moment.at(start + 2 * SECOND):
        lifecycle.no_reply_needed(ticket, by=cast.ada)
        lifecycle.change_status(ticket, "resolve", by=cast.ada)
        lifecycle.change_status(ticket, "reopen", by=cast.ada)
    assert clock(ticket, "next_response").state == "cancelled"
    assert ticket.timers.filter(metric="next_response").count() == 1


def test_a_broken_promise_stays_the_same_broken_promise_when_solving_is_undone(cast):
    start = timezone.now() - 30 * HOUR
    ticket = asked_and_solved(cast, start, resolution=3600)
    lifecycle.change_status(ticket, "reopen", by=cast.ada, at=start + 3 * HOUR)
    solution = clock(ticket, "resolution")
    assert solution.is_late
    assert ticket.timers.filter(metric="resolution").count() == 1
    breaches.sweep_due()
    assert ticket.timer_events.filter(kind="breach", timer__metric="resolution").count() == 1
    assert ticket.timer_events.filter(kind="escalate", timer=solution).exists()


def test_solved_while_it_waited_the_solution_goes_on_with_what_was_left(cast):
    start = timezone.now()
    promise(periodic_update=0)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, then="wait", at=start + HOUR)
    lifecycle.change_status(ticket, "resolve", by=cast.ada, at=start + 2 * HOUR)
    lifecycle.change_status(ticket, "reopen", by=cast.ada, at=start + 5 * HOUR)
    assert clock(ticket, "resolution", 2).due_at == start + 28 * HOUR
    lifecycle.change_status(ticket, "wait_for_third_party", by=cast.ada, at=start + 6 * HOUR)
    assert clock(ticket, "resolution", 2).consumed_seconds == 2 * 3600


def test_another_word_on_what_was_solved_buys_no_time_either(cast):
    start = timezone.now()
    ticket = asked_and_solved(cast, start)
    answer(ticket, cast.ada, "One more thing.", at=start + 2 * HOUR)
    assert clock(ticket, "resolution", 2).due_at == start + 24 * HOUR


@pytest.mark.parametrize("move", ["resolve", "close"])
def test_news_owed_before_it_was_solved_is_owed_again_to_its_old_moment(cast, move):
    promise()
    start = timezone.now()
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR)
    lifecycle.change_status(ticket, move, by=cast.ada, at=start + 1.5 * HOUR)
    assert clock(ticket, "periodic_update").state == "cancelled"
    lifecycle.change_status(ticket, "reopen", by=cast.bo, at=start + 2 * HOUR)
    news = clock(ticket, "periodic_update", 2)
    assert (news.state, news.started_at, news.due_at) == ("running", start + HOUR, start + 3 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.promise_metric, ticket.promise_due_at) == ("periodic_update", start + 3 * HOUR)


def test_news_that_was_late_stays_the_same_late_news_when_solving_is_undone(cast):
    promise()
    start = timezone.now() - 5 * HOUR
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start)
    breaches.sweep_due()
    for move in ("resolve", "reopen"):
        lifecycle.change_status(ticket, move, by=cast.ada)
    assert clock(ticket, "periodic_update").is_late
    assert ticket.timers.filter(metric="periodic_update").count() == 1


def test_a_word_that_takes_the_solving_back_is_the_news_and_the_next_counts_from_it(cast):
    promise()
    start = timezone.now()
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR)
    lifecycle.change_status(ticket, "resolve", by=cast.ada, at=start + 1.5 * HOUR)
    answer(ticket, cast.ada, "One more thing.", at=start + 2 * HOUR)
    assert clock(ticket, "periodic_update").state == "cancelled"
    assert clock(ticket, "periodic_update", 2).due_at == start + 4 * HOUR


def test_opened_again_by_the_trader_news_starts_with_our_next_word(cast):
    promise()
    start = timezone.now()
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR)
    lifecycle.change_status(ticket, "resolve", by=cast.ada, at=start + 1.5 * HOUR)
    lifecycle.change_status(ticket, "reopen", by=cast.mei, at=start + 2 * HOUR)
    assert ticket.timers.filter(metric="periodic_update").count() == 1
    say(ticket, cast.mei, at=start + 2.5 * HOUR)
    assert clock(ticket, "next_response").due_at == start + 3.5 * HOUR
    assert ticket.timers.filter(metric="periodic_update").count() == 1
    answer(ticket, cast.ada, at=start + 3 * HOUR)
    assert clock(ticket, "periodic_update", 2).due_at == start + 5 * HOUR


def test_news_that_never_arrived_with_the_solution_is_owed_again(cast):
    promise()
    start = timezone.now() - HOUR
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start)
    message = answer(ticket, cast.ada, "It is done.", then="resolve", at=start + HOUR / 2)
    assert clock(ticket, "periodic_update").state == "fulfilled"
    assert conversation.undelivered(message.pk, reason="550")
    assert clock(ticket, "periodic_update", 2).due_at == start + 2 * HOUR
