"""Doors to people and their keys."""

import hashlib

from django.utils import timezone

from helpdesk.core.errors import Forbidden, NotFound

from .models import ApiKey, Person, Visitor
from .states import Role


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
