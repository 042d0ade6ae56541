"""Many clients send the same request at the same moment: it is done once."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.support import faults
from tests.support.api import Caller
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
NEW = {"category": "WDR-DELAY", "subject": "提现未到账", "body": "还没有到。"}
THREADS = 50
KEYS = faults.times(8, 1_000, "KEYS")


@pytest.fixture(autouse=True)
def unlimited(settings):
    settings.API_PER_MINUTE = {"read": 10**6, "write": 10**6}


def at_once(work, times=THREADS):
    def one(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_fifty_times_the_same_key_is_one_ticket(cast):
    mei = Caller(cast.mei)
    answers = at_once(lambda _: mei.post("/api/v1/tickets/", NEW, once="the-same"))
    kinds = {answer.status_code for answer in answers}
    assert kinds <= {201, 409}, kinds
    assert Ticket.objects.count() == 1
    made = {answer.content for answer in answers if answer.status_code == 201}
    assert len({answer.json()["reference"] for answer in answers if answer.status_code == 201}) == 1
    assert made
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "idempotency_in_flight"
    again = mei.post("/api/v1/tickets/", NEW, once="the-same")
    assert again.status_code == 201
    assert again["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == Message.objects.count() == 1


def test_different_keys_do_not_hinder_each_other(cast):
    mei = Caller(cast.mei)
    answers = at_once(lambda number: mei.post("/api/v1/tickets/", NEW, once=f"key-{number}"), times=12)
    assert [answer.status_code for answer in answers] == [201] * 12
    assert Ticket.objects.count() == 12


def test_fifty_at_once_for_each_of_many_keys(cast):
    """KEYS=1000 (or FAULTS=full) asks as often as promised: fifty thousand requests, a thousand tickets."""
    mei, gate, answers = Caller(cast.mei), threading.Barrier(THREADS), []

    def ask(_):
        for number in range(KEYS):
            gate.wait(60)
            answers.append((number, mei.post("/api/v1/tickets/", NEW, once=f"key-{number}")))

    began = time.monotonic()
    at_once(ask)
    kinds = Counter(answer.status_code for _number, answer in answers)
    faults.tell(
        promise="A16", keys=KEYS, at_once=THREADS, answers=kinds, tickets=Ticket.objects.count(),
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip
    assert set(kinds) <= {201, 409}
    assert sum(kinds.values()) == KEYS * THREADS
    made = {(number, answer.json()["reference"]) for number, answer in answers if answer.status_code == 201}
    assert len(made) == len(dict(made)) == KEYS == Ticket.objects.count() == Message.objects.count()
    for number in range(0, KEYS, max(1, KEYS // 50)):
        again = mei.post("/api/v1/tickets/", NEW, once=f"key-{number}")
        assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
        assert again.json()["reference"] == dict(made)[number]
