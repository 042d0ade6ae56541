"""Accounts: made, changed, closed."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from helpdesk.audit.log import record
from helpdesk.core import events
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line

from ..errors import InsideAndOutside, LastAdmin, OwnManager, UnknownRole
from ..events import AccessChanged, Suspending
from ..models import Person
from ..states import STAFF, Role


@transaction.atomic
def register(
    email: str, *, name: str, password: str | None, roles: Iterable[str] = (Role.TRADER,), **fields: Any
) -> Person:
    """Make an account with these roles."""
    given = [str(role) for role in roles]
    checked(given)
    person = Person.objects.create_user(email, password, name=one_line(name), roles=given, **fields)
    record("person.registered", subject=f"person:{person.pk}", actor=person, roles=person.roles)
    return person


@transaction.atomic
def set_roles(person: Person, roles: Iterable[str], *, by: Person) -> Person:
    """Give exactly these roles; effective with the person's next request, open streams close at once."""
    wanted = checked(roles)
    person = hold(person)
    before = person.roles
    others = Person.objects.with_role(Role.ADMIN).exclude(pk=person.pk)
    if Role.ADMIN in before and Role.ADMIN not in wanted and not others.exists():
        raise LastAdmin
    person.roles = wanted
    person.save(update_fields=["roles"])
    record("person.roles.changed", subject=f"person:{person.pk}", actor=by, before=before, after=wanted)
    events.publish(AccessChanged(person.pk))
    return person


def checked(roles: Iterable[str]) -> list[str]:
    """The roles in order, each once, known and fit together.

    Nobody is of the house and a mediator from outside; the database holds it, too.
    """
    wanted = {str(role) for role in roles}
    if unknown := wanted - set(Role.values):
        raise UnknownRole(fields={"roles": [", ".join(sorted(unknown))]})
    if Role.EXTERNAL_MEDIATOR in wanted and wanted & STAFF:
        raise InsideAndOutside
    return sorted(wanted)


@transaction.atomic
def set_care(person: Person, needs_care: bool, *, by: Person) -> Person:
    """Note that somebody is vulnerable or a minor, or no longer: for staff alone, on the record."""
    person = hold(person)
    if person.needs_care != needs_care:
        person.needs_care = needs_care
        person.save(update_fields=["needs_care"])
        record("person.care.changed", subject=f"person:{person.pk}", actor=by, needs_care=needs_care)
    return person


@transaction.atomic
def set_line(person: Person, unit: str, manager: Person | None, *, by: Person) -> Person:
    """Where somebody of the house works and who is above them: it keeps them out of their own disputes."""
    person, unit = hold(person), one_line(unit)[:40]
    if (person.unit, person.manager_id) == (unit, manager.pk if manager else None):
        return person
    refuse_circle(person, manager)
    before = [person.unit, person.manager_id]
    person.unit, person.manager = unit, manager
    person.save(update_fields=["unit", "manager"])
    after = [person.unit, person.manager_id]
    record("person.line.changed", subject=f"person:{person.pk}", actor=by, before=before, after=after)
    return person


def refuse_circle(person: Person, manager: Person | None) -> None:
    """Nobody is above themselves."""
    above, seen = manager, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == person.pk:
            raise OwnManager
        seen.add(above.pk)
        above = above.manager


@transaction.atomic
def set_active(person: Person, active: bool, *, by: Person) -> Person:
    """Suspend or restore an account; a suspended one is signed out everywhere with its next request."""
    person = hold(person)
    if person.is_active and not active:
        events.publish(Suspending(person.pk, by.pk))
    person.is_active = active
    person.save(update_fields=["is_active"])
    record("person.activity.changed", subject=f"person:{person.pk}", actor=by, active=active)
    events.publish(AccessChanged(person.pk))
    return person


@transaction.atomic
def set_preferences(person: Person, **changes: Any) -> Person:
    """Change name, language, time zone, theme, density or the undo window of one's own account."""
    person = hold(person)
    allowed = {"name", "language", "time_zone", "theme", "density", "undo_seconds"} & changes.keys()
    for field in allowed:
        setattr(person, field, changes[field])
    person.save(update_fields=sorted(allowed))
    record("person.preferences.changed", subject=f"person:{person.pk}", actor=person, fields=sorted(allowed))
    return person
