"""Writing the record."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from helpdesk.core import clock

from .models import Entry


def record(
    action: str, *, subject: str, actor: AbstractBaseUser | AnonymousUser | None = None, **data: Any
) -> Entry:
    """Add one act to the record, in the caller's transaction. `actor` None means the system itself."""
    known = actor is not None and actor.pk is not None
    return Entry.objects.create(
        at=clock.now(),
        action=action,
        subject=subject,
        actor_id=actor.pk if actor is not None and known else None,
        actor_name=str(actor)[:120] if known else "",
        data=data,
    )


def record_many(entries: list[Entry]) -> None:
    """Add many acts of the system with one statement; for the sweeps."""
    Entry.objects.bulk_create(entries)
