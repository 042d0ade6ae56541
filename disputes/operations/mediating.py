"""The end of a mediation without a settlement: the file closes and somebody else decides."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..errors import NobodyEligible
from ..models import Dispute
from ..states import MEDIATING, TABLE, Actor
from ..states.paying import Source
from . import appointing, authorising, chain, moving, proposing, replying, telling
from .case import hold


@transaction.atomic
def report_no_settlement(dispute: Dispute, *, by: Person | None, note: str = "") -> None:
    """The mediator reports, a party ends it, or its time is over: a decider is drawn at once.

    Offers that stand lapse. What was said without prejudice stays behind.
    """
    dispute, at = hold(dispute), clock.now()
    if by is not None:
        access.acting(by, dispute, TABLE["report_no_settlement"].actors)
        access.require_declared(by, dispute)
        note = many_lines(note)[:2000]
        if not note:
            raise Invalid(fields={"note": [_("Please say in a sentence why no agreement was reached.")]})
    proposing.lapse(dispute.offers.all())
    authorising.end(dispute.authorities.live().filter(source=Source.OFFER), at=at)
    owed = replying.owed_at_closing(dispute, at=at)
    facts = {"reply_until": {str(side): chain.moment(due) for side, due in owed.items()}} if owed else None
    private = {"note": note} if note else None
    event = moving.apply(dispute, "report_no_settlement", by=by, at=at, facts=facts, private=private)
    seats = dispute.assignments.active().filter(role__in=MEDIATING)
    seats.update(ended_at=at, end_reason="no settlement")
    replying.open_at_closing(dispute, owed, at=at)
    telling.both("dispute.step", dispute, event, step="no_settlement")
    try:
        appointing.draw(dispute, Actor.DE, by=None, at=at)
    except NobodyEligible:
        telling.people("dispute.task", dispute, event, telling.platform(dispute), task="draw_decider")
