"""Sweeps that are killed thousands of times, at any instant: each broken promise is still told exactly once.

KILLS=10000 (or FAULTS=full) strikes as often as promised; FAULT_SEED repeats a run.
"""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.support import books, cast, faults
from tests.support.builders import file
from tickets.models import TicketTimer
from tickets.operations.breaches import break_due

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = faults.times(60, 10_000, "KILLS")
STRIKERS = 2
BATCHES = (1, 3, 7, 20)
PLENTY = 150


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def file_overdue(people, dice, count):
    """One promise broken, or both, or both of a complaint, which then goes to mediation by itself."""
    for _ in range(count):
        code, age = dice.choices(
            [("GEN-ASK", timedelta(hours=12, seconds=5)), ("GEN-ASK", timedelta(days=30)),
             ("WDR-DELAY", timedelta(days=30))], [80, 15, 5],
        )[0]  # fmt: skip
        file(dice.choice([people.mei, people.omar]), code, at=timezone.now() - age)


def strike_often(which):
    """Kill so many sweeps; every one finds work, and another striker's sweeps beside it."""
    dice, people = faults.dice("sweeps", which), cast.gather()
    file_overdue(people, dice, PLENTY)
    spans = {batch: faults.length(lambda batch=batch: break_due_once(batch)) for batch in BATCHES}
    caught = Counter()
    for number in range(KILLS // STRIKERS):
        if number % 20 == 0 and (left := TicketTimer.objects.due().count()) < PLENTY:
            file_overdue(people, dice, PLENTY - left)
        batch = dice.choice(BATCHES)
        caught[faults.strike(lambda batch=batch: break_due(batch), dice.random() * 1.5 * spans[batch])] += 1
    return caught | {f"span_{batch}_us": int(span * 1e6) for batch, span in spans.items()}


def break_due_once(batch):
    """What one round of a sweep does: a batch looked up and broken."""
    from tickets.operations.breaches import _break_batch, _due

    _break_batch([ticket for _timer, ticket, _moment in _due(batch, set())])


def test_killed_sweeps_lose_nothing_and_double_nothing(cast):
    began = time.monotonic()
    caught = faults.side_by_side(STRIKERS, strike_often)
    struck = time.monotonic() - began
    left = TicketTimer.objects.due().count()
    deadline = time.monotonic() + 60
    while TicketTimer.objects.due().exists() and time.monotonic() < deadline:
        break_due()  # what a dying connection still holds is left out, and seen the next time
    broken = TicketTimer.objects.filter(state="breached").count()
    faults.tell(
        promise="A1", kills=KILLS, caught=caught, seconds=round(struck, 1), clocks_broken=broken,
        broken_by_the_killed=broken - left, drained_afterwards=left,
        disputes=ask("SELECT count(*) FROM disputes_dispute")[0][0],
    )  # fmt: skip
    assert books.wrong(ask, books.BREACHES) == {}
    assert caught["written"] + caught["inside"] > KILLS / 10, "most strikes missed the work"
    assert broken > left, "no killed sweep had finished anything"
