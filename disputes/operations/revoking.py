"""Ending what a mediator from outside may open, before its time."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid, NotFound
from helpdesk.core.text import one_line

from ..access import grants
from ..models import Dispute, Grant
from ..states import Actor
from . import appointing, chain, granting, telling
from .case import hold


@transaction.atomic
def revoke(dispute: Dispute, pk: int, *, by: Person, reason: str) -> Grant:
    """A supervisor or compliance ends a grant at once and says why; who mediates leaves with it."""
    dispute, at, reason = hold(dispute), clock.now(), one_line(reason)[:1000]
    grants.require_revoking(by)
    found = dispute.grants.filter(pk=pk).select_related("seat__user", "user").first()
    if found is None:
        raise NotFound
    if not found.is_live(at):
        raise Conflict(_("This access has ended already."), code="grant_over")
    if not reason:
        raise Invalid(fields={"reason": [_("Please say in a few words why. It is kept in the log.")]})
    role = Actor.CO if by.has_role(Role.COMPLIANCE) else Actor.SU
    granting.stop(Grant.objects.filter(pk=pk), at=at, why=reason, by=by)
    facts = {"grant": pk, "seat": found.seat_id}
    event = chain.add(
        dispute, "dispute.grant.revoked", by=by, role=role, at=at, facts=facts, private={"reason": reason}
    )
    telling.people("dispute.task", dispute, event, [found.user], task="grant_revoked", url=reverse("desk"))
    if found.seat.ended_at is None:
        appointing.replace(dispute, found.seat, by=None, reason=reason, why="revoked")
    return Grant.objects.get(pk=pk)
