"""Starting and ending one process so that nothing outlives its parent."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from .place import NOBODY

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    as_nobody: bool = False,
    end_with: signal.Signals = signal.SIGTERM,
    cwd: str | Path = "/",
    env: Mapping[str, str] | None = None,
    stdin: int | IO[Any] = subprocess.DEVNULL,
    output: int | IO[Any] = subprocess.DEVNULL,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in its own session. Linux ends it with `end_with` when this process dies.

    Call it from the main thread: the kernel ties the death signal to the thread that started the child.
    """
    identity: dict[str, Any] = {}
    if as_nobody and os.getuid() == 0:
        account = pwd.getpwnam(NOBODY)
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_tie_to_parent(end_with),
        pass_fds=keep_open,
        **identity,
    )


def _tie_to_parent(end_with: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    libc, parent = _LIBC, os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(end_with), 0, 0, 0)
        if os.getppid() != parent:  # the parent died in between
            os._exit(1)

    return tie


def end(child: subprocess.Popen[bytes], how: signal.Signals, patience: float) -> int:
    """Ask, wait, then make sure: the whole group of the child is gone afterwards."""
    if child.poll() is None:
        child.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    sweep_group(child.pid)
    return child.wait(10)


def sweep_group(pid: int) -> None:
    """Kill whatever is left of a child's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    """A process with this number exists and is not a zombie that nobody has collected yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    return state != "Z"
