"""The running product with people in it: keys and sessions of theirs, and a look into its database."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psycopg2

from helpdesk.runtime import place

from .product import Product, environment, wait_for

TRADERS = 12
PEOPLE = f"""
import os, django; django.setup()
from django.test import Client
from accounts.operations import api_keys, registration
traders = [(f"mei{{n}}", ["trader"]) for n in range({TRADERS})]
for name, roles in [("sun", ["supervisor"]), ("ada", ["agent"]), ("mei", ["trader"]), *traders]:
    person = registration.register(f"{{name}}@example.org", name=name, password=None, roles=roles)
    print(name, api_keys.issue(person, name="test", by=person)[1])
    visit = Client(REMOTE_ADDR="127.0.0.1")
    visit.force_login(person)
    print(name + "-session", visit.cookies["sessionid"].value)
print("database", os.environ["DATABASE_URL"])
"""
NEW = {"category": "GEN-ASK", "subject": "Hours", "body": "When?", "channel": "api"}


def three_seconds(code="GEN-ASK", **more):
    """A policy for one problem type: an answer within three seconds, and perhaps a solution."""
    targets = {"first_response": 3} | more
    return {
        "name": f"Three seconds for {code}",
        "position": 1,
        "conditions": {"category": [code]},
        "calendar": "24x7",
        "targets": [{"metric": m, "seconds": s, "mode": "calendar"} for m, s in targets.items()],
    }


class Desk:
    """The product, its people, and a second worker beside the one that `up` runs."""

    def __init__(self, folder, **settings):
        self.environment = environment(folder) | settings
        self.product, self.second = Product(folder, **settings), None
        try:
            self._furnish()
        except BaseException:
            self.close()
            raise

    def _furnish(self):
        self.product.wait_until_ready()
        command = [sys.executable, "-m", "helpdesk.runtime", "run", "--", sys.executable, "-c", PEOPLE]
        said = subprocess.run(
            command, cwd=place.ROOT, env=self.environment, capture_output=True, text=True, check=True
        ).stdout
        self.said = dict(line.split() for line in said.splitlines() if line)
        self.start_second()
        self.call("sun", "sla-policies", three_seconds())

    def start_second(self):
        self.second = subprocess.Popen(
            f"{sys.executable} -m helpdesk.runtime run -- {sys.executable} -m celery -A helpdesk.celery"
            " worker -c 1 -n second@%h -l error".split(),
            cwd=place.ROOT,
            env=self.environment,
            stdout=(self.product.folder / "second.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ask_for(self, who, path, body=None, *, page=False, once=None):
        """(status, answer) of one request: a page with the session, anything else with the key."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.product.port}{path}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if once:
            request.add_header("Idempotency-Key", once)
        if page:
            request.add_header("Cookie", f"sessionid={self.said[who + '-session']}")
        else:
            request.add_header("Authorization", f"Bearer {self.said[who]}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()
        except OSError as error:
            return 599, str(error).encode()

    def call(self, who, resource, body):
        status, answer = self.ask_for(who, f"/api/v1/{resource}/", body)
        assert status in {200, 201}, (status, answer)
        return json.loads(answer)

    def file(self, who="mei", category="GEN-ASK"):
        return self.call(who, "tickets", NEW | {"category": category})["reference"]

    def ask(self, sql, *values):
        connection = psycopg2.connect(self.said["database"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def until_quiet(self, seconds=120, *, letters=True):
        """Wait until nothing is due any more and, if it matters, no letter waits."""
        still = (
            "SELECT 1 FROM tickets_tickettimer WHERE state = 'running' AND metric <> 'canary'"
            " AND due_at < now() + interval '10 s'"
            " UNION SELECT 1 FROM notify_delivery WHERE state IN ('queued', 'sending')"
            " AND channel <> 'digest' AND %s LIMIT 1"
        )
        wait_for("nothing is due", lambda: not self.ask(still, letters), seconds)

    def lateness(self):
        """How many seconds after its moment each broken promise was noticed."""
        sql = "SELECT extract(epoch FROM detected_at - due_at) FROM v_sla_clock WHERE state = 'breached'"
        return [float(row[0]) for row in self.ask(sql)]

    def kill(self, words):
        """SIGKILL; answers with the number that is gone."""
        number = wait_for(words, lambda: self.product.first(words))
        os.kill(number, signal.SIGKILL)
        return number

    def close(self):
        both = [process for process in (self.second, self.product.process) if process]
        for process in both:
            process.send_signal(signal.SIGTERM)
        for process in both:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


class Every:
    """A thread-safe pace: `for _ in Every(0.5, seconds=60)` beats twice a second for a minute."""

    def __init__(self, rest, seconds):
        self.rest, self.end = rest, time.monotonic() + seconds

    def __iter__(self):
        following = time.monotonic()
        while (now := time.monotonic()) < self.end:
            yield now
            following = max(following + self.rest, time.monotonic() - self.rest)
            time.sleep(max(0, following - time.monotonic()))
