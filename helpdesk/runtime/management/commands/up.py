"""`manage.py up`: the whole product in the foreground, nothing left behind."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.runtime import keeper, place, web
from helpdesk.runtime.place import Place, PlaceError
from helpdesk.runtime.supervisor import GivenUp, Supervisor, python

DEMO_PASSWORD = "demo-pass-2026"  # noqa: S105 - known to everybody, and refused outside demo mode
SIGN_INS = [
    ("trader", "mei@demo.test (中文), omar@demo.test (English)"),
    ("agent", "ada@demo.test, bo@demo.test"),
    ("supervisor", "sun@demo.test"),
    ("mediation", "nia@demo.test, eva@demo.test (external), dan@demo.test decides, rex@demo.test appeals"),
    ("others", "cody@ compliance, fin@ finance, faye@ help centre, root@ admin (all demo.test)"),
    ("besides", "flo@demo.test pays what fin has approved as the finance lead (above 1,000 USD)"),
]
READY_WITHIN = 180.0
WORKER_SILENT = 45.0  # seconds; it is at work again within a minute


class Command(BaseCommand):
    """Servers, web, worker, beat and timekeeper, each restarted when it dies."""

    help = "Run everything in the foreground on one port; Ctrl-C stops it all."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--no-demo", action="store_true", help="without demo mode and its story")

    def handle(self, *, port: int, no_demo: bool, **options: Any) -> None:
        here = Place("dev")
        try:
            here.open()
            with here.locked("up", wait=False) as ours:
                if not ours:
                    raise CommandError(f"It is running already with the data in {here.folder}.")
                if not place.port_is_free(port):
                    raise CommandError(f"Port {port} is in use. Choose another: manage.py up --port N")
                with web.listen(port) as line:
                    demo = settings.DEMO and not no_demo
                    _Up(here, line, port, demo=demo, write=self._line).run()
        except (PlaceError, GivenUp) as error:
            raise CommandError(str(error)) from error

    def _line(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


class _Up:
    def __init__(self, here: Place, line: socket.socket, port: int, *, demo: bool, write: Any) -> None:
        self.here, self.line, self.port, self.demo = here, line.fileno(), port, demo
        self.write = write
        self.next_question = 0.0
        self.users: tuple[int, ...] = ()
        self.base_url = os.environ.get("BASE_URL") or f"http://localhost:{port}"
        self.began = time.monotonic()
        self.supervisor = Supervisor(write)
        for name in place.filled:  # set by our own settings, perhaps with a port that moved since
            os.environ.pop(name, None)

    def run(self) -> None:
        self.supervisor.listen()
        # Held to the end, by every child too: the keeper ends when nobody does.
        with self.here.join_users() as users:
            self.users = (users.fileno(),)
            try:
                self._start()
                if not self.supervisor.stopping:
                    self._announce()
                self.supervisor.forever(look=self._look_at_worker)
            finally:
                self.write("\nStopping …")
                self.supervisor.stop()
                self.write("Stopped.")

    def _start(self) -> None:
        self._servers()
        env = self._environment()
        boss = self.supervisor
        boss.run_once("prepare", python("manage.py", "prepare", *(["--demo"] if self.demo else [])), env)
        if boss.stopping:
            return
        celery = ["-m", "celery", "-A", "helpdesk.celery", "--quiet", "--skip-checks"]
        serve = python("-m", "helpdesk.runtime.web", str(self.line))
        boss.start("web", serve, env, keep_open=(*self.users, self.line))
        boss.start("worker", python(*celery, "worker", *_WORKER), env, keep_open=self.users)
        boss.start("beat", python(*celery, "beat", *_BEAT), env, keep_open=self.users)
        boss.start("timekeeper", python("manage.py", "timekeeper"), env, keep_open=self.users)
        boss.until(self._is_ready, seconds=READY_WITHIN, what=f"A green {self.base_url}/readyz")

    def _servers(self) -> None:
        needed = keeper.wanted()
        command = python("-m", "helpdesk.runtime", "keep", self.here.name, *needed)
        if not needed:
            return
        child = self.supervisor.start("servers", command, dict(os.environ), stop_signal=signal.SIGINT)

        def ready() -> bool:
            if child.process is None:
                raise GivenUp("The embedded servers could not be started, see above.")
            return keeper.are_ready(self.here, needed)

        self.supervisor.until(ready, seconds=keeper.START_PATIENCE, what="Starting the embedded servers")

    def _environment(self) -> dict[str, str]:
        urls = {name: url for name, url in self.here.urls().items() if place.absent(name)}
        return (
            os.environ
            | urls
            | {
                "PYTHONUNBUFFERED": "1",
                "HELPDESK_DEMO": "1" if self.demo else "0",
                "HELPDESK_PORT": str(self.port),
                "BASE_URL": self.base_url,
                "REMAP_SIGTERM": "SIGQUIT",
            }
        )

    def _health(self) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            try:
                return error.code, json.load(error)
            except ValueError:
                return error.code, {}
        except (OSError, ValueError):
            return 0, {}

    def _is_ready(self) -> bool:
        if time.monotonic() < self.next_question:
            return False
        self.next_question = time.monotonic() + 0.5
        return self._health()[0] == 200

    def _look_at_worker(self) -> None:
        """A worker that lives but does nothing is started anew; so is the beat that should wake it."""
        if not self.supervisor.lives("web"):  # nobody would answer until we have started it again
            return
        age = self._health()[1].get("checks", {}).get("worker", {}).get("age_seconds")
        up = time.monotonic() - self.began
        if age is not None and age > WORKER_SILENT and up > 2 * WORKER_SILENT:
            self.began = time.monotonic() - WORKER_SILENT
            for name in ("worker", "beat"):
                self.supervisor.restart(name, f"no heartbeat for {age:.0f} s")

    def _announce(self) -> None:
        took = time.monotonic() - self.began
        lines = ["", f"Ready in {took:.1f} s:  {self.base_url}/", ""]
        if self.demo:
            lines += [f"Demo sign-ins (password for all: {DEMO_PASSWORD})"]
            lines += [f"  {role:<11} {who}" for role, who in SIGN_INS]
            lines += [""]
        self.write("\n".join([*lines, "Ctrl-C stops everything.", ""]))


_WORKER = ["--loglevel", "warning", "--without-gossip", "--without-mingle", "-n", "worker@%h"]
_BEAT = ["--loglevel", "warning", "-S", "celery.beat:Scheduler", "--pidfile="]
