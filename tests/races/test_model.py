"""Random lives of a ticket against a simple model of the rules, and against the rebuild from events.

The model knows nothing of rows, ladders or sweeps: a clock is what is left of its target and since when it
runs (sla.md rules 1, 6, 7, 8, 16). Lives are told in whole seconds, as clocks count. RUNS sets their number;
one that fails is shrunk by Hypothesis.
"""

import contextlib
import itertools
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpdesk.core import clock
from helpdesk.core.errors import DomainError
from tests.support.builders import answer, file
from tickets.models import TicketTimer
from tickets.operations import breaches, lifecycle, rebuilding
from tickets.states import LONGEST_PAUSE, PauseReason

pytestmark = pytest.mark.django_db
RUNS = int(os.environ.get("RUNS", "15"))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANSWERS, LIVE = {"first_response", "next_response"}, {"new", "open", "waiting", "on_hold"}
PAUSE = timedelta(seconds=LONGEST_PAUSE[PauseReason.CUSTOMER])


@dataclass
class Clock:
    """One promise: running since `since` with `left` to go, or standing since then."""

    metric: str
    cycle: int
    left: timedelta
    since: datetime
    state: str = "running"
    broken_at: datetime | None = None
    kept_at: datetime | None = None
    ended: tuple = ()  # how it stood when it was kept or dropped, and when
    why: str = ""  # the status it stands for
    stood: dict = field(default_factory=dict)  # how long for each since the trader last spoke

    def stands_on(self, at):
        if self.state == "paused":
            self.stood[self.why] = self.stood.get(self.why, timedelta(0)) + (at - self.since)

    def may_stand(self, why):
        return PAUSE - self.stood.get(why, timedelta(0))

    @property
    def owed(self):
        return self.state in {"running", "paused"} or (self.state == "breached" and self.kept_at is None)

    def told(self):
        due = self.since + self.left if self.state == "running" else None
        return self.metric, self.cycle, self.state, due, self.broken_at, self.kept_at


class Model:
    """The rules, in the order a reader meets them."""

    def __init__(self, targets):
        self.targets, self.clocks, self.status = targets, [], "new"
        self.said, self.answered, self.solved_at = START, START - timedelta(seconds=1), None
        self.start({"first_response", "resolution"}, START)

    def start(self, metrics, at):
        for metric in sorted(metrics & self.targets.keys()):
            self.clocks.append(Clock(metric, self.cycle(metric), self.targets[metric], at))

    def cycle(self, metric):
        return sum(c.metric == metric for c in self.clocks) + 1

    def run_again(self, c, at):
        """Owed after all: to its old moment, or still broken; what stood goes on with what was left."""
        if c.broken_at:
            c.state, c.kept_at = "breached", None
        else:
            since = at if c.ended[0] == "paused" else c.since
            again = Clock(c.metric, self.cycle(c.metric), c.left, since, stood=dict(c.stood))
            self.clocks.append(again)

    def take_back(self, at, *, by_word=False):
        """The house opens again what it had solved; a word with it is the news that was owed."""
        for c in [c for c in self.clocks if c.ended and c.ended[1] == self.solved_at]:
            if (
                c.metric == "resolution"
                or (c.metric in ANSWERS and self.said > self.answered)
                or (c.metric == "periodic_update" and not by_word)
            ):
                self.run_again(c, at)

    def owed(self, *metrics):
        return [c for c in self.clocks if c.owed and (not metrics or c.metric in metrics)]

    def keep(self, metrics, at):
        for c in self.owed(*metrics):
            c.stands_on(at)
            c.ended = (c.state, at)
            c.kept_at, c.state = at, c.state if c.state == "breached" else "fulfilled"

    def drop(self, metrics, at=None):
        for c in self.owed(*metrics):
            c.stands_on(at)
            c.ended = (c.state, at)
            if c.state == "breached":
                c.state = "over"  # broken for good, and nothing owed any more
            else:
                c.state = "cancelled"

    def follow(self, status, at):
        self.status = status
        standing = {"waiting": {"resolution", "periodic_update"}, "on_hold": {"resolution"}}.get(
            status, set()
        )
        for c in self.owed():
            if c.state == "paused" and (c.metric not in standing or c.why != status):
                c.stands_on(at)
                c.since, c.state = at, "running"
            # One past its moment is not saved by a pause: it breaks with the next sweep. One that has stood
            # as long as it may since the trader last spoke runs on.
            in_time = c.state == "running" and at < c.since + c.left
            if in_time and c.metric in standing and c.may_stand(status) > timedelta(0):
                c.left, c.since, c.state, c.why = c.left - (at - c.since), at, "paused", status

    def passes(self, until):
        """Promises break at their moment; a pause ends at its longest."""
        while True:
            events = [(c.since + c.left, 0, c) for c in self.clocks if c.state == "running"]
            events += [(c.since + c.may_stand(c.why), 1, c) for c in self.clocks if c.state == "paused"]
            moment, what, c = min(events, key=lambda e: e[:2], default=(until, 0, None))
            if moment >= until:
                return
            if what == 0:
                c.state, c.broken_at = "breached", moment
            else:
                self.follow("open", moment + timedelta(seconds=1))  # the sweep came a second later

    def act(self, act, at):
        owes_first = bool(self.owed("first_response"))
        if act in {"answer", "answer_and_wait"}:
            assert self.status != "closed"
            self.keep(ANSWERS | {"periodic_update"}, at)
            self.answered = at
            if self.status == "resolved":
                self.take_back(at, by_word=True)
            if self.status == "resolved" and not self.owed("resolution"):
                self.start({"resolution"}, at)
            self.start({"periodic_update"}, at)
            self.follow("open" if act == "answer" else "waiting", at)
        elif act == "speak":
            was_over = self.status == "resolved"
            owes, self.said = self.owed(*ANSWERS), at
            if was_over and not self.owed("resolution"):
                self.start({"resolution"}, at)
            if not owes:
                self.start({"next_response"}, at)
            self.follow("open", at)
            for c in self.clocks:
                c.stood.clear()
        elif act == "resolve":
            assert self.status in LIVE
            assert not owes_first
            self.drop(ANSWERS | {"periodic_update"}, at)
            self.keep({"resolution"}, at)
            self.status, self.solved_at = "resolved", at
        elif act == "reopen":
            assert self.status in {"resolved", "closed"}
            self.take_back(at)
            self.follow("open", at)
            if not self.owed("resolution"):
                self.start({"resolution"}, at)
        elif act == "wait_for_third_party":
            assert self.status in {"new", "open", "waiting"}
            self.follow("on_hold", at)
        elif act == "wait_for_trader":
            assert self.status in {"new", "open", "on_hold"}
            assert not self.owed(*ANSWERS)
            self.follow("waiting", at)
        elif act == "resume":
            assert self.status in {"waiting", "on_hold"}
            self.follow("open", at)
        elif act == "no_reply_needed":
            assert self.owed("next_response")
            self.drop({"next_response"})


