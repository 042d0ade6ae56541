"""SIGKILL for any part of a running product, and eyes on how it comes back."""

import contextlib
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

from .desk import NEW, TRADERS
from .product import descendants, wait_for

# How often each falls, of a hundred strikes.
SHARES = {
    "worker": 22,
    "worker's child": 18,
    "beat": 12,
    "timekeeper": 12,
    "valkey": 14,
    "postgres backend": 12,
    "postgres": 7,
    "web": 3,
}
CELERY = " -m celery -A helpdesk.celery"
WORDS = {
    "beat": "helpdesk.celery --quiet --skip-checks beat",
    "timekeeper": "manage.py timekeeper",
    "valkey": "valkey-server",
    "postgres": "bin/postgres -D",
    "web": "helpdesk.runtime.web",
}


def plan(dice, number):
    """So many victims: each kind at least once, then by shares; shuffled."""
    victims = list(SHARES)[:number]
    while len(victims) < number:
        wanted = {kind: share * number / 100 - victims.count(kind) for kind, share in SHARES.items()}
        victims.append(max(wanted, key=wanted.get))
    dice.shuffle(victims)
    return victims


def below(pid, skip=()):
    """(number, parent, command) of every living process below this one."""
    found = {number: command for number, command in descendants(pid).items() if number not in skip}
    return [(number, parent_of(number), command) for number, command in found.items()]


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Striker:
    """Kills parts of the desk's product; whoever supervises them brings them back."""

    def __init__(self, desk, dice):
        self.desk, self.dice, self.struck, self.how = desk, dice, Counter(), Counter()

    def strike(self, kind):
        victim = wait_for(f"a victim: {kind}", lambda: self.victims(kind), 60)
        number = self.dice.choice(victim)
        with contextlib.suppress(ProcessLookupError):
            if kind == "postgres":
                self.crash(number)
            else:
                os.kill(number, signal.SIGKILL)
        self.struck[kind] += 1

    def victims(self, kind):
        table = below(self.desk.product.process.pid)
        if kind.startswith("worker"):
            table += below(self.desk.second.pid)
            workers = {n: parent for n, parent, words in table if CELERY in words and " worker " in words}
            mains = [n for n, parent in workers.items() if parent not in workers]
            return mains if kind == "worker" else [n for n in workers if n not in mains]
        if kind == "postgres backend":
            return [n for n, _parent, words in table if words.startswith("postgres:")]
        return [n for n, _parent, words in table if WORDS[kind] in words]

    def crash(self, postmaster):
        """As a crash does it: the postmaster alone, all at once, or an immediate shutdown."""
        how = self.dice.choice(["alone", "all", "immediate"])
        self.how[how] += 1
        if how == "immediate":
            os.kill(postmaster, signal.SIGQUIT)
            return
        family = [postmaster, *(descendants(postmaster) if how == "all" else ())]
        for number in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def bring_back(self):
        """What the supervisor does for the first worker, for the second."""
        if self.desk.second.poll() is not None:
            self.desk.start_second()


class Readiness:
    """Asks /readyz three times a second; how long it was red each time, and for what."""

    def __init__(self, desk):
        self.desk, self.stop, self.spans = desk, threading.Event(), []
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self):
        since, why = None, set()
        while not self.stop.wait(0.3):
            status, reasons = readyz(self.desk.product.port)
            now = time.monotonic()
            if status == 200:
                if since is not None:
                    self.spans.append((round(now - since, 1), sorted(why)))
                since, why = None, set()
            else:
                since = since or now
                why |= reasons

    def end(self):
        self.stop.set()
        self.thread.join()
        return sorted(self.spans, reverse=True)


def readyz(port):
    """(status, the names of the checks that are not well)."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status, set()
    except urllib.error.HTTPError as error:
        with contextlib.suppress(ValueError, OSError):
            checks = json.load(error).get("checks", {})
            return error.code, {name for name, check in checks.items() if not check["ok"]}
        return error.code, {f"status {error.code}"}
    except OSError:
        return 0, {"no answer"}


class Clients:
    """Traders file, an agent answers now and then; whoever is not answered asks again with the same key."""

    def __init__(self, desk, name, number=2, rest=0.5, patience=240):
        self.desk, self.name, self.rest, self.patience = desk, name, rest, patience
        self.stop, self.accepted, self.answers, self.lost = threading.Event(), {}, Counter(), []
        self.threads = [threading.Thread(target=self._work, args=(which,)) for which in range(number)]
        for thread in self.threads:
            thread.start()

    def _work(self, which):
        number = 0
        while not self.stop.wait(self.rest):
            number += 1
            name = f"{self.name} {which}-{number}"
            code = "WDR-DELAY" if number % 6 == 0 else "GEN-ASK"
            trader = f"mei{(number * 2 + which) % TRADERS}"
            body = NEW | {"category": code, "subject": name}
            filed = self._until_done(trader, "/api/v1/tickets/", body, f"file {name}")
            if filed:
                self.accepted[body["subject"]] = filed["reference"]
            if filed and number % 4 == 0:
                path = f"/api/v1/tickets/{filed['reference']}/messages/"
                self._until_done("ada", path, {"body": "From nine to five."}, f"answer {name}")

    def _until_done(self, who, path, body, key):
        give_up = time.monotonic() + self.patience
        while time.monotonic() < give_up:
            status, answer = self.desk.ask_for(who, path, body, once=key)
            self.answers[status] += 1
            if status == 201:
                return json.loads(answer)
            time.sleep(0.3)
        self.lost.append((who, path, key, status, answer[:200]))
        return None

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def wrong(self):
        """Where what they were told is not what there is: given up, lost, filed twice, never accepted."""
        there = self.desk.ask(
            "SELECT subject, reference FROM tickets_ticket WHERE subject LIKE %s", f"{self.name} %"
        )
        doubled = [subject for subject, number in Counter(row[0] for row in there).items() if number > 1]
        return [*self.lost, *doubled, *(set(there) ^ set(self.accepted.items()))]
