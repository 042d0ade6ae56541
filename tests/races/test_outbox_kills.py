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
from tests.support.postbox import open_box

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS, KILLS = 80, 4
SENDER = """
import django; django.setup()
from helpdesk.notify.delivering import deliver_due
while True: deliver_due(20)
"""


@pytest.fixture
def box(settings):
    with open_box() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        box.environment = os.environ | {
            "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
                **connection.settings_dict
            ),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "helpdesk.settings.test"),
            "EMAIL_URL": f"smtp://127.0.0.1:{box.port}",
        }
        yield box


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
