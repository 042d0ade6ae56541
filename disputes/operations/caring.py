"""Whether a trader's vulnerability had to do with the complaint (F20): a figure for returns, nothing else.

No move, condition or draw reads it, nor what is noted about the trader: care is never a ground for anything.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import care_notes
from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import CareFinding, Dispute
from ..states import Actor
from ..states.fair import Caused
from . import chain
from .case import hold

FOUND_BY = (Actor.CH, Actor.SU)


@transaction.atomic
def find(dispute: Dispute, *, by: Person, caused: str, reason: str) -> CareFinding:
    """Say whether it had to do with the complaint, and why; said anew, the last word stands."""
    dispute, at, reason = hold(dispute), clock.now(), many_lines(reason)[:500]
    role = access.acting(by, dispute, FOUND_BY)
    wrong: dict[str, list] = {}
    if caused not in Caused.values:
        wrong["caused"] = [_("Please choose one of the answers.")]
    if not reason:
        wrong["reason"] = [_("Please say why you think so.")]
    if wrong:
        raise Invalid(fields=wrong)
    if not care_notes(dispute.trader):
        raise Conflict(_("Nothing is noted about this trader."), code="no_care_noted")
    made = CareFinding.objects.create(dispute=dispute, caused=caused, reason=reason, by=by, at=at)
    facts = {"finding": made.pk}
    chain.add(dispute, "dispute.care.found", by=by, role=role, at=at, facts=facts, private={"reason": reason})
    return made
