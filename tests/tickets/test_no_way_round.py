"""Ways round a promise that stood open once; after each the books must agree with the rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk.core import clock as moment
from tests.support.builders import answer, clock, file, say
from tickets.models import Ticket
from tickets.operations import breaches, conversation, lifecycle, policies, rebuilding, retargeting

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PROMISED = {"first_response": 3600, "next_response": 3600, "periodic_update": 7200, "resolution": 86400}


@pytest.fixture(autouse=True)
def right_books():
    yield
    assert list(rebuilding.check()) == []


def promise(**targets):
    """A policy for general questions, around the clock; 0 promises nothing."""
    rows = [{"metric": m, "seconds": s, "mode": "calendar"} for m, s in (PROMISED | targets).items() if s]
    content = {"calendar": "24x7", "conditions": {"category": ["GEN-ASK"]}, "targets": rows}
    return policies.create_policy(name="Round the clock", by=None, position=1, **content), content


def test_what_stood_for_the_trader_stands_for_the_dispute_however_long(cast):
    promise()
    start = timezone.now() - timedelta(days=20)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, then="wait", at=start + HOUR / 2)
    with moment.at(start + HOUR):
        lifecycle.escalate(ticket, by=cast.mei, reason="Not solved")
    solution = clock(ticket, "resolution")
    assert (solution.pause_reason, solution.pause_ends_at) == ("mediation", None)
    breaches.sweep_due()
    assert not ticket.timers.filter(state__in=["running", "breached"]).exists()


def test_who_waits_for_somebody_else_says_so_and_owes_news_again(cast):
    promise()
    start = timezone.now()
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, then="wait", at=start + HOUR / 2)
    lifecycle.change_status(ticket, "wait_for_third_party", by=cast.ada, at=start + HOUR)
    solution, news = clock(ticket, "resolution"), clock(ticket, "periodic_update")
    assert (solution.state, solution.pause_reason) == ("paused", "third_party")
    assert solution.consumed_seconds == 1800
    assert (news.state, news.due_at) == ("running", start + 3 * HOUR)
    ticket.refresh_from_db()
    assert ticket.promise_metric == "periodic_update"


@pytest.mark.parametrize(("then", "state"), [("", "running"), ("wait", "paused")])
def test_more_words_on_what_was_solved_promise_a_solution_again(cast, then, state):
    promise()
    ticket = file(cast.mei, "GEN-ASK")
    answer(ticket, cast.ada, then="resolve")
    answer(ticket, cast.ada, "One more thing.", then=then)
    ticket.refresh_from_db()
    assert ticket.solved_at is None
    assert clock(ticket, "resolution", 2).state == state


def test_the_undo_window_reaches_past_no_promise_while_another_one_is_late(cast):
    promise(resolution=1800, periodic_update=0)
    start = timezone.now() - HOUR / 2 - SECOND
    ticket = file(cast.mei, "GEN-ASK", at=start)
    breaches.sweep_due()
    assert clock(ticket, "resolution").state == "breached"
    due = start + HOUR
    message = answer(ticket, cast.ada, undo_seconds=30, at=due - 5 * SECOND)
    assert message.release_at == due - SECOND


def test_a_step_that_fired_under_older_terms_is_passed_in_silence_and_in_the_books(cast):
    policy, content = promise(periodic_update=0)
    start = timezone.now() - timedelta(minutes=50)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    assert breaches.sweep_due().warned == 1
    content["targets"] = [{"metric": "first_response", "seconds": 6000, "mode": "calendar"}]
    version = policies.revise_policy(policy, by=cast.sun, **content)
    with transaction.atomic():
        held = Ticket.objects.select_for_update().get(pk=ticket.pk)
        retargeting.retarget([held], version, at=timezone.now(), by=cast.sun)
    with moment.at(start + timedelta(minutes=80)):
        breaches.sweep_due()
        assert not breaches.sweep_due()
    steps = ticket.timer_events.filter(kind="warn").values_list("rung", flat=True)
    assert sorted(steps) == ["", "used-75"]


def test_words_said_while_an_answer_was_held_back_are_not_answered_by_it(cast):
    promise(periodic_update=0)
    start = timezone.now() - HOUR / 2
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, undo_seconds=10, then="resolve", at=start + HOUR / 4)
    said = start + HOUR / 4 + 5 * SECOND
    say(ticket, cast.mei, "不对，还没有到。", at=said)
    assert conversation.release_due() == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)
    assert clock(ticket, "first_response").state == "fulfilled"
    owed = clock(ticket, "next_response")
    assert (owed.state, owed.started_at, owed.due_at) == ("running", said, said + HOUR)
    assert clock(ticket, "resolution").state == "running"


def test_a_question_asked_while_an_answer_was_held_back_keeps_its_clock(cast):
    promise(periodic_update=0)
    start = timezone.now() - HOUR / 2
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR / 5)
    answer(ticket, cast.ada, "One more thing.", undo_seconds=10, then="wait", at=start + HOUR / 4)
    say(ticket, cast.mei, at=start + HOUR / 4 + 12 * SECOND)  # the sweep is two seconds late
    assert conversation.release_due() == 1
    assert clock(ticket, "next_response").state == "running"
    assert clock(ticket, "resolution").state == "running"
