"""Writing the record."""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from helpdesk.core import clock

from .models import Entry


def record(
    action: str, *, subject: str, actor: AbstractBaseUser | AnonymousUser | None = None, **data: Any
) -> Entry:
    """Add one act to the record, in the caller's transaction. `actor` None means the system itself."""
    added = entry(action, subject=subject, actor=actor, **data)
    added.save(force_insert=True)
    return added


def entry(
    action: str, *, subject: str, actor: AbstractBaseUser | AnonymousUser | None = None, **data: Any
) -> Entry:
    """One act as `record` would add it, for `record_all`; nothing is written yet."""
    known = actor is not None and actor.pk is not None
    return Entry(
        at=clock.now(),
        action=action,
        subject=subject,
        actor_id=actor.pk if actor is not None and known else None,
        actor_name=str(actor)[:120] if known else "",
        data=data,
    )


_MANY = """
INSERT INTO audit_entry (at, action, subject, actor_id, actor_name, data)
SELECT at, action, subject, NULL, '', data::jsonb
FROM unnest(%(at)s::timestamptz[], %(action)s::text[], %(subject)s::text[], %(data)s::text[])
    AS d(at, action, subject, data)
"""


def record_many(action: str, acts: list[tuple[datetime, str, dict[str, Any]]]) -> None:
    """Add many acts of the system, (moment, subject, data) each, with one statement; for the sweeps."""
    if not acts:
        return
    columns: dict[str, Any] = {
        "at": [at for at, _subject, _data in acts],
        "action": [action] * len(acts),
        "subject": [subject for _at, subject, _data in acts],
        "data": [json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False) for _at, _subject, data in acts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MANY, columns)


def record_all(entries: list[Entry]) -> None:
    """Add a few acts of one moment, made by `entry`, with one statement."""
    Entry.objects.bulk_create(entries)
