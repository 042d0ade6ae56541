"""No detriment (F17): who complains is not restricted for it. What restricts needs compliance, and shows."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import one_line
from tickets.models import Ticket

from .. import access
from ..errors import NoDetriment, SameHands
from ..models import Dispute, Restriction
from ..states import Actor
from . import chain, telling
from .case import hold

Act = Restriction.Act


@transaction.atomic
def ask(dispute: Dispute, *, by: Person, act: str, reason: str, ticket: str = "") -> Restriction:
    """Ask compliance for leave to restrict the trader while the dispute is open."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.CH, Actor.SU))
    if not dispute.is_open:
        raise Conflict(_("The case is already over."), code="restriction_not_open")
    reason, ticket = one_line(reason)[:1000], one_line(ticket).upper()
    if act not in Act.values:
        raise Invalid(fields={"act": [_("Please choose one of the acts.")]})
    mine = Ticket.objects.filter(requester_id=dispute.trader_id, reference=ticket)
    if act != Act.SUSPEND and not mine.exists():
        raise Invalid(fields={"ticket": [_("Please give the number of one of the trader's tickets.")]})
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why; both sides read it.")]})
    if dispute.restrictions.filter(approved=None).exists():
        raise Conflict(_("Compliance has not ruled on the last request yet."), code="restriction_asked")
    found = Restriction.objects.create(
        dispute=dispute, act=act, ticket="" if act == Act.SUSPEND else ticket, reason=reason,
        asked_by=by, asked_at=at,
    )  # fmt: skip
    facts = {"restriction": found.pk, "act": act, "ticket": found.ticket}
    event = chain.add(
        dispute, "dispute.restriction.asked", by=by, role=role, at=at, facts=facts, private={"reason": reason}
    )
    telling.people("dispute.task", dispute, event, telling.holders(Role.COMPLIANCE), task="restriction")
    return found


@transaction.atomic
def rule(dispute: Dispute, *, by: Person, approve: bool) -> Restriction:
    """Compliance allows it once, or does not. Never who asked."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.CO,))
    found = dispute.restrictions.filter(approved=None).first()
    if found is None:
        raise Conflict(_("Nobody has asked for a restriction."), code="no_restriction")
    if found.asked_by_id == by.pk:
        raise SameHands
    found.approved, found.ruled_by, found.ruled_at = approve, by, at
    found.save(update_fields=["approved", "ruled_by", "ruled_at"])
    action = "dispute.restriction.approved" if approve else "dispute.restriction.refused"
    event = chain.add(dispute, action, by=by, role=role, at=at, facts={"restriction": found.pk})
    if approve:
        telling.both("dispute.step", dispute, event, step="restriction", reason=found.reason)
    return found


def passing(trader: int, act: str, by_id: int, ticket: str = "") -> None:
    """Called inside the act itself: it passes with an unused approval, and raises a flag in the file."""
    cases = list(Dispute.objects.open().filter(trader_id=trader).order_by("pk"))
    if not cases:
        return
    held = [hold(case) for case in cases]
    rows = Restriction.objects.filter(dispute__in=held, act=act, ticket=ticket, approved=True, done_at=None)
    found = rows.order_by("pk").first()
    if found is None:
        raise NoDetriment
    by, at = Person.objects.get(pk=by_id), clock.now()
    found.done_at = at
    found.save(update_fields=["done_at"])
    case = next(one for one in held if one.pk == found.dispute_id)
    role = next(iter(sorted(access.actors_of(by, case))), Actor.AG)
    facts = {"restriction": found.pk, "act": act, "ticket": ticket, "flag": "restricted_during_dispute"}
    chain.add(case, "dispute.restriction.done", by=by, role=role, at=at, facts=facts)
