"""The moment at which something is done: now, unless a story is being told.

The demo story spreads a month of work over one minute. It tells each act inside `at(moment)`, and whatever
stamps a row by itself (the record, notices, sweeps) asks here. Nothing else sets it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def told() -> datetime | None:
    """The moment of the story; None in ordinary life."""
    return _moment.get()


def now() -> datetime:
    """The present, or the moment of the story."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done inside happens at `moment`."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
