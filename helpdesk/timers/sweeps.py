"""Work that must happen because time passes. Apps register it; beat and the timekeeper both run it.

Every sweep is safe to run twice at once and to miss: it takes what is due now, however it came to be due.
"""

import logging
from collections.abc import Callable

from django.db import close_old_connections

log = logging.getLogger(__name__)
Sweep = Callable[[], int]
_sweeps: dict[str, Sweep] = {}


def register(name: str, function: Sweep) -> None:
    """Add a sweep; the function does what is due and returns how many things it did."""
    _sweeps[name] = function


def names() -> list[str]:
    """The registered sweeps, in the order they run."""
    return list(_sweeps)


def run(name: str) -> int:
    """Run one sweep."""
    return _sweeps[name]()


def run_all() -> dict[str, int | Exception]:
    """Run every sweep; one that fails does not keep the others from running."""
    results: dict[str, int | Exception] = {}
    for name, sweep in _sweeps.items():
        try:
            results[name] = sweep()
        except Exception as error:
            log.exception("sweep.failed", extra={"sweep": name})
            results[name] = error
            close_old_connections()
    return results
