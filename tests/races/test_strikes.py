"""Every part of the running product is killed, and restarted, while promises fall due. Nobody helps it up.

Short in every run; FAULTS=full does what the promises say: 200 kills, 50 restarts of web and workers in turn,
a worker that stops consuming. KILLS and RESTARTS set one figure.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support import books, faults
from tests.support.desk import Desk, three_seconds
from tests.support.postbox import open_box
from tests.support.product import wait_for
from tests.support.strikes import Clients, Readiness, Striker, plan

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]
KILLS = faults.times(8, 200, "KILLS")
RESTARTS = faults.times(2, 50, "RESTARTS")
WELL_AGAIN = 30  # seconds
LONG = KILLS >= 50
# A letter whose sender was killed goes again after a minute: a short run does not wait for it.
LETTERS = LONG
BOOKS = (books.BREACHES, books.CONVERSATION, *([books.LETTERS] if LETTERS else []))


@pytest.fixture(scope="module")
def running():
    """The product with all its servers, a second worker, and a mail server of the test's own."""
    path = Path(tempfile.mkdtemp(prefix="helpdesk-strikes-", dir="/var/tmp"))
    path.chmod(0o755)
    with contextlib.ExitStack() as ends, open_box() as box:
        ends.callback(shutil.rmtree, path, ignore_errors=True)
        desk = Desk(path, EMAIL_URL=f"smtp://127.0.0.1:{box.port}")
        ends.callback(desk.close)
        desk.call("sun", "sla-policies", three_seconds("WDR-DELAY", resolution=5))
        yield desk, box


def is_well(desk):
    return desk.product.health()[0] == 200


def figures(desk, clients, began):
    """What happened since then, for the line of figures."""
    late = desk.ask(
        "SELECT extract(epoch FROM detected_at - due_at)::float FROM v_sla_clock"
        " WHERE state = 'breached' AND due_at >= %s", began,
    )  # fmt: skip
    return {
        "accepted": len(clients.accepted),
        "answers": clients.answers,
        "breaches": len(late),
        "disputes": desk.ask("SELECT count(*) FROM disputes_dispute")[0][0],
        "notices": desk.ask("SELECT count(*) FROM notify_notice WHERE created_at >= %s", began)[0][0],
        "noticed_late_by": faults.percentiles([row[0] for row in late], 50, 99, 100),
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def test_any_part_is_killed_and_every_promise_breaks_once(running):
    desk, box = running
    dice, moment = faults.dice("strikes"), desk.ask("SELECT clock_timestamp()")[0][0]
    clients, readiness, striker = Clients(desk, "kill"), Readiness(desk), Striker(desk, dice)
    began = time.monotonic()
    for kind in plan(dice, KILLS):
        time.sleep(dice.uniform(0.3, 3))
        striker.bring_back()
        striker.strike(kind)
    last = time.monotonic()
    striker.bring_back()
    wait_for("all is well again, by itself", lambda: is_well(desk), WELL_AGAIN)
    well_after = time.monotonic() - last
    clients.end()
    desk.until_quiet(letters=LETTERS)
    red, told = readiness.end(), figures(desk, clients, moment)
    faults.tell(
        promise="A1, A4, A11, A16, A19", kills=KILLS, of=striker.struck, postgres_how=striker.how,
        seconds=round(last - began), **told, letters=len(set(box.ids)), letters_twice=box.doubled(),
        red=red[:3], red_times=len(red), well_after=round(well_after, 1),
    )  # fmt: skip
    assert clients.wrong() == []
    assert books.wrong(desk.ask, *BOOKS) == {}
    assert told["breaches"] > 0
    # A4: within a minute of a fault; where strikes follow each other for long, of the end of that spell.
    spell = max((spell for spell, _why in red), default=0) if LONG else 0
    assert told["noticed_late_by"]["p100"] < 60 + spell
    # A letter leaves twice only where its sender died between sending and noting it.
    assert box.doubled() <= KILLS


class Readers:
    """Pages are read all the time; every answer is counted."""

    def __init__(self, desk):
        self.desk, self.stop, self.answers = desk, threading.Event(), Counter()
        self.threads = [
            threading.Thread(target=self._read, args=page)
            for page in [("ada", "/desk/queue/"), ("mei", "/tickets/")]
        ]
        for thread in self.threads:
            thread.start()

    def _read(self, who, path):
        while not self.stop.wait(0.2):
            self.answers[self.desk.ask_for(who, path, page=True)[0]] += 1

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        return self.answers


def test_restarts_in_turn_lose_nothing_and_refuse_nobody(running):
    desk, box = running
    wait_for("all is well", lambda: is_well(desk), WELL_AGAIN)
    desk.until_quiet(letters=LETTERS)
    moment, doubled = desk.ask("SELECT clock_timestamp()")[0][0], box.doubled()
    clients, readers, striker = Clients(desk, "restart"), Readers(desk), Striker(desk, faults.dice("turns"))
    spans = {"web": [], "worker": []}
    for number in range(RESTARTS):
        kind = ("web", "worker")[number % 2]
        old = striker.dice.choice(striker.victims(kind))
        began = time.monotonic()
        os.kill(old, signal.SIGTERM)

        def changed(kind=kind, old=old):
            striker.bring_back()
            now = striker.victims(kind)
            return old not in now and len(now) >= (1 if kind == "web" else 2) and is_well(desk)

        wait_for(f"the next {kind}", changed, 60)
        spans[kind].append(time.monotonic() - began)
    clients.end()
    answers = readers.end()
    desk.until_quiet(letters=LETTERS)
    told = figures(desk, clients, moment)
    faults.tell(
        promise="A10", restarts=RESTARTS, **told, pages=answers, letters_twice=box.doubled() - doubled,
        took={kind: faults.percentiles(some, 50, 100) for kind, some in spans.items() if some},
    )  # fmt: skip
    assert set(clients.answers) == {201}
    assert set(answers) == {200}
    assert clients.wrong() == []
    assert books.wrong(desk.ask, *BOOKS) == {}
    # Letters of those killed before may still come in a short run; each of them once more at most.
    assert box.doubled() - doubled <= (0 if LETTERS else KILLS)
