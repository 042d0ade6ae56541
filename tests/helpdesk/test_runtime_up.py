"""`manage.py up` as people run it: every child comes back, and nothing stays behind however it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from helpdesk.runtime import place
from helpdesk.runtime.processes import is_alive

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("servers"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc"),
]
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HELPDESK_SLOT", "DJANGO_SETTINGS_MODULE", "HELPDESK_DEMO")


def environment(folder):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", *OURS))}
    return kept | {"HELPDESK_DATA_DIR": str(folder)} | SETTINGS


SETTINGS = {"DJANGO_SETTINGS_MODULE": os.environ.get("HELPDESK_UP_SETTINGS", "helpdesk.settings.dev")}


def wait_for(what, truth, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not (found := truth()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)
    return found


def descendants(pid):
    """Every living process below this one: number → command."""
    found, parents = {}, {pid}
    table = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            table.append((int(entry.name), int(stat[1]), command))
    grew = True
    while grew:
        new = {number: command for number, parent, command in table if parent in parents} | found
        grew, found, parents = len(new) > len(found), new, {pid, *new}
    return found


class Product:
    """One running `manage.py up`."""

    def __init__(self, folder):
        self.folder, self.port = folder, place.free_port()
        self.log = folder / "up.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), "--no-demo"],
                cwd=place.ROOT,
                env=environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self):
        return self.log.read_text()

    def wait_until_ready(self):
        def there():
            assert self.process.poll() is None, self.said()
            return "Ready in" in self.said()

        wait_for("the address is printed", there, 90)
        return self

    def health(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, {}
        except OSError:
            return 0, {}

    def first(self, words):
        """The lowest process below us whose command holds the words (a parent comes before its forks)."""
        return min(
            (n for n, command in descendants(self.process.pid).items() if words in command), default=None
        )


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
    "web": "uvicorn",
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

    below = descendants(product.process.pid)
    assert len(below) > len(CHILDREN)
    began = time.monotonic()
    product.process.send_signal(signal.SIGINT)
    assert product.process.wait(30) == 0, product.said()
    assert time.monotonic() - began < 20
    assert product.said().rstrip().endswith("Stopped.")
    wait_for("nothing is left", lambda: not any(map(is_alive, below)), 3)


def test_nothing_survives_the_death_of_the_supervisor(product):
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
    wait_for("nothing is left", lambda: not any(map(is_alive, below)), 20)


def run(folder, *command, **extra):
    return subprocess.Popen(
        [sys.executable, "-m", "helpdesk.runtime", "run", "--", *command],
        cwd=place.ROOT,
        env=environment(folder) | extra,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_users_share_servers_that_end_with_the_last_of_them(folder):
    show = ("python", "-c", "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(30)")
    first, second = run(folder, *show), run(folder, *show)
    assert first.stdout.readline() == second.stdout.readline() != ""
    pids = [int((folder / "postgres" / "postmaster.pid").read_text().split()[0])]
    for process in (first, second):
        assert all(map(is_alive, pids))
        below = descendants(process.pid)
        process.kill()
        process.wait(5)
        for pid in below:
            os.kill(pid, signal.SIGKILL)
        process.stdout.close()
    wait_for("the servers end", lambda: not any(map(is_alive, pids)), 15)


def test_named_servers_are_left_alone(folder):
    named = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
    process = run(folder, "python", "-c", "import os; print(os.environ['DATABASE_URL'])", **named)
    assert process.communicate(timeout=30)[0].strip() == named["DATABASE_URL"]
    assert process.returncode == 0
    assert not (folder / "postgres").exists()
