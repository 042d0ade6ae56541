"""`manage.py up` as people run it: every child comes back, and nothing stays behind however it ends."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import pytest

from helpdesk.runtime import place
from helpdesk.runtime.processes import is_alive
from tests.support.product import Product, descendants, environment, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]


@pytest.fixture
def folder():
    """Under /var/tmp: a server started by root runs as `nobody`, who must get there."""
    path = Path(tempfile.mkdtemp(prefix="helpdesk-up-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def home():
    """One folder for both lives of the product: the second start finds its data."""
    path = Path(tempfile.mkdtemp(prefix="helpdesk-up-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def product(home):
    (home / "up.log").unlink(missing_ok=True)
    running = Product(home)
    yield running.wait_until_ready()
    if running.process.poll() is None:
        below = descendants(running.process.pid)
        running.process.kill()
        wait_for("the rest is gone", lambda: not any(map(is_alive, below)))


CHILDREN = {
    "postgres": "bin/postgres -D",
    "valkey": "valkey-server",
    "web": "helpdesk.runtime.web",
    "worker": "helpdesk.celery --quiet --skip-checks worker",
    "beat": "helpdesk.celery --quiet --skip-checks beat",
    "timekeeper": "manage.py timekeeper",
    "servers": "helpdesk.runtime keep",
}


def test_each_child_comes_back_and_ctrl_c_ends_all(product):
    for name, words in CHILDREN.items():
        old = wait_for(name, lambda words=words: product.first(words))
        os.kill(old, signal.SIGKILL)

        def back(old=old, words=words):
            return product.first(words) not in {None, old} and product.health()[0] == 200

        wait_for(f"{name} is back\n{product.said()}", back)

    database = product.first(CHILDREN["postgres"])
    for _ in range(7):
        dead = wait_for("valkey", lambda: product.first(CHILDREN["valkey"]))
        os.kill(dead, signal.SIGKILL)
        wait_for("gone", lambda dead=dead: product.first(CHILDREN["valkey"]) != dead)
    assert product.first(CHILDREN["postgres"]) == database, "however often Redis dies, the database stays"
    wait_for("all is well", lambda: product.health()[0] == 200)

    below = descendants(product.process.pid)
    assert len(below) > len(CHILDREN)
    began = time.monotonic()
    product.process.send_signal(signal.SIGINT)
    assert product.process.wait(30) == 0, product.said()
    assert time.monotonic() - began < 20
    assert product.said().rstrip().endswith("Stopped.")
    wait_for("nothing is left", lambda: not any(map(is_alive, below)), 3)


@pytest.fixture
def spoilt(home):
    """The file of what Redis remembers, as a failing disk leaves it."""
    for file in (home / "valkey" / "appendonlydir").glob("*.aof"):
        file.write_bytes(b"no such command" * 100)


def test_nothing_survives_the_death_of_the_supervisor(spoilt, product):
    assert "valkey begins anew" in product.said()
    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(place.free_port()), "--no-demo"],
        cwd=place.ROOT,
        env=environment(product.folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert "running already" in second.stderr

    below = descendants(product.process.pid)
    product.process.kill()
    product.process.wait(5)
    wait_for("nothing is left", lambda: not any(map(is_alive, below)), 30)


def run(folder, *command, **extra):
    return subprocess.Popen(
        [sys.executable, "-m", "helpdesk.runtime", "run", "--", *command],
        cwd=place.ROOT,
        env=environment(folder) | extra,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_users_share_servers_that_end_with_the_last_of_them(folder):
    show = ("python", "-c", "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(120)")
    first, second = run(folder, *show), run(folder, *show)
    assert first.stdout.readline() == second.stdout.readline() != ""
    pids = [int((folder / "postgres" / "postmaster.pid").read_text().split()[0])]
    for process in (first, second):
        assert all(map(is_alive, pids))
        commands = [n for n, command in descendants(process.pid).items() if "time.sleep" in command]
        process.kill()
        process.wait(5)
        for pid in commands:
            os.kill(pid, signal.SIGKILL)
        process.stdout.close()
    wait_for("the servers end", lambda: not any(map(is_alive, pids)), 60)


def test_a_database_that_dies_while_it_starts_is_tried_again_and_takes_nothing_with_it(folder):
    show = ("python", "-c", "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(120)")
    process = run(folder, *show)
    url = process.stdout.readline().strip()

    def first(words):
        return min((n for n, command in descendants(process.pid).items() if words in command), default=None)

    def answers():
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(url, connect_timeout=2).close()
            return True

    valkey, dead = first(CHILDREN["valkey"]), None
    for _ in range(7):
        dead = wait_for("postgres", lambda dead=dead: {first(CHILDREN["postgres"])} - {dead, None})
        dead = dead.pop()
        os.kill(dead, signal.SIGKILL)
    wait_for("the database answers, at its old address", answers)
    assert first(CHILDREN["valkey"]) == valkey
    process.terminate()
    process.wait(60)
    process.stdout.close()


def test_named_servers_are_left_alone(folder):
    named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
    process = run(folder, "python", "-c", "import os; print(os.environ['DATABASE_URL'])", **named)
    assert process.communicate(timeout=30)[0].strip() == named["DATABASE_URL"]
    assert process.returncode == 0
    assert not (folder / "postgres").exists()
