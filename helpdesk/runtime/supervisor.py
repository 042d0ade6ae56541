"""The processes of one installation: started in order, restarted when they die, ended in reverse.

Everything happens in the main thread: the kernel ties a child's death signal to the thread that made it.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .place import ROOT
from .processes import end, spawn, sweep_group

DEATHS_A_MINUTE = 5
LONGEST_BACK_OFF = 5.0
PATIENCE = 12.0  # seconds a child may take to end before it is killed


class GivenUp(RuntimeError):
    """A child cannot be kept alive; the message says which and shows its last words."""


@dataclass
class Child:
    """One long-running process and what is known of its lives."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_A_MINUTE))
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=15))
    start_at: float = 0.0
    rest: bytes = b""
    keep_open: Sequence[int] = ()
    stop_signal: signal.Signals = signal.SIGTERM


class Supervisor:
    """Keeps children alive until told to stop."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.stopping = False
        self.times_asked = 0
        self.gives_up = True

    def listen(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal end everything in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def start(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        keep_open: Sequence[int] = (),
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> Child:
        """Start one more child; it is ended before those started earlier."""
        child = Child(name, command, env, keep_open=keep_open, stop_signal=stop_signal)
        self.children.append(child)
        self._spawn(child)
        return child

    def run_once(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Run a command to its end while the children are looked after; a failure gives up."""
        child = Child(name, command, env)
        self._spawn(child)
        process = child.process
        while process is not None and process.poll() is None:
            if self.stopping:
                end(process, signal.SIGTERM, 5)
                return
            self.tick()
        self._drain(child)
        self._forget(child)
        if process is not None and process.returncode:
            raise GivenUp(f"{name} failed (status {process.returncode}), see above.")

    def until(self, ready: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Look after the children until something is true."""
        deadline = time.monotonic() + seconds
        while not self.stopping and not ready():
            if time.monotonic() > deadline:
                raise GivenUp(f"{what} did not happen within {seconds:.0f} s.")
            self.tick(0.1)

    def forever(self, every: float = 5.0, look: Callable[[], None] = lambda: None) -> None:
        """Look after the children until asked to stop; call `look` now and then.

        All of them have lived, so nothing is given up from here on: what keeps dying is tried again.
        """
        self.gives_up = False
        next_look = time.monotonic() + every
        while not self.stopping:
            self.tick()
            if time.monotonic() >= next_look:
                look()
                next_look = time.monotonic() + every

    def tick(self, seconds: float = 0.25) -> None:
        """Pass on what children say and bring back those that died."""
        for key, _ in self.selector.select(seconds):
            self._hear(key.data)
        if self.stopping:
            return
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.start_at:
                    self._spawn(child)
            elif child.process.poll() is not None:
                self._died(child, now)

    def lives(self, name: str) -> bool:
        """A child of this name runs at this moment."""
        running = [child.process for child in self.children if child.name == name and child.process]
        return any(process.poll() is None for process in running)

    def restart(self, name: str, reason: str) -> None:
        """End a child that lives but does not work; the next tick starts it again."""
        for child in self.children:
            if child.name == name and child.process is not None:
                self.say(name, f"{reason}; starting it again")
                child.process.kill()

    def stop(self) -> None:
        """End the last started first; the first child (the servers) only when all others are gone."""
        self.stopping = True
        later = [child for child in reversed(self.children[1:]) if child.process]
        for child in later:
            if child.process and child.process.poll() is None:
                child.process.send_signal(child.stop_signal)
        deadline = time.monotonic() + PATIENCE
        while any(child.process and child.process.poll() is None for child in later):
            self.tick(0.1)
            if time.monotonic() > deadline or self.times_asked > 1:
                break
        for child in [*later, *self.children[:1]]:
            if child.process:
                patience = 60.0 if child is self.children[0] else 0.0
                end(child.process, child.stop_signal, patience)
                self._drain(child)

    def say(self, name: str, text: str) -> None:
        """One line with the name of who says it."""
        self.write(f"{name:>10} │ {text}")

    def _spawn(self, child: Child) -> None:
        child.process = spawn(
            child.command, cwd=ROOT, env=child.env, output=subprocess.PIPE, keep_open=child.keep_open
        )
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _died(self, child: Child, now: float) -> None:
        process = child.process
        if process is None:
            return
        self._drain(child)
        self._forget(child)
        sweep_group(process.pid)
        child.process = None
        often = len(child.deaths) == DEATHS_A_MINUTE and now - child.deaths[0] < 60
        if often and self.gives_up:
            words = "\n".join(f"    {line}" for line in child.last_words)
            raise GivenUp(f"{child.name} died {DEATHS_A_MINUTE + 1} times within a minute.\n{words}")
        recent = sum(1 for death in child.deaths if now - death < 60)
        child.deaths.append(now)
        pause = min(LONGEST_BACK_OFF, 0.2 * 2**recent)
        child.start_at = now + pause
        self.say(child.name, f"ended ({_how(process.returncode)}), starting again in {pause:.1f} s")

    def _hear(self, child: Child) -> None:
        if child.process is None or child.process.stdout is None:
            return
        piece = child.process.stdout.read(65536)
        if piece is None:
            return
        if piece == b"":
            self._forget(child)
            return
        *lines, child.rest = (child.rest + piece).split(b"\n")
        for line in lines:
            self._pass_on(child, line)

    def _drain(self, child: Child) -> None:
        if child.process and child.process.stdout and not child.process.stdout.closed:
            more = child.process.stdout.read() or b""
            for line in (child.rest + more).split(b"\n"):
                self._pass_on(child, line)
            child.rest = b""

    def _pass_on(self, child: Child, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if text:
            child.last_words.append(text)
            self.say(child.name, text)

    def _forget(self, child: Child) -> None:
        if child.process and child.process.stdout and not child.process.stdout.closed:
            if child.process.stdout in {key.fileobj for key in self.selector.get_map().values()}:
                self.selector.unregister(child.process.stdout)
            if child.process.poll() is not None:
                child.process.stdout.close()

    def _asked_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True
        self.times_asked += 1


def _how(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def python(*words: str) -> list[str]:
    """A command of the interpreter that runs us."""
    return [sys.executable, *words]
