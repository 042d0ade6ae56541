"""The moment at which something is done: now, unless a story is being told.

The demo story spreads a month of work over one minute. It tells each act inside `at(moment)`, and whatever
stamps a row by itself (the record, notices, sweeps) asks here. Sweeps do what is due at the moment of the
database, so that their consequences bear it too. Nothing else sets it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection
from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def told() -> datetime | None:
    """The moment of the story; None in ordinary life."""
    return _moment.get()


def now() -> datetime:
    """The present, or the moment of the story."""
    return _moment.get() or timezone.now()


def judge() -> datetime:
    """The database's clock, which alone says what is due; that of this machine may jump."""
    if moment := _moment.get():
        return moment
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done inside happens at `moment`."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
