"""Ways round a promise that stood open once; after each the books must agree with the rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk.core import clock as moment
from tests.support.builders import answer, clock, file, promise, say
from tickets.errors import PolicyFault
from tickets.models import Ticket
from tickets.operations import applying, breaches, conversation, lifecycle, policies, retargeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("right_books")]
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


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


@pytest.mark.parametrize("closed", [False, True])
def test_a_solution_that_never_arrived_solved_nothing(cast, closed):
    promise(periodic_update=0)
    start = timezone.now() - HOUR / 2
    ticket = file(cast.mei, "GEN-ASK", at=start)
    message = answer(ticket, cast.ada, then="resolve", at=start + HOUR / 4)
    if closed:
        lifecycle.change_status(ticket, "close", by=cast.ada)
    assert conversation.undelivered(message.pk, reason="550")
    assert not conversation.undelivered(message.pk, reason="550")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at, ticket.closed_at) == ("open", None, None)
    assert (ticket.last_staff_at, ticket.promise_due_at) == (None, start + HOUR)
    assert clock(ticket, "first_response", 2).due_at == start + HOUR
    assert clock(ticket, "resolution", 2).due_at == start + 24 * HOUR


def test_a_solution_that_only_tells_of_itself_must_arrive_too(cast):
    promise(periodic_update=0)
    start = timezone.now() - HOUR / 2
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR / 5)
    message = answer(ticket, cast.ada, "It is done.", then="resolve", at=start + HOUR / 4)
    assert conversation.undelivered(message.pk, reason="550")
    assert clock(ticket, "resolution", 2).due_at == start + 24 * HOUR
    assert Ticket.objects.get().status == "open"


def test_who_closed_the_ticket_wants_no_answer_delivered(cast):
    promise(periodic_update=0)
    ticket = file(cast.mei, "GEN-ASK")
    message = answer(ticket, cast.ada, then="resolve")
    lifecycle.change_status(ticket, "close", by=cast.mei)
    assert not conversation.undelivered(message.pk, reason="550")
    assert Ticket.objects.get().status == "closed"


def test_who_has_answered_the_solution_has_it(cast):
    promise(periodic_update=0)
    ticket = file(cast.mei, "GEN-ASK")
    message = answer(ticket, cast.ada, then="resolve")
    say(ticket, cast.mei)
    conversation.undelivered(message.pk, reason="550")
    assert ticket.timers.filter(metric="resolution").count() == 2
    assert clock(ticket, "next_response").state == "running"


@pytest.mark.parametrize("swept", [False, True])
def test_a_late_answer_that_never_arrived_is_one_broken_promise(cast, swept):
    promise(periodic_update=0)
    start = timezone.now() - 3 * HOUR
    ticket = file(cast.mei, "GEN-ASK", at=start)
    if swept:
        breaches.sweep_due()
    message = answer(ticket, cast.ada)
    assert not clock(ticket, "first_response").is_late
    assert conversation.undelivered(message.pk, reason="550")
    breaches.sweep_due()
    with moment.at(timezone.now() + HOUR):
        breaches.sweep_due()
    late = ticket.timers.get(metric="first_response")
    assert late.is_late
    kinds = list(ticket.timer_events.filter(timer=late).order_by("id").values_list("kind", flat=True))
    assert (kinds.count("breach"), kinds.count("reopen")) == (1, 1)
    assert "escalate" in kinds[kinds.index("reopen") :]
    ticket.refresh_from_db()
    assert (ticket.promise_state, ticket.promise_metric) == ("running", "first_response")
    answer(ticket, cast.ada)
    assert not clock(ticket, "first_response").is_late


def test_an_answer_owed_twice_over_is_still_owed_when_solving_is_undone(cast):
    promise(periodic_update=0)
    start = timezone.now() - HOUR
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, at=start + HOUR / 5)
    said = start + HOUR / 4
    say(ticket, cast.mei, at=said)
    message = answer(ticket, cast.ada, at=start + HOUR / 3)
    assert conversation.undelivered(message.pk, reason="550")
    for move in ("resolve", "reopen"):
        lifecycle.change_status(ticket, move, by=cast.ada)
    owed = clock(ticket, "next_response", 3)
    assert (owed.state, owed.started_at, owed.due_at) == ("running", said, said + HOUR)


@pytest.mark.parametrize("metric", [[], {}, 0, None, False])
def test_a_rung_for_no_metric_at_all_is_refused(metric):
    with pytest.raises(PolicyFault) as refusal:
        promise_with(ladder=[{"metric": metric, "after": 0, "tell": ["supervisors"]}])
    assert list(refusal.value.fields) == ["ladder"]


@pytest.mark.parametrize("row", [{"mode": []}, {"mode": None}, {"metric": []}])
def test_a_target_of_no_kind_at_all_is_refused(row):
    with pytest.raises(PolicyFault) as refusal:
        promise_with(targets=[{"metric": "resolution", "seconds": 60, "mode": "calendar"} | row])
    assert list(refusal.value.fields) == ["targets"]


def promise_with(**content):
    targets = [{"metric": "resolution", "seconds": 60}]
    given = {"calendar": "24x7", "conditions": {}, "targets": targets} | content
    return policies.create_policy(name="Odd", by=None, position=1, **given)


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_machine_whose_clock_is_wrong_applies_terms_by_the_database_s(cast, hours, monkeypatch):
    policy, content = promise(periodic_update=0)
    start = timezone.now() - HOUR / 2
    ticket = file(cast.mei, "GEN-ASK", at=start)
    content["targets"] = [{"metric": "first_response", "seconds": 4 * 3600}]
    version = policies.revise_policy(policy, by=cast.sun, **content)
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + hours * HOUR)
    rollout = applying.apply_to_open(policy, by=cast.sun, number=version.number)
    while not rollout.finished_at:
        applying.walk_rollouts(5)
        rollout.refresh_from_db()
    first = clock(ticket, "first_response")
    assert first.policy_version == version
    assert abs(first.due_at - start - 4 * HOUR) <= SECOND  # what was used counts in whole seconds
    assert abs(first.consumed_seconds - 1800) < 60
    for told in (rollout.started_at, rollout.finished_at, ticket.timer_events.latest("id").at):
        assert abs(told - right()) < timedelta(minutes=5)
