"""Clocks under fire: sweeps beside answers, sweeps beside sweeps, sweeps that are killed."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection, connections
from django.db.models import Count
from django.utils import timezone

from helpdesk.core.errors import DomainError
from helpdesk.notify.models import Notice
from helpdesk.timers import sweeps
from tests.support.builders import answer, file, promise
from tickets.models import TicketTimer, TimerEvent
from tickets.operations import assignment, breaches

pytestmark = pytest.mark.django_db(transaction=True)
SWEEP = """
import django; django.setup()
from tickets.operations.breaches import break_due
print("sweeping", flush=True)
while True: break_due(7)
"""


def in_threads(*jobs):
    """Run the jobs at once, each on a connection of its own; answers in order."""

    def run(job):
        try:
            return job()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def tickets_due_in(cast, count, moment):
    """Tickets whose first answer is promised for `moment`."""
    return [file(cast.mei, "GEN-ASK", at=moment - timedelta(hours=12)) for _ in range(count)]


def test_answers_in_the_very_second_of_the_promise(cast):
    """Either kept or broken, never both and never neither, and told at most once."""
    due = timezone.now() + timedelta(seconds=6)
    tickets = tickets_due_in(cast, 160, due)
    time.sleep(max(0, (due - timezone.now()).total_seconds() - 0.4))
    end = due + timedelta(seconds=1.5)

    def sweep():
        while timezone.now() < end:
            breaches.break_due(20)

    def reply(share):
        for ticket in share:
            answer(ticket, cast.ada)

    in_threads(sweep, sweep, lambda: reply(tickets[::2]), lambda: reply(tickets[1::2]))
    breaches.break_due()
    clocks = TicketTimer.objects.filter(ticket__in=tickets, metric="first_response")
    assert clocks.count() == clocks.exclude(fulfilled_at=None).count() == len(tickets)
    kept = clocks.filter(state="fulfilled", breached_at=None)
    broken = clocks.filter(state="breached")
    assert kept.count() + broken.count() == len(tickets)
    assert not kept.filter(events__kind="breach").exists()
    assert broken.filter(events__kind="breach").count() == broken.count()
    assert Notice.objects.filter(kind="ticket.late", person=cast.sun).count() == broken.count()


def test_six_sweeps_at_once_break_each_promise_once(cast):
    tickets = tickets_due_in(cast, 90, timezone.now() - timedelta(seconds=5))
    done = in_threads(*[lambda: breaches.break_due(10)] * 6)
    assert sum(done) + breaches.break_due() == len(tickets)
    per_clock = TimerEvent.objects.filter(kind="breach").values("timer").annotate(n=Count("id"))
    assert {row["n"] for row in per_clock} == {1}
    assert len(per_clock) == len(tickets)


def test_sweeps_that_are_killed_lose_nothing_and_double_nothing(cast):
    """SIGKILL at random moments; what was half done is undone by the database, the next sweep does it."""
    tickets = tickets_due_in(cast, 120, timezone.now() - timedelta(seconds=5))
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.test",
    }
    dice = random.Random(7)
    for _ in range(4):
        sweep = subprocess.Popen([sys.executable, "-c", SWEEP], env=environment, stdout=subprocess.PIPE)
        assert sweep.stdout.readline()
        begun = time.monotonic() + 30
        while not TimerEvent.objects.filter(kind="breach").exists() and time.monotonic() < begun:
            time.sleep(0.02)
        time.sleep(dice.random() / 5)
        sweep.send_signal(signal.SIGKILL)
        sweep.wait()
        sweep.stdout.close()
    assert TimerEvent.objects.filter(kind="breach").exists(), "the killed sweeps had begun"
    breaches.break_due()
    clocks = TicketTimer.objects.filter(ticket__in=tickets, metric="first_response", state="breached")
    assert clocks.count() == len(tickets)
    assert TimerEvent.objects.filter(kind="breach").count() == len(tickets)
    assert Notice.objects.filter(kind="ticket.apology", person=cast.mei).count() == len(tickets)


def test_of_two_who_take_a_ticket_at_once_one_is_told_who_was_first(cast):
    ticket = file(cast.mei)
    results = in_threads(
        lambda: assignment.claim(ticket, by=cast.ada), lambda: assignment.claim(ticket, by=cast.bo)
    )
    refused = [result for result in results if isinstance(result, DomainError)]
    assert len(refused) == 1
    ticket.refresh_from_db()
    assert str(ticket.assignee) in str(refused[0].message)


def test_who_holds_the_register_delays_a_dispute_by_a_moment(cast, monkeypatch):
    """A worker that froze while it opened a case: the others come again soon, not in ten minutes."""
    monkeypatch.setattr(sweeps, "BUSY", timedelta(seconds=0.5))
    promise("WDR-DELAY", periodic_update=0, resolution=3600)
    late = timezone.now() - timedelta(hours=2)
    ticket = file(cast.mei, "WDR-DELAY", at=late)
    frozen = psycopg2.connect(**connection.get_connection_params())
    with contextlib.closing(frozen), frozen.cursor() as cursor, connection.cursor() as ours:
        cursor.execute("LOCK TABLE disputes_counter IN EXCLUSIVE MODE")
        ours.execute("SET lock_timeout = '200ms'")
        breaches.sweep_due()
        solution = ticket.timers.get(metric="resolution")
        assert solution.state == "running"
        assert solution.postponed_until - timezone.now() < timedelta(seconds=1)
    time.sleep(0.5)
    breaches.sweep_due()
    solution.refresh_from_db()
    assert (solution.state, solution.postponed_until) == ("breached", None)
    assert solution.events.filter(kind="breach").count() == 1
    ticket.refresh_from_db()
    assert ticket.dispute_reference
