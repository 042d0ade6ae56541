"""A burst while many send and some are killed: each warning in one letter, ten of them single, one digest."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.notify import delivering, digests, send
from helpdesk.notify.models import Delivery, Notice
from tests.races.test_clocks import in_threads
from tests.support.postbox import parsed

pytestmark = pytest.mark.django_db(transaction=True)
WARNINGS, KILLS = 120, 6
SENDER = """
import django; django.setup()
from helpdesk.notify import delivering, digests
digests.WINDOW = 10**7
while True: delivering.deliver_due(20)
"""


def warn(person, numbers):
    send.notify_many(
        send.Row(
            "ticket.late", person, f"breach:{number}", f"no-{number:03}", f"/desk/{number:03}/",
            {"reference": f"no-{number:03}", "subject": "x", "metric": "resolution"},
        )
        for number in numbers
    )  # fmt: skip


def letters():
    return Delivery.objects.exclude(channel="inapp")


def told(box):
    """Which warnings each letter tells of, by its id; a letter that came twice must say the same twice."""
    by_id = defaultdict(set)
    for _to, content in box.got:
        message = parsed(content)
        text = message.get_body(("plain",)).get_content()
        by_id[message["Message-ID"]].add(frozenset(re.findall(r"no-\d{3}", text)))
    assert all(len(contents) == 1 for contents in by_id.values()), "the same id, another letter"
    return [next(iter(contents)) for contents in by_id.values()]


def whole(box, people):
    found = told(box)
    assert len(found) == people * 11
    assert sorted(map(len, found))[:-people] == [1] * people * 10
    assert sum(map(len, found)) == people * WARNINGS
    assert set(Delivery.objects.filter(channel__in=["email", "digest"]).values_list("state", flat=True)) == {
        "sent"
    }


def let_time_pass():
    """Leases run out, and so does the window."""
    late = Delivery.objects.filter(next_attempt_at__isnull=False)
    late.update(next_attempt_at=timezone.now())


def test_senders_killed_at_any_moment(cast, box, settings):
    environment = os.environ | {
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
            **connection.settings_dict
        ),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "helpdesk.settings.test"),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
    }
    warn(cast.sun, range(WARNINGS // 2))
    dice, kills = random.Random(7), 0
    while kills < KILLS:
        senders = [subprocess.Popen([sys.executable, "-c", SENDER], env=environment) for _ in range(2)]
        before, until = len(box.got), time.monotonic() + 25
        while len(box.got) <= before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(dice.random() * 0.1)
        for sender in senders:
            sender.send_signal(signal.SIGKILL)
            sender.wait()
            kills += 1
        if kills == 2:
            warn(cast.sun, range(WARNINGS // 2, WARNINGS))
        else:
            let_time_pass()
    digests_window, digests.WINDOW = digests.WINDOW, 10**7
    try:
        for _ in range(5):
            while delivering.deliver_due():
                pass
            let_time_pass()
    finally:
        digests.WINDOW = digests_window
    assert Notice.objects.filter(person=cast.sun).count() == WARNINGS
    texts = told(box)
    assert set().union(*texts) == {f"no-{number:03}" for number in range(WARNINGS)}
    assert sum(map(len, texts)) == WARNINGS, "each in exactly one letter"
    assert set(letters().values_list("state", flat=True)) == {"sent"}


def test_many_senders_at_once_send_ten_and_one(cast, box, monkeypatch):
    monkeypatch.setattr(digests, "WINDOW", 10**7)
    people = [cast.sun, cast.ada, cast.bo]
    for person in people:
        warn(person, range(WARNINGS))
    in_threads(*[lambda: delivering.deliver_due(200)] * 6)
    assert Delivery.objects.filter(channel="email", state="sent").count() == 30
    assert not Delivery.objects.filter(channel="email").exclude(state="sent").exists()
    let_time_pass()
    in_threads(*[lambda: delivering.deliver_due(200)] * 6)
    whole(box, len(people))
    assert len(box.got) == 33
