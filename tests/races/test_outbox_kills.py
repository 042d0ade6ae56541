"""Senders that are killed: no letter is lost, and the few that go twice go under the same Message-ID."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.notify import delivering, send
from helpdesk.notify.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS, KILLS = 80, 4
SENDER = """
import django; django.setup()
from helpdesk.notify.delivering import deliver_due
while True: deliver_due(20)
"""


@pytest.fixture
def box(box):
    box.environment = os.environ | {
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
            **connection.settings_dict
        ),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "helpdesk.settings.test"),
        "EMAIL_URL": f"smtp://127.0.0.1:{box.port}",
    }
    return box


def let_leases_run_out():
    """A minute later."""
    Delivery.objects.filter(state="sending").update(next_attempt_at=timezone.now())


def test_senders_killed_at_any_moment(box):
    for number in range(LETTERS):
        send.mail_to_address("account.email_confirm", f"p{number}@example.org", "en", f"e{number}")
    dice, kills = random.Random(3), 0
    while kills < KILLS and Delivery.objects.exclude(state="sent").exists():
        senders = [subprocess.Popen([sys.executable, "-c", SENDER], env=box.environment) for _ in range(2)]
        before = len(box.ids)
        until = time.monotonic() + 20
        while len(box.ids) < before + 8 and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(dice.random() * 0.05)
        for sender in senders:
            sender.send_signal(signal.SIGKILL)
            sender.wait()
            kills += 1
        let_leases_run_out()
    while delivering.deliver_due():
        pass
    expected = {send.message_id(f"e{number}", f"p{number}@example.org") for number in range(LETTERS)}
    assert set(box.ids) == expected, "every letter arrived, under its own id and no other"
    assert box.doubled() <= kills
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def kill_one_in_the_act(box):
    """A real sender, killed while the mail server has its letter and has not answered."""
    box.shut, before = True, box.standing
    sender = subprocess.Popen([sys.executable, "-c", SENDER], env=box.environment)
    until = time.monotonic() + 60
    while box.standing == before and time.monotonic() < until:
        time.sleep(0.01)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    assert box.standing == before + 1, "it stood in the door"
    assert Delivery.objects.get().state == "sending"
    let_leases_run_out()


def test_deaths_are_no_refusals(box):
    """More senders die than a mail server may refuse a letter: it arrives all the same, once."""
    send.mail_to_address("account.email_confirm", "p@example.org", "en", "e")
    deaths = delivering.ATTEMPTS + 1
    for _ in range(deaths):
        kill_one_in_the_act(box)
    box.shut = False
    assert delivering.deliver_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.deaths, delivery.attempts) == ("sent", deaths, deaths + 1)
    assert box.ids == [delivery.message_id]


def test_refusals_are_counted_between_deaths(box, settings):
    """One death, then a server that cannot be reached: six answers, and only those, end it."""
    send.mail_to_address("account.email_confirm", "p@example.org", "en", "e")
    kill_one_in_the_act(box)
    settings.EMAIL_PORT = 9
    for answer in range(1, delivering.ATTEMPTS + 1):
        assert delivering.deliver_due() == 0
        delivery = Delivery.objects.get()
        assert delivery.state == ("failed" if answer == delivering.ATTEMPTS else "queued"), answer
        Delivery.objects.filter(state="queued").update(next_attempt_at=timezone.now())
    assert (delivery.deaths, delivery.attempts) == (1, delivering.ATTEMPTS + 1)


def test_a_letter_that_kills_everyone_ends_as_failed(box):
    send.mail_to_address("account.email_confirm", "p@example.org", "en", "e")
    Delivery.objects.update(deaths=delivering.MOST_DEATHS - 1, attempts=delivering.MOST_DEATHS - 1)
    kill_one_in_the_act(box)
    box.shut = False
    assert delivering.deliver_due() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("failed", "50 senders died while sending it")
    assert box.ids == []
