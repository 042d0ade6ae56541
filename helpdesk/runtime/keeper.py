"""Who runs the embedded servers: one keeper per place, for as long as anybody uses them.

Users hold a shared lock; the kernel releases it however they end. The keeper watches the lock, restarts
a server that died, and ends both when the last user has gone. A second keeper waits for the first.
"""

import math
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from redis import Redis

from .place import ROOT, SLOTS, Place, PlaceError, WillNotStart, absent
from .postgres import Postgres
from .processes import end, sweep_group
from .valkey import Valkey

Server = Postgres | Valkey
DEATHS_A_MINUTE = 5
REST = 10.0  # seconds between tries to start a server that the product can do without; a tenth for the other
START_PATIENCE = 60.0
LAST_USERS = 8.0  # seconds that users get to end before the servers do


def wanted() -> list[str]:
    """The servers nobody named an address for."""
    names = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    return [server for server, variable in names.items() if absent(variable)]


@contextmanager
def servers(name: str, *, own_slot: bool = False) -> Iterator[None]:
    """Servers run and the environment names them, until the block ends.

    With `own_slot` two users at once get different numbers (HELPDESK_SLOT), so that test runs do not
    share a database name or a Redis database.
    """
    place, needed = Place(name).open(), wanted()
    before, child = dict(os.environ), None
    with ExitStack() as held:
        slot = held.enter_context(_slot(place)) if own_slot else 0
        if needed:
            held.enter_context(place.locked("users", shared=True))
            with place.locked("start"):
                child = _ensure(place, needed)
        urls = place.urls(slot)
        os.environ.update({key: value for key, value in urls.items() if absent(key)})
        os.environ["HELPDESK_SLOT"] = str(slot)
        if own_slot and "valkey" in needed:
            Redis.from_url(urls["REDIS_URL"]).flushdb()  # what an earlier run left behind
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
    if child is not None:
        _see_off(place, child)


@contextmanager
def _slot(place: Place) -> Iterator[int]:
    for number in range(1, SLOTS + 1):
        with place.locked(f"slot-{number}", wait=False) as ours:
            if ours:
                yield number
                return
    raise PlaceError(f"{SLOTS} test runs use {place.folder} already.")


def _ensure(place: Place, needed: list[str]) -> "subprocess.Popen[bytes] | None":
    """Wait until the servers answer; where no keeper runs (any more), start one."""
    log, child = place.folder / "log" / "keeper.log", None
    deadline = time.monotonic() + START_PATIENCE
    while not are_ready(place, needed):
        if child is not None and child.poll():
            raise PlaceError(f"The embedded servers did not start:\n{log.read_text(errors='replace')}")
        if (child is None or child.poll() is not None) and not _keeper_lives(place):
            child = _start_keeper(place, needed, log)
        if time.monotonic() > deadline:
            raise PlaceError(f"The embedded servers are not ready after {START_PATIENCE:.0f} s, see {log}")
        time.sleep(0.05)
    return child


def _start_keeper(place: Place, needed: list[str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "helpdesk.runtime", "keep", place.name, *needed],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))},
        )


def _see_off(place: Place, child: "subprocess.Popen[bytes]") -> None:
    """Wait for the keeper we started, unless others still use its servers."""
    deadline = time.monotonic() + START_PATIENCE
    while child.poll() is None and unused(place) and time.monotonic() < deadline:
        time.sleep(0.05)


def unused(place: Place) -> bool:
    """Nobody holds the lock that users hold."""
    with place.locked("users", wait=False) as free:
        return free


def are_ready(place: Place, needed: list[str]) -> bool:
    """A keeper runs and the named servers answer."""
    if not (place.folder / "run" / "ready").exists() or not _keeper_lives(place):
        return False
    kinds: list[Server] = [server(place) for server in (Postgres, Valkey) if server.name in needed]
    return all(server.ready() for server in kinds)


def _keeper_lives(place: Place) -> bool:
    with place.locked("keeper", wait=False) as free:
        return not free


def keep(place: Place, names: list[str]) -> int:
    """Run the named servers until nobody uses them; 0 when that was the reason to end."""
    with place.open().locked("keeper"):
        return _Keeper(place, names).run()


