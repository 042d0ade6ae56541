"""Doors to people and their keys."""

import hashlib
from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from helpdesk.core.errors import Forbidden, NotFound

from .errors import FactorMissing
from .models import Adjustment, ApiKey, CareNote, Factor, Person, RoleChange, Visitor
from .states import CARE_READERS, Role


def require(person: Visitor, *roles: Role) -> Person:
    """The person, if they hold one of the roles; otherwise the door does not exist for them (404)."""
    if not isinstance(person, Person) or not person.has_role(*roles):
        raise NotFound
    return person


def require_staff(person: Visitor) -> Person:
    """The person, if they work here; otherwise 404."""
    if not isinstance(person, Person) or not person.works_here:
        raise NotFound
    return person


def require_desk(person: Visitor) -> Person:
    """The person, if work for them lies in the desk; otherwise 404."""
    if not isinstance(person, Person) or not person.has_desk:
        raise NotFound
    return person


def has_factor(person: Person) -> bool:
    """Whether signing in as this person takes more than a password.

    Sessions and keys from before the factor was set up have ended with that (`operations.factors`).
    """
    return Factor.objects.filter(person=person).exists()


def require_factor(person: Person) -> None:
    """403, with the way to set one up, unless the person has a second factor or none is asked for here."""
    if settings.EXTERNAL_MEDIATORS_NEED_FACTOR and not has_factor(person):
        raise FactorMissing


def key_for(secret: str) -> ApiKey | None:
    """The usable key that hashes to this secret."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    return ApiKey.objects.usable(timezone.now()).filter(sha256=digest).first()


def own_keys(person: Person) -> list[ApiKey]:
    """The person's own keys that are not revoked, the newest first."""
    return list(ApiKey.objects.filter(owner=person, revoked_at=None).order_by("-pk")[:100])


def own_key(person: Person, pk: int) -> ApiKey:
    """One of the person's own keys."""
    key = ApiKey.objects.filter(owner=person, pk=pk).first()
    if key is None:
        raise NotFound
    return key


def require_scope(key: ApiKey | None, scope: str) -> None:
    """403 unless the key carries the scope; a key without any scope carries them all."""
    if key is not None and key.scopes and scope not in key.scopes:
        raise Forbidden(code="scope_missing")


def person_by_email(email: str) -> Person | None:
    """The active account of an address, for commands that name people."""
    return Person.objects.by_email(email).filter(is_active=True).first()


def confirmed_addresses(person: Person) -> set[str]:
    """The e-mail addresses the person has shown to be theirs, in lower case."""
    rows = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return {address.lower() for address in rows}


_KEPT_FROM: list[Callable[[Person, Person], bool]] = []


def keep_care_from(rule: Callable[[Person, Person], bool]) -> None:
    """Nobody of whom the rule (reader, person) says yes reads why they need care, whatever their role."""
    _KEPT_FROM.append(rule)


def reads_care(reader: Visitor, person: Person) -> bool:
    """Whether somebody may read and note why another person needs care; nobody does so of themselves here."""
    if not isinstance(reader, Person) or reader.pk == person.pk or not reader.has_role(*CARE_READERS):
        return False
    return not any(kept(reader, person) for kept in _KEPT_FROM)


def require_care(reader: Person, person: Person) -> None:
    """403 for whoever may read tickets, but not this."""
    if not reads_care(reader, person):
        raise Forbidden


def care_notes(person: Person) -> list[CareNote]:
    """What is noted about the person now; whoever asks has passed the door."""
    return list(person.care_notes.filter(ended_at=None).select_related("noted_by"))


def own_care_notes(person: Person) -> list[CareNote]:
    """What the person said of themselves, and nothing else that is noted."""
    return [row for row in care_notes(person) if row.is_own]


def adjustments(person: Person) -> list[Adjustment]:
    """What is done differently for the person now."""
    return list(person.adjustments.filter(removed_at=None).select_related("noted_by"))


def adjustment_of(person: Person, pk: int) -> Adjustment:
    """One of them."""
    found = person.adjustments.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def care_note_of(person: Person, pk: int) -> CareNote:
    """One of the notes."""
    found = person.care_notes.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


MOST_PEOPLE = 100


def require_admin(person: Visitor) -> Person:
    """Administrators; other staff may not (403), and for everybody else there is no such page (404)."""
    if not require_staff(person).has_role(Role.ADMIN):
        raise Forbidden
    return require_staff(person)


def is_admin(person: object) -> bool:
    """Whether the person asks for roles and decides about them."""
    return isinstance(person, Person) and person.has_role(Role.ADMIN)


def people_to_set_up(words: str = "") -> list[Person]:
    """Who has any role beside a trader's; or anybody whose name or address has the words in it."""
    rows = Person.objects.filter(is_active=True).order_by("name", "pk")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words))
    else:
        rows = rows.exclude(roles=[]).exclude(roles=[str(Role.TRADER)])
    return list(rows[:MOST_PEOPLE])


def person_to_set_up(pk: int) -> Person:
    """One of them."""
    found = Person.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def open_role_changes() -> list[RoleChange]:
    """What waits for a second administrator, the oldest first."""
    return list(RoleChange.objects.filter(approved=None).select_related("person", "asked_by"))


def role_changes_of(person: Person) -> list[RoleChange]:
    """What was asked for this person and what came of it, the newest first."""
    rows = person.role_changes.select_related("person", "asked_by", "decided_by")
    return list(rows.order_by("-pk")[:20])


def role_change(pk: int) -> RoleChange:
    """One request."""
    found = RoleChange.objects.filter(pk=pk).select_related("person", "asked_by").first()
    if found is None:
        raise NotFound
    return found


def others_who_may_decide(change: RoleChange) -> list[Person]:
    """The administrators who neither asked nor gain."""
    return list(Person.objects.with_role(Role.ADMIN).exclude(pk__in=[change.asked_by_id, change.person_id]))


def may_decide(person: Person, change: RoleChange) -> bool:
    """Whether this administrator is one of them."""
    return person.pk not in (change.asked_by_id, change.person_id)
