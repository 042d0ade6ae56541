"""Processes that are killed while they file, answer, reply and send: what is kept is kept whole.

KILLS=5000 (or FAULTS=full) strikes as often as promised; FAULT_SEED repeats a run.
"""

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.notify import delivering
from helpdesk.notify.models import Delivery
from tests.support import books, faults
from tests.support import cast as people
from tests.support.builders import answer, file, say
from tickets.models import Message, Ticket

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not Path("/proc/self").exists(), reason="children end with their parent on Linux only"
    ),
]
KILLS = faults.times(60, 5_000, "KILLS")
STRIKERS = 2


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def let_leases_run_out():
    """A minute later."""
    Delivery.objects.filter(state="sending").update(next_attempt_at=timezone.now())


def acts_of(everybody, tickets):
    """What people and the outbox do, by name."""
    return {
        "file": lambda dice: file(everybody.omar, dice.choice(["GEN-ASK", "WDR-DELAY"])),
        "answer": lambda dice: answer(dice.choice(tickets), everybody.ada),
        "reply": lambda dice: say(dice.choice(tickets), everybody.mei),
        "send": lambda dice: delivering.deliver_due(dice.choice([1, 5])),
    }


def strike_often(which):
    """Kill so many processes, each in the middle of one kind of act."""
    dice, everybody = faults.dice("operations", which), people.gather()
    tickets = [file(everybody.mei) for _ in range(10)]
    for ticket in tickets:
        answer(ticket, everybody.ada)
    acts = acts_of(everybody, tickets)
    spans = {name: faults.length(lambda act=act: act(dice)) for name, act in acts.items()}
    caught = Counter()
    for number in range(KILLS // STRIKERS):
        if number % 20 == 19:  # most senders live: a letter that killed six is given up, and told as such
            delivering.deliver_due(50)
        name = dice.choice(list(acts))
        own = random.Random(dice.random())
        where = faults.strike(lambda act=acts[name], own=own: act(own), dice.random() * 2 * spans[name])
        caught[f"{name} {where}"] += 1
    return caught | {f"{name} span_us": int(span * 1e6) for name, span in spans.items()}


def test_killed_processes_leave_whole_acts_and_every_letter_goes_out(cast, box):
    began = time.monotonic()
    caught = faults.side_by_side(STRIKERS, strike_often)
    struck = time.monotonic() - began
    deadline = time.monotonic() + 600
    while Delivery.objects.filter(state__in=["queued", "sending"]).exists():
        let_leases_run_out()
        delivering.deliver_due(500)
        assert time.monotonic() < deadline, "the outbox does not become empty"
    written = set(Delivery.objects.filter(channel="email").values_list("message_id", flat=True))
    senders = sum(
        count for where, count in caught.items() if where in {"send outside", "send inside", "send written"}
    )
    faults.tell(
        promise="A11, A18", kills=KILLS, caught=caught, seconds=round(struck, 1),
        tickets=Ticket.objects.count(), messages=Message.objects.count(), letters=len(written),
        lost=len(written - set(box.ids)), unknown=len(set(box.ids) - written),
        doubled_under_their_own_id=box.doubled(), senders_killed=senders,
    )  # fmt: skip
    assert books.wrong(ask, books.CONVERSATION, books.BREACHES, books.LETTERS) == {}
    assert set(box.ids) == written, "every letter arrived, under its own id and no other"
    assert len(written) == Delivery.objects.filter(channel="email").count(), "no id is used twice"
    assert box.doubled() <= senders
