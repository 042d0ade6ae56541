"""Waiting again and again lasts no longer than waiting once: the longest pause counts as a whole."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.core import clock as moment
from tests.support.builders import answer, clock, file, promise, say
from tickets.models import Ticket
from tickets.operations import breaches, lifecycle, policies, retargeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("right_books")]
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
DAY = 24 * HOUR


def waited(cast, **targets):
    """Ada has answered and waits for Mei, who says nothing; twenty days ago."""
    promise(**{"resolution": 5 * 86400, "periodic_update": 0} | targets)
    start = timezone.now() - 20 * DAY
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, then="wait", at=start)
    return ticket, start


def move(ticket, by, name, at):
    with moment.at(at):
        breaches.sweep_due()
        lifecycle.change_status(ticket, name, by=by)
    ticket.refresh_from_db()
    return clock(ticket, "resolution")


def test_waiting_again_lasts_only_what_is_left_of_the_longest_pause(cast):
    ticket, start = waited(cast)
    assert clock(ticket, "resolution").pause_ends_at == start + 14 * DAY
    move(ticket, cast.ada, "resume", start + 10 * DAY)
    solution = move(ticket, cast.ada, "wait_for_trader", start + 10 * DAY + HOUR)
    assert (solution.state, solution.pause_ends_at) == ("paused", start + 14 * DAY + HOUR)
    # It ends by itself; waiting once more stops nothing, whatever the ticket says.
    solution = move(ticket, cast.ada, "wait_for_trader", start + 14 * DAY + 2 * HOUR)
    assert (ticket.status, solution.state) == ("waiting", "running")
    assert (ticket.promise_state, ticket.promise_due_at) == ("running", solution.due_at)
    due = solution.due_at
    for name in ("resume", "wait_for_trader"):
        solution = move(ticket, cast.ada, name, start + 14 * DAY + 3 * HOUR)
    answer(ticket, cast.ada, "Anything new?", then="wait", at=start + 14 * DAY + 4 * HOUR)
    assert (solution.state, clock(ticket, "resolution").due_at) == ("running", due)
    breaches.sweep_due()
    assert clock(ticket, "resolution").breached_at == due


def test_the_traders_word_settles_what_was_waited_before_it(cast):
    ticket, start = waited(cast)
    said = start + 13 * DAY
    say(ticket, cast.mei, at=said)
    answer(ticket, cast.ada, then="wait", at=said + HOUR)
    assert clock(ticket, "resolution").pause_ends_at == said + HOUR + 14 * DAY


def test_two_reasons_in_turn_have_one_longest_pause_each(cast):
    ticket, start = waited(cast)
    move(ticket, cast.ada, "wait_for_third_party", start + 10 * DAY)
    solution = move(ticket, cast.ada, "wait_for_trader", start + 12 * DAY)
    assert solution.pause_ends_at == start + 16 * DAY
    solution = move(ticket, cast.ada, "wait_for_third_party", start + 15 * DAY)
    assert solution.pause_ends_at == start + 27 * DAY


def test_solving_and_opening_again_buys_no_second_pause(cast):
    ticket, start = waited(cast)
    move(ticket, cast.ada, "resolve", start + 10 * DAY)
    move(ticket, cast.ada, "reopen", start + 11 * DAY)
    move(ticket, cast.ada, "wait_for_trader", start + 12 * DAY)
    assert clock(ticket, "resolution", 2).pause_ends_at == start + 16 * DAY


def test_news_goes_on_with_the_solution_when_neither_may_stand_any_longer(cast):
    ticket, start = waited(cast, periodic_update=86400)
    move(ticket, cast.ada, "wait_for_trader", start + 14 * DAY + HOUR)
    states = set(ticket.timers.filter(metric__in=["resolution", "periodic_update"]).values_list("state"))
    assert states == {("running",)}


def test_a_dispute_stands_however_long_it_was_waited_before(cast):
    ticket, start = waited(cast)
    move(ticket, cast.ada, "wait_for_trader", start + 14 * DAY + HOUR)
    with moment.at(start + 15 * DAY):
        lifecycle.escalate(ticket, by=cast.mei, reason="Not solved")
    solution = clock(ticket, "resolution")
    assert (solution.state, solution.pause_ends_at) == ("paused", None)


def test_terms_that_promise_a_solution_anew_let_it_stand_for_their_own_longest(cast):
    ticket, start = waited(cast, resolution=0, first_response=60)
    policy = ticket.policy_version.policy
    version = policies.revise_policy(
        policy,
        by=cast.sun,
        calendar="24x7",
        conditions={"category": ["GEN-ASK"]},
        targets=[{"metric": "resolution", "seconds": 86400, "mode": "calendar"}],
        pauses={"customer": 3600},
    )
    with transaction.atomic():
        held = Ticket.objects.select_for_update().get(pk=ticket.pk)
        retargeting.retarget([held], version, at=start + DAY, by=cast.sun)
    assert clock(ticket, "resolution").pause_ends_at == start + DAY + HOUR
    solution = move(ticket, cast.ada, "wait_for_third_party", start + DAY + HOUR / 2)
    assert solution.pause_ends_at == start + 15 * DAY + HOUR / 2
    assert (
        move(ticket, cast.ada, "wait_for_trader", start + 2 * DAY).pause_ends_at == start + 2 * DAY + HOUR / 2
    )


def test_who_waits_for_the_first_time_is_not_asked_about(cast):
    promise(periodic_update=0)
    ticket = file(cast.mei, "GEN-ASK")
    with CaptureQueriesContext(connection) as asked:
        answer(ticket, cast.ada, then="wait")
    looked = [query for query in asked if 'FROM "tickets_timerevent"' in query["sql"]]
    assert (clock(ticket, "resolution").state, looked) == ("paused", [])
