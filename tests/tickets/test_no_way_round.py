"""Ways round a promise that stood open once; after each the books must agree with the rows."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.core import clock as moment
from tests.support.builders import answer, clock, file, say
from tickets.errors import PolicyFault
from tickets.models import Ticket
from tickets.operations import applying, breaches, conversation, lifecycle, policies, rebuilding, retargeting

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
