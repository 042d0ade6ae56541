"""The figures of each quarter are published once, when it is over."""

import hashlib

from django.db import transaction

from helpdesk.core import clock

from ..models import QuarterFigures
from ..reads import figures
from . import chain


def publish_due() -> int:
    """Publish every quarter that has ended and is not out yet; safe to run twice at once."""
    return sum(publish(quarter) for quarter in figures.missing(clock.judge()))


@transaction.atomic
def publish(quarter: figures.Quarter) -> bool:
    """Whether it was this call that published the quarter."""
    found = figures.work_out(quarter)
    values = {"figures": found, "sha256": digest(found), "published_at": clock.judge()}
    _row, fresh = QuarterFigures.objects.get_or_create(quarter=str(quarter), defaults=values)
    return fresh


def digest(found: dict[str, object]) -> str:
    """The number by which two workings-out are compared."""
    return hashlib.sha256(chain.canonical(found).encode()).hexdigest()
