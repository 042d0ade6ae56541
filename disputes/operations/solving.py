"""Solved early and simply (T06): the trader says so themselves, and is told in writing what stays open."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import Dispute, Event
from ..states import Actor, LetterKind
from . import lettering, moving, telling
from .case import hold


@transaction.atomic
def solve(dispute: Dispute, *, by: Person, words: str, at: datetime | None = None) -> Event:
    """The trader's own words close the case and are kept as they are; the summary letter goes out."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.TR,))
    words = many_lines(words)[:2000]
    if not words:
        raise Invalid(fields={"words": [_("Please say in a few words how it was solved.")]})
    event = moving.apply(dispute, "close_simply", by=by, at=at, private={"words": words}, outcome="settled")
    letter = lettering.issue(dispute, LetterKind.SOLVED, event, words=words)
    telling.both("dispute.solved", dispute, event, letter=letter.number, words=words)
    return event
