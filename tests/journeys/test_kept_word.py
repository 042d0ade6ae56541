"""The product runs: a promise of three seconds breaks on time and once, whatever is killed meanwhile."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg2
import pytest

from helpdesk.runtime import place
from tests.support.product import Product, environment, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("servers"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]
PEOPLE = """
import django; django.setup()
from accounts.operations import api_keys, registration
for name, roles in (("sun", ["supervisor"]), ("mei", ["trader"])):
    person = registration.register(f"{name}@example.org", name=name, password=None, roles=roles)
    print(name, api_keys.issue(person, name="test", by=person)[1])
import os; print("database", os.environ["DATABASE_URL"])
"""
THREE_SECONDS = {
    "name": "Three seconds",
    "position": 1,
    "conditions": {"category": ["GEN-ASK"]},
    "calendar": "24x7",
    "targets": [{"metric": "first_response", "seconds": 3, "mode": "calendar"}],
}


class Desk:
    """The product, a supervisor's and a trader's key, a second worker, and a look into the database."""

    def __init__(self, folder):
        self.product = Product(folder).wait_until_ready()
        command = [sys.executable, "-m", "helpdesk.runtime", "run", "--", sys.executable, "-c", PEOPLE]
        said = subprocess.run(
            command, cwd=place.ROOT, env=environment(folder), capture_output=True, text=True, check=True
        ).stdout
        self.said = dict(line.split() for line in said.splitlines() if line)
        self.second = subprocess.Popen(
            f"{sys.executable} -m helpdesk.runtime run -- {sys.executable} -m celery -A helpdesk.celery"
            " worker -c 1 -n second@%h -l error".split(),
            cwd=place.ROOT,
            env=environment(folder),
            start_new_session=True,
        )
        self.call("sun", "sla-policies", THREE_SECONDS)

    def call(self, who, resource, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.product.port}/api/v1/{resource}/",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.said[who]}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)

    def file(self):
        return self.call(
            "mei", "tickets", {"category": "GEN-ASK", "subject": "Hours", "body": "When?", "channel": "api"}
        )["reference"]

    def ask(self, sql, *values):
        connection = psycopg2.connect(self.said["database"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()
        finally:
            connection.close()

    def clock(self, reference):
        sql = (
            "SELECT state, extract(epoch FROM detected_at - due_at) FROM v_sla_clock"
            " WHERE ticket = %s AND metric = 'first_response'"
        )
        return self.ask(sql, reference)[0]

    def lateness(self, references):
        """Waits for the breaches, then answers with how many seconds after its moment each was noticed."""
        wait_for("all are broken", lambda: all(self.clock(ref)[0] == "breached" for ref in references), 60)
        return [float(self.clock(reference)[1]) for reference in references]

    def exactly_once(self, references):
        sql = "SELECT ticket, count(*) FROM v_sla_event WHERE kind = 'breach' AND ticket = ANY(%s) GROUP BY 1"
        assert dict(self.ask(sql, references)) == dict.fromkeys(references, 1)
        told = self.ask(
            "SELECT event_id, kind, recipient, count(*) FROM v_outbox"
            " WHERE kind IN ('ticket.late', 'ticket.apology') GROUP BY 1, 2, 3"
        )
        # The trader and the supervisor, once for each broken promise.
        assert {count for _event, _kind, _recipient, count in told} == {1}
        assert len(told) == 2 * len(references)

    def kill(self, words):
        """SIGKILL; answers with the number that is gone."""
        number = wait_for(words, lambda: self.product.first(words))
        os.kill(number, signal.SIGKILL)

    def close(self):
        for process in (self.second, self.product.process):
            process.send_signal(signal.SIGTERM)
        for process in (self.second, self.product.process):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def desk():
    path = Path(tempfile.mkdtemp(prefix="helpdesk-word-", dir="/var/tmp"))
    path.chmod(0o755)
    running = Desk(path)
    yield running
    running.close()
    shutil.rmtree(path, ignore_errors=True)


def test_three_seconds_are_kept_by_two_workers_and_through_their_death(desk):
    calm = [desk.file() for _ in range(4)]
    assert max(desk.lateness(calm)) < 2
    desk.exactly_once(calm)

    stormy = []
    for words in ("helpdesk.celery --quiet --skip-checks worker", "valkey-server"):
        stormy += [desk.file() for _ in range(3)]
        time.sleep(1)
        desk.kill(words)
    assert max(desk.lateness(stormy)) < 2
    desk.exactly_once([*calm, *stormy])
