"""Work that must happen because time passes. Apps register it; beat and the timekeeper both run it.

Every sweep is safe to run twice at once and to miss: it takes what is due now, however it came to be due.
An app's task calls `run("its name")`, so both ways leave the same heartbeat.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, close_old_connections, connection

from . import heartbeat

log = logging.getLogger(__name__)
Sweep = Callable[[], int]
Lag = Callable[[], float]
_sweeps: dict[str, tuple[Sweep, Lag]] = {}
BUSY, BROKEN = timedelta(seconds=5), timedelta(minutes=10)


def _no_lag() -> float:
    return 0.0


def register(name: str, function: Sweep, *, lag: Lag = _no_lag) -> None:
    """Add a sweep: `function` does what is due and returns how many things it did.

    `lag` says how many seconds the oldest due thing is late; it is asked before each run.
    """
    _sweeps[name] = (function, lag)


def rest_after(error: Exception) -> timedelta:
    """How long a case that could not be handled is left alone, so that it holds up no other.

    A moment where something only stood in the way (a lock that somebody frozen holds, a deadlock, a lost
    connection); ten minutes where it cannot be done.
    """
    return BUSY if isinstance(error, OperationalError) else BROKEN


def names() -> list[str]:
    """The registered sweeps, in the order they run."""
    return list(_sweeps)


def run(name: str) -> int:
    """Run one sweep and leave its heartbeat ("sweep:<name>") with the lag found before it."""
    function, lag = _sweeps[name]
    late = lag()
    done = function()
    heartbeat.beat(f"sweep:{name}", late)
    return done


def run_all() -> dict[str, int | Exception]:
    """Run every sweep; one that fails does not keep the others from running."""
    results: dict[str, int | Exception] = {}
    for name in _sweeps:
        try:
            results[name] = run(name)
        except Exception as error:
            log.exception("sweep.failed", extra={"sweep": name})
            results[name] = error
            usable_connection()
    return results


def usable_connection() -> None:
    """Let go of a connection that was lost or is too old; one inside a transaction is left alone."""
    if not connection.in_atomic_block:
        close_old_connections()
