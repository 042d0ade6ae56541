"""Roles are given by two: one administrator asks, another one agrees (four eyes)."""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines
from helpdesk.notify.send import Row, notify_many

from .. import access
from ..models import Person, RoleChange
from .registration import checked, set_roles


@transaction.atomic
def ask(person: Person, roles: Iterable[str], *, by: Person, reason: str) -> RoleChange:
    """Ask that the person has exactly these roles; nothing changes before another administrator agrees."""
    access.require_admin(by)
    person, wanted, reason = hold(person), checked(roles), many_lines(reason)[:500]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say what they need them for.")]})
    if set(wanted) == set(person.roles):
        raise Invalid(fields={"roles": [_("These are the roles they have.")]})
    if person.role_changes.filter(approved=None).exists():
        raise Conflict(_("Something is asked for already; decide about that first."), code="asked_already")
    change = RoleChange.objects.create(
        person=person, before=sorted(person.roles), wanted=wanted, reason=reason, asked_by=by,
        asked_at=clock.now(),
    )  # fmt: skip
    record(
        "person.roles.asked", subject=f"person:{person.pk}", actor=by, before=change.before, after=wanted,
        reason=reason,
    )  # fmt: skip
    _tell(change, access.others_who_may_decide(change))
    return change


@transaction.atomic
def approve(change: RoleChange, *, by: Person) -> RoleChange:
    """The roles are given: by an administrator who neither asked nor gains."""
    access.require_admin(by)
    person, change = hold(change.person), hold(change)
    _still_open(change)
    if by.pk in (change.asked_by_id, change.person_id):
        raise Forbidden(_("Another administrator decides about this: four eyes."), code="four_eyes")
    if sorted(person.roles) != sorted(change.before):
        raise Conflict(_("Their roles have changed meanwhile. Please ask anew."), code="roles_changed")
    set_roles(person, change.wanted, by=by)
    return _decided(change, by=by, approved=True)


@transaction.atomic
def turn_down(change: RoleChange, *, by: Person) -> RoleChange:
    """Nothing changes: another administrator says no, or whoever asked takes it back."""
    access.require_admin(by)
    change = hold(change)
    _still_open(change)
    return _decided(change, by=by, approved=False)


def _still_open(change: RoleChange) -> None:
    if change.approved is not None:
        raise Conflict(_("This has been decided already."), code="decided_already")


def _decided(change: RoleChange, *, by: Person, approved: bool) -> RoleChange:
    change.approved, change.decided_by, change.decided_at = approved, by, clock.now()
    change.save(update_fields=["approved", "decided_by", "decided_at"])
    act = "approved" if approved else "turned_down"
    record(f"person.roles.{act}", subject=f"person:{change.person_id}", actor=by, change=change.pk)
    if change.asked_by_id != by.pk:
        _tell(change, [change.asked_by])
    return change


def _tell(change: RoleChange, people: Iterable[Person]) -> None:
    step = {None: "asked", True: "approved", False: "turned_down"}[change.approved]
    context = {
        "step": step, "name": str(change.person), "by": str(change.decided_by or change.asked_by),
        "reason": change.reason,
    }  # fmt: skip
    url, subject = reverse("person_roles", args=[change.person_id]), f"person:{change.person_id}"
    event = f"account.roles:{change.pk}:{step}"
    notify_many(Row("account.roles", to, event, subject, url, context, ("inapp", "email")) for to in people)
