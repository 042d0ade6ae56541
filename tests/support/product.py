"""The whole product as `manage.py up` runs it, in a folder of its own, for tests that kill parts of it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from helpdesk.runtime import place

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

    def __init__(self, folder, **settings):
        self.folder, self.port = folder, place.free_port()
        self.log = folder / "up.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), "--no-demo"],
                cwd=place.ROOT,
                env=environment(folder) | settings,
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

        wait_for("the address is printed", there, 240)
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