def told(timer):
    state = timer.state
    if state == "breached" and timer.cancelled_at and not timer.fulfilled_at:
        state = "over"
    due = timer.due_at if state == "running" else None
    return timer.metric, timer.cycle, state, due, timer.breached_at, timer.fulfilled_at


ACTS = [
    "answer", "answer_and_wait", "speak", "resolve", "reopen", "wait_for_third_party", "wait_for_trader",
    "resume", "no_reply_needed",
]  # fmt: skip
# Five days, eight, and a moment more than the longest pause.
GAPS = [30, 1800, 40_000, 432_000, 700_000, 1_209_700]
LIVES = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(GAPS)), max_size=14)
# Waiting again and again: after a pause that ended by itself, in parts, through being solved, and in turn.
WAITED_OUT = [
    ("answer_and_wait", 30), ("wait_for_trader", 1_209_700), ("speak", 1800), ("answer_and_wait", 30),
]  # fmt: skip
IN_PARTS = [("answer_and_wait", 30), ("resume", 700_000), ("wait_for_trader", 30), ("answer", 700_000)]
SOLVED_BETWEEN = [
    ("answer_and_wait", 30), ("resolve", 700_000), ("reopen", 30), ("wait_for_trader", 30),
    ("resume", 700_000),
]  # fmt: skip
IN_TURN = [
    ("answer_and_wait", 30), ("wait_for_third_party", 700_000), ("wait_for_trader", 700_000),
    ("wait_for_third_party", 700_000), ("answer", 30),
]  # fmt: skip


def do(ticket, cast, act, at):
    """The act at its door; False when the product refuses it."""
    deeds = {
        "answer": lambda: answer(ticket, cast.ada, at=at),
        "answer_and_wait": lambda: answer(ticket, cast.ada, at=at, then="wait"),
        "speak": lambda: answer(ticket, cast.mei, at=at),
        "no_reply_needed": lambda: lifecycle.no_reply_needed(ticket, by=cast.ada),
    }
    try:
        deeds.get(act, lambda: lifecycle.change_status(ticket, act, by=cast.ada, at=at))()
    except DomainError:
        return False
    return True


def sweep_until(at):
    while wake := TicketTimer.objects.filter(wake_at__lt=at).order_by("wake_at").first():
        with clock.at(wake.wake_at + timedelta(seconds=1)):
            assert breaches.sweep_due()


@pytest.fixture(scope="module")
def cleared():
    """Clears away what lives left that were rolled back; nothing else does while the test's transaction runs,
    and thousands of lives would wade through it."""
    lives = itertools.count(1)

    def clear():
        if next(lives) % 50 == 0:
            with contextlib.closing(psycopg2.connect(**connection.get_connection_params())) as broom:
                broom.autocommit = True
                with broom.cursor() as cursor:
                    cursor.execute("VACUUM " + ", ".join(connection.introspection.table_names()))

    return clear


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(LIVES)
@example(WAITED_OUT)
@example(IN_PARTS)
@example(SOLVED_BETWEEN)
@example(IN_TURN)
def test_every_life_goes_by_the_rules(cast, cleared, life):
    point = transaction.savepoint()
    try:
        with clock.at(START):
            ticket = file(cast.mei, "GEN-ASK", at=START)
        targets = {r["metric"]: timedelta(seconds=r["seconds"]) for r in ticket.policy_version.targets}
        model, at = Model(targets), START
        for act, gap in life:
            at += timedelta(seconds=gap)
            sweep_until(at)
            model.passes(at)
            with clock.at(at):
                done = do(ticket, cast, act, at)
            try:
                model.act(act, at)
            except AssertionError:
                assert not done, f"{act} should have been refused"
            else:
                assert done, f"{act} should have been done"
            timers = list(ticket.timers.order_by("id"))
            assert sorted(map(told, timers), key=str) == sorted((c.told() for c in model.clocks), key=str)
        assert list(rebuilding.check()) == []
    finally:
        transaction.savepoint_rollback(point)
        cleared()
