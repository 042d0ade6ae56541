"""Clocks moved as a set: the same as one ticket after the other, and what the events rebuild.

RUNS=200 tries more lives.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.core import clock
from helpdesk.timers.calendars import Draft
from tests.support.builders import answer, file, say
from tickets.models import Ticket, TicketTimer, TimerEvent
from tickets.operations import breaches, calendars, lifecycle, policies, rebuilding, retargeting
from tickets.operations.promises import PROMISE_FIELDS

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("RUNS", "12"))
NOW = datetime(2026, 3, 31, 15, 20, 11, 250_000, tzinfo=UTC)  # two days after Europe's clocks went forward
WEEKS = {
    "Europe/London": {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(7)},
    "Asia/Shanghai": {str(day): [["22:00", "06:00"]] for day in range(5)},
}
ACTS = {
    "nothing": lambda ticket, cast: None,
    "answer": lambda ticket, cast: answer(ticket, cast.ada),
    "answer_and_wait": lambda ticket, cast: answer(ticket, cast.ada, then="wait"),
    "hold": lambda ticket, cast: lifecycle.change_status(ticket, "wait_for_third_party", by=cast.ada),
    "talk": lambda ticket, cast: (answer(ticket, cast.ada), say(ticket, cast.mei)),
    "resolve": lambda ticket, cast: (
        answer(ticket, cast.ada),
        lifecycle.change_status(ticket, "resolve", by=cast.ada),
        lifecycle.change_status(ticket, "reopen", by=cast.mei),
    ),
}
METRICS = ("first_response", "next_response", "periodic_update", "resolution")
LIVES = st.lists(
    st.tuples(st.sampled_from([3, 40, 700, 3000, 9000]), st.sampled_from(sorted(ACTS)), st.booleans()),
    min_size=3,
    max_size=7,
)
TERMS = st.tuples(
    st.dictionaries(
        st.sampled_from(METRICS),
        st.tuples(st.sampled_from([60, 5000, 40_000, 900_000]), st.sampled_from(["business", "calendar"])),
        min_size=1,
    ),
    st.sampled_from(["24x7", *WEEKS]),
)


def content(terms, made):
    targets, calendar = terms
    rows = [{"metric": m, "seconds": seconds, "mode": mode} for m, (seconds, mode) in targets.items()]
    return {"calendar": made.get(calendar, calendar), "targets": rows, "conditions": {"subject": ["GEN"]}}


def books(tickets):
    """Everything that is written of these tickets' clocks, without the keys of rows."""
    timers = TicketTimer.objects.filter(ticket__in=tickets).order_by("ticket", "metric", "cycle")
    events = TimerEvent.objects.filter(ticket__in=tickets).order_by("timer__ticket", "id")
    said = ("at", "kind", "rung", "actor", "reason", "policy_version", "due_at", "consumed_seconds", "terms")
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).order_by("pk")
    return (
        list(timers.values_list("ticket", "generation", *rebuilding.FIELDS)),
        sorted(events.values_list("ticket", "timer__metric", "timer__cycle", *said), key=str),
        list(rows.values_list("pk", "version", "policy_version", *PROMISE_FIELDS)),
    )


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(LIVES, TERMS, TERMS)
def test_a_set_is_what_one_after_the_other_is(cast, lives, old, new):
    point = transaction.savepoint()
    try:
        start = NOW - timedelta(minutes=10_000)
        with clock.at(start):
            made = {
                zone: calendars.create_calendar(name=zone, by=cast.sun, draft=Draft(zone, week)).code
                for zone, week in WEEKS.items()
            }
            policy = policies.create_policy(name="General", by=cast.sun, position=1, **content(old, made))
        tickets = []
        for age, act, swept in lives:
            filed = NOW - timedelta(minutes=age)
            with clock.at(filed):
                ticket = file(cast.mei, "GEN-ASK", at=filed)
            with clock.at(filed + timedelta(minutes=age / 2)):
                if swept:
                    breaches.sweep_due()
                ACTS[act](ticket, cast)
            tickets.append(ticket)
        with clock.at(NOW):
            version = policies.revise_policy(policy, by=cast.sun, **content(new, made))
            told = []
            for size in (1, len(tickets)):
                again = transaction.savepoint()
                held = list(Ticket.objects.filter(pk__in=[t.pk for t in tickets]).order_by("pk"))
                late = sum(
                    retargeting.retarget(held[n : n + size], version, at=NOW, by=cast.sun)
                    for n in range(0, len(held), size)
                )
                assert list(rebuilding.check()) == []  # which counts day by day, and looks nothing up
                told.append((late, books(tickets)))
                transaction.savepoint_rollback(again)
        assert told[0] == told[1]
    finally:
        transaction.savepoint_rollback(point)


def test_one_that_resists_is_left_out_and_the_others_go_on(cast, monkeypatch):
    from tickets.models import PolicyRollout
    from tickets.operations import applying

    tickets = [file(cast.mei, "GEN-ASK") for _n in range(9)]
    policy = policies.create_policy(name="General", by=cast.sun, position=1, **content(SOME, {}))
    stubborn = tickets[5].pk
    whole = retargeting.retarget

    def refuse(held, version, **more):
        done = whole(held, version, **more)
        if stubborn in {ticket.pk for ticket in held}:
            raise ArithmeticError("not this one")
        return done

    monkeypatch.setattr(retargeting, "retarget", refuse)
    applying.apply_to_open(policy, by=cast.sun, number=policy.current.number)
    applying.walk_rollouts(5)
    rollout = PolicyRollout.objects.get()
    assert (rollout.moved, rollout.failed, rollout.state) == (8, [stubborn], "done")
    events = TimerEvent.objects.filter(policy_version=policy.current, kind="retarget")
    assert sorted(set(events.values_list("ticket", flat=True))) == [
        ticket.pk for ticket in tickets if ticket.pk != stubborn
    ]
    assert events.values("timer").distinct().count() == events.count()
    assert list(rebuilding.check()) == []


SOME = ({"first_response": (3600, "calendar"), "resolution": (90_000, "calendar")}, "24x7")


def test_the_number_of_statements_does_not_grow_with_the_tickets(cast):
    policy = policies.create_policy(name="General", by=cast.sun, position=1, **content(SOME, {}))
    spent = []
    for count in (2, 12):
        tickets = [file(cast.mei, "GEN-ASK") for _n in range(count)]
        version = policies.revise_policy(
            policy, by=cast.sun, **content(SOME, {}) | {"apology_seconds": count * 60}
        )
        held = list(Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]))
        with CaptureQueriesContext(connection) as asked:
            retargeting.retarget(held, version, at=clock.now(), by=cast.sun)
        spent.append(len(asked))
    assert spent[0] == spent[1] <= 8
