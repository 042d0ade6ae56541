"""Sweeps that are killed thousands of times, at any instant: each broken promise is still told exactly once.

KILLS=10000 (or FAULTS=full) strikes as often as promised; FAULT_SEED repeats a run.
"""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from tests.support import books, cast, faults
from tests.support.builders import file
from tickets.models import SlaPolicyVersion, TicketTimer
from tickets.operations import breaches
from tickets.operations.breaches import sweep_due

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not Path("/proc/self").exists(), reason="children end with their parent on Linux only"
    ),
]
KILLS = faults.times(60, 10_000, "KILLS")
STRIKERS = 2
BATCHES = (1, 3, 7, 20)
PLENTY = 150
# Both kinds of clocks under one ladder: a warning at half time, and two calls soon after the breach.
LADDER = [
    {"key": "half", "share": 0.5, "tell": ["team"]},
    {"key": "breach", "after": 0, "tell": ["team", "supervisors"], "raise_priority": True, "apologise": True},
    {"key": "late-1s", "after": 1, "tell": ["duty_lead"]},
    {"key": "late-2s", "after": 2, "tell": ["supervisors"]},
]
AGES = [  # of the tickets: past the first promise, past half of it, past both
    ("GEN-ASK", timedelta(hours=12, seconds=5), 50), ("GEN-ASK", timedelta(hours=8), 30),
    ("GEN-ASK", timedelta(days=30), 15), ("WDR-DELAY", timedelta(days=30), 5),
]  # fmt: skip

# Whoever broke and is open was called for twice, unless somebody took it on: here, the mediation.
CLIMBED = """
    SELECT t.id, t.rung FROM tickets_tickettimer t
    LEFT JOIN tickets_timerevent e ON e.timer_id = t.id AND e.kind = 'escalate'
    WHERE t.state = 'breached' AND t.fulfilled_at IS NULL AND t.acknowledged_at IS NULL
    GROUP BY 1 HAVING count(e.id) <> 2"""


def put_up_ladders():
    for version in SlaPolicyVersion.objects.newest():
        facts = {"conditions": version.conditions, "targets": version.targets, "ladder": LADDER}
        SlaPolicyVersion.objects.create(
            policy=version.policy,
            number=version.number + 1,
            calendar_version=version.calendar_version,
            **facts,
        )


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def file_overdue(people, dice, count):
    """Tickets with something to do at once; a late complaint goes to mediation by itself."""
    for _ in range(count):
        code, age, _weight = dice.choices(AGES, [weight for *_rest, weight in AGES])[0]
        file(dice.choice([people.mei, people.omar]), code, at=timezone.now() - age)


def strike_often(which):
    """Kill so many sweeps; every one finds work, and another striker's sweeps beside it."""
    dice, people = faults.dice("sweeps", which), cast.gather()
    file_overdue(people, dice, PLENTY)
    spans = {batch: faults.length(lambda batch=batch: sweep_once(batch)) for batch in BATCHES}
    caught = Counter()
    for number in range(KILLS // STRIKERS):
        if number % 20 == 0 and (left := TicketTimer.objects.waking().count()) < PLENTY:
            file_overdue(people, dice, PLENTY - left)
        batch = dice.choice(BATCHES)
        caught[faults.strike(lambda batch=batch: sweep_due(batch), dice.random() * 1.5 * spans[batch])] += 1
    return caught | {f"span_{batch}_us": int(span * 1e6) for batch, span in spans.items()}


def sweep_once(batch):
    """One round of a sweep: a batch looked up and dealt with."""
    breaches._batch([ticket for _timer, ticket, _moment in breaches._picked(batch, set())])


def steps():
    return dict(ask("SELECT kind, count(*) FROM tickets_timerevent WHERE rung <> '' GROUP BY 1"))


def test_killed_sweeps_lose_nothing_and_double_nothing(cast):
    put_up_ladders()
    began = time.monotonic()
    caught = faults.side_by_side(STRIKERS, strike_often)
    struck, by_the_killed = time.monotonic() - began, steps()
    left = TicketTimer.objects.waking().count()
    # What a dying connection still holds is left out and seen the next time; the last calls take two seconds.
    end, deadline = time.monotonic() + 4, time.monotonic() + 60
    while time.monotonic() < end or (TicketTimer.objects.waking().exists() and time.monotonic() < deadline):
        sweep_due()
    broken = TicketTimer.objects.filter(state="breached").count()
    faults.tell(
        promise="A1", kills=KILLS, caught=caught, seconds=round(struck, 1), clocks_broken=broken,
        steps=steps(), by_the_killed=by_the_killed, left_for_afterwards=left,
        disputes=ask("SELECT count(*) FROM disputes_dispute")[0][0],
    )  # fmt: skip
    assert books.wrong(ask, books.BREACHES, {"ladder not climbed to its end": CLIMBED}) == {}
    assert caught["written"] + caught["inside"] > KILLS / 10, "most strikes missed the work"
    assert by_the_killed.get("breach"), "no killed sweep had finished anything"