class _Keeper:
    def __init__(self, place: Place, names: list[str]) -> None:
        self.place = place
        self.servers: list[Server] = [s(place) for s in (Postgres, Valkey) if s.name in names]
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: dict[str, deque[float]] = {s.name: deque(maxlen=DEATHS_A_MINUTE) for s in self.servers}
        self.rest_until: dict[str, float] = {}
        self.mark = place.folder / "run" / "ready"
        self.leave_by = math.inf

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._leave_after_users)
        signal.signal(signal.SIGINT, _leave)
        self.mark.unlink(missing_ok=True)
        try:
            self._tell_where()
            for server in self.servers:
                server.prepare()
                self._start(server)
            for server in self.servers:
                self._wait_at_first(server)
            self.mark.touch()
            say("servers are ready")
            return self._watch()
        except PlaceError as error:
            say(str(error))
            return 1
        except KeyboardInterrupt:
            return 0
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.mark.unlink(missing_ok=True)
            for server in reversed(self.servers):
                if child := self.children.get(server.name):
                    end(child, server.stop_signal, server.patience)

    def _tell_where(self) -> None:
        base = self.servers[0].data.parent
        if base != self.place.folder:
            say(f"ATTENTION: the database lies in {base}, because servers started by root run as `nobody`,")
            say(f"who may not enter {self.place.folder}. Keep it for long? Set HELPDESK_DATA_DIR elsewhere.")

    def _watch(self) -> int:
        idle = 0
        while time.monotonic() < self.leave_by:
            time.sleep(0.2)
            for server in self.servers:
                child = self.children[server.name]
                if child.poll() is not None and time.monotonic() >= self.rest_until.get(server.name, 0):
                    self._bring_back(server, child)
            idle = idle + 1 if unused(self.place) else 0
            if idle >= 2 and self._may_leave():
                break
        return 0

    def _leave_after_users(self, number: int, frame: FrameType | None) -> None:
        """Whoever started us died: the processes it left end now, and need the servers to end well."""
        self.leave_by = time.monotonic() + LAST_USERS

    def _may_leave(self) -> bool:
        """Nobody came in the last moment; whoever comes now sees no mark and waits for the next keeper."""
        with self.place.locked("start", wait=False) as ours:
            if ours and unused(self.place):
                self.mark.unlink(missing_ok=True)
                return True
        return False

    def _bring_back(self, server: Server, child: "subprocess.Popen[bytes]") -> None:
        """A server that dies, even while it starts, rests and is tried again; the other one stays."""
        now, deaths = time.monotonic(), self.deaths[server.name]
        often = len(deaths) == DEATHS_A_MINUTE and now - deaths[0] < 60
        deaths.append(now)
        try:
            self._restart(server, child)
        except WillNotStart as error:
            rest = REST if isinstance(server, Valkey) else REST / 10
            say(f"{error}\nThe next try to start {server.name} is in {rest:.0f} s.")
            end(self.children[server.name], signal.SIGKILL, 5)
            server.forget()
            self.rest_until[server.name] = time.monotonic() + rest
        else:
            self.rest_until[server.name] = time.monotonic() + (REST / 5 if often else 0)

    def _restart(self, server: Server, child: "subprocess.Popen[bytes]") -> None:
        sweep_group(child.pid)
        say(f"{server.name} ended ({child.returncode}), starting it again")
        port = server.port
        for _ in range(40):  # its children may hold the port for a moment
            server_free = not server.ready()
            if server_free:
                break
            time.sleep(0.1)
        server.prepare()
        if server.port != port:
            raise PlaceError(f"Port {port} of {server.name} was taken by another program.")
        self._start(server)
        self._wait(server)
        server.after_start()

    def _start(self, server: Server) -> None:
        log = self.place.folder / "log" / f"{server.name}.log"
        if log.exists() and log.stat().st_size > 20_000_000:
            log.replace(log.with_suffix(".old"))
        self.children[server.name] = server.start(log)

    def _wait_at_first(self, server: Server) -> None:
        """A second try is allowed: a crash may have come while it started."""
        try:
            self._wait(server)
            server.after_start()
        except WillNotStart as error:
            forgotten = ", without what it remembered" if isinstance(server, Valkey) else ""
            say(f"{error}\n{server.name} begins anew{forgotten}.")
            end(self.children[server.name], signal.SIGKILL, 5)
            server.forget()
            server.prepare()
            self._start(server)
            self._wait(server)
            server.after_start()

    def _wait(self, server: Server) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not server.ready():
            if self.children[server.name].poll() is not None:
                log = self.place.folder / "log" / f"{server.name}.log"
                tail = log.read_text(errors="replace")[-1500:]
                raise WillNotStart(f"{server.name} did not start:\n{tail}")
            if time.monotonic() > deadline:
                raise WillNotStart(f"{server.name} is not ready after {START_PATIENCE:.0f} s.")
            time.sleep(0.03)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def say(text: str) -> None:
    """One line for the log."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
