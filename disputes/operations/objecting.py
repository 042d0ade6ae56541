"""Objections with reasons (F5): somebody without a part in the case rules on them, and says why."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import Dispute, Objection
from ..reads import objections
from ..states import Actor
from . import appointing, chain, telling
from .case import hold


@transaction.atomic
def rule(dispute: Dispute, *, by: Person, uphold: bool, reason: str) -> Objection:
    """Compliance, or a supervisor who has had no hand in the case, rules; upheld, the mediator is replaced.

    Either way both sides read the reasons at the same moment.
    """
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.CO, Actor.SU))
    found = objections.waiting(dispute)
    if found is None:
        raise Conflict(_("No objection waits for a ruling."), code="no_objection")
    if not objections.may_rule(dispute, by, found):
        raise Forbidden(_("Somebody who has had no hand in the case rules on it."))
    reason = many_lines(reason)[:1000]
    if not reason:
        raise Invalid(fields={"ruling": [_("Please say why; both sides read it.")]})
    found.upheld, found.ruled_by, found.ruled_at, found.ruling = uphold, by, at, reason
    found.save(update_fields=["upheld", "ruled_by", "ruled_at", "ruling"])
    action = "dispute.objection.upheld" if uphold else "dispute.objection.dismissed"
    facts, private = {"objection": found.pk, "seat": found.assignment_id}, {"reason": reason}
    event = chain.add(dispute, action, by=by, role=role, at=at, facts=facts, private=private)
    told = "objection_upheld" if uphold else "objection_dismissed"
    telling.both("dispute.step", dispute, event, step=told, name=str(found.assignment.user), reason=reason)
    if uphold:
        appointing.replace(dispute, found.assignment, by=None, reason=reason, why=f"objection:{found.side}")
    return found
