"""Faults on purpose: how hard a test strikes, dice that can be thrown again, processes that are killed.

Short by default. FAULTS=full strikes as often as the promises say; a variable named by the test (KILLS=10000)
sets one figure; FAULT_SEED repeats a run.
"""

import json
import os
import random
import signal
import struct
import sys
import time
import traceback
from collections import Counter
from statistics import median

from django.db import connection

from helpdesk.runtime.processes import _tie_to_parent

FULL = os.environ.get("FAULTS") == "full"
SEED = os.environ.get("FAULT_SEED", "20261122")
LONGEST = 0.2
_inherited = []


def times(short, full, name=""):
    """How often: the variable's value, or what a short or a full run does."""
    return int(os.environ.get(name) or (full if FULL else short))


def dice(*of):
    return random.Random(":".join([SEED, *map(str, of)]))


def tell(**figures):
    """One line for whoever runs with -s, and for the report of a failure."""
    print("FIGURES", json.dumps(figures | {"seed": SEED}, default=str), flush=True)


def percentiles(values, *shares):
    """`percentiles(seconds, 50, 99)`: the smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return {f"p{share}": round(ordered[-(-len(ordered) * share // 100) - 1], 4) for share in shares}


def fork(work):
    """Run `work(pipe)` in a copy of this process with a connection of its own; (pid, where it speaks)."""
    ear, mouth = os.pipe()
    tie = _tie_to_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        os.close(mouth)
        return pid, ear
    status = 1
    try:
        os.close(ear)
        tie()
        # Closing it would say goodbye in the parent's name.
        _inherited.append(connection.connection)
        connection.connection = None
        work(mouth)
        status = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def strike(work, after):
    """Kill a process that repeats `work` so many seconds after it is ready.

    Says where that caught it: "outside" of transactions, "inside" one, or inside one that had "written".
    """

    def live(mouth):
        connection.ensure_connection()
        os.write(mouth, struct.pack("i", connection.connection.info.backend_pid))
        while True:
            work()

    pid, ear = fork(live)
    told = os.read(ear, 4)
    os.close(ear)
    assert len(told) == 4, "the victim never began"
    time.sleep(after)
    os.kill(pid, signal.SIGSTOP)  # frozen, so that the look at it is of the moment of its death
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT backend_xid IS NOT NULL, state LIKE 'idle in transaction%%' FROM pg_stat_activity"
            " WHERE pid = %s",
            [struct.unpack("i", told)[0]],
        )
        written, inside = cursor.fetchone() or (False, False)
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status), f"the victim fell by itself, status {os.WEXITSTATUS(status)}"
    return "written" if written else "inside" if inside else "outside"


def length(work, rounds=5):
    """How long the work takes, the middle one of some rounds; capped for slow machines."""
    spans = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return min(median(spans), LONGEST)


def side_by_side(number, job):
    """`job(which)` in so many processes at once; the sums of the counters they return."""

    def speak(mouth, which):
        os.write(mouth, json.dumps(job(which)).encode())

    running = [fork(lambda mouth, which=which: speak(mouth, which)) for which in range(number)]
    total = Counter()
    for pid, ear in running:
        with os.fdopen(ear) as file:
            said = file.read()
        assert os.waitpid(pid, 0)[1] == 0, "a striker failed, see above"
        total.update(json.loads(said))
    return total
