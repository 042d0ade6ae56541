"""The clock of the machine that sweeps jumps two hours back and forth; the database alone says what is due.

Needs libfaketime (Debian: faketime) and is left out without it. JUMP_SECONDS sets how long it jumps.
"""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from helpdesk.notify.models import Delivery
from tests.support import books, faults
from tests.support.builders import answer, file
from tests.support.product import wait_for
from tickets.models import Message, TicketTimer

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime"),
]
SECONDS = faults.times(8, 120, "JUMP_SECONDS")
HOURS = timedelta(hours=12)  # what GEN-ASK promises
SWEEP = """
import select, time
import django; django.setup()
from helpdesk.timers import sweeps
from helpdesk.notify import delivering
while True:
    found = {name: str(result) for name, result in sweeps.run_all().items() if isinstance(result, Exception)}
    delivering.deliver_due(500)
    print(time.time(), found, flush=True)
    select.select([], [], [], 0.1)
"""


@pytest.fixture
def sweeper(tmp_path):
    """Does what the timekeeper does, by a clock that a file sets; (that file, what it says)."""
    shift, said = tmp_path / "shift", tmp_path / "said"
    shift.write_text("+0")
    database = connection.settings_dict
    environment = os.environ | {
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.test",
        # Nobody is there: every letter must be tried again, neither at once nor hours later.
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(shift),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with said.open("wb") as output, (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", SWEEP], env=environment, stdout=output, stderr=log)
    yield shift, said
    process.kill()
    process.wait()


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_jumps_of_two_hours_break_nothing_early_and_lose_nothing(cast, sweeper):
    shift, said = sweeper
    wait_for("it sweeps", lambda: said.read_text(), 60)
    dice, now = faults.dice("jumps"), timezone.now()
    # Due while it jumps, and due within two hours: these must not be touched, however late it seems.
    soon = [
        file(cast.mei, "GEN-ASK", at=now - HOURS + timedelta(seconds=2 + n * SECONDS / 40)) for n in range(40)
    ]
    later = [file(cast.mei, "GEN-ASK", at=now - HOURS + timedelta(minutes=5 + n)) for n in range(40)]
    held = [answer(ticket, cast.ada, undo_seconds=3_000) for ticket in later[:10]]
    brief = [answer(ticket, cast.ada, undo_seconds=3) for ticket in later[10:20]]
    jumps, end = 0, time.monotonic() + SECONDS + 3
    while time.monotonic() < end:
        shift.write_text(dice.choice(["+0", "+2h", "-2h"]))
        jumps += 1
        time.sleep(dice.uniform(0.1, 0.6))
    shift.write_text("+2h")
    due = TicketTimer.objects.filter(ticket__in=soon, metric="first_response")
    wait_for("all is noticed", lambda: due.filter(state="breached").count() == len(soon), 20)
    seen = [line.partition(" ") for line in said.read_text().splitlines()]
    shifts = {round((float(at) - time.time()) / 3600) for at, _, _found in seen}
    late = [float(row[0]) for row in ask(
        "SELECT extract(epoch FROM detected_at - due_at) FROM tickets_tickettimer"
            " WHERE state = 'breached' AND metric <> 'canary'"
    )]  # fmt: skip
    letters = ask(
        "SELECT max(attempts), max(extract(epoch FROM next_attempt_at - now()))::float FROM notify_delivery"
    )
    faults.tell(
        promise="A14", jumps=jumps, hours_seen=sorted(shifts), rounds=len(seen), breaches=len(late),
        noticed_late_by=faults.percentiles(late, 50, 99, 100), letters=letters,
    )  # fmt: skip
    assert shifts == {-2, 0, 2}, "the clock did jump"
    assert {found for _at, _, found in seen} == {"{}"}, "no sweep failed"
    assert min(late) >= 0
    assert len(late) == len(soon), "nothing broke early"
    assert not due.exclude(breached_at=F("due_at")).exists()
    assert set(Message.objects.filter(pk__in=[m.pk for m in held]).values_list("delivery", flat=True)) == {
        "held"
    }
    assert set(Message.objects.filter(pk__in=[m.pk for m in brief]).values_list("delivery", flat=True)) == {
        "sent"
    }
    assert books.wrong(ask, books.BREACHES) == {}
    assert nothing_is_negative() == []
    # Six attempts reach over an hour; a clock that jumps must neither burn them nor put them off.
    assert not Delivery.objects.filter(state="failed").exists()
    assert letters[0][1] <= 3_600


def nothing_is_negative():
    return ask("""
        SELECT 'clock', id FROM tickets_tickettimer WHERE consumed_seconds < 0 OR target_seconds <= 0
            OR due_at < started_at OR fulfilled_at < started_at OR detected_at < breached_at
        UNION ALL SELECT 'event', e.id FROM tickets_timerevent e
            JOIN tickets_tickettimer t ON t.id = e.timer_id WHERE e.at < t.started_at""")
