"""Writing notices. Everything here only adds rows, in the caller's transaction; sending is `delivering`.

Rows and business rows are kept or lost together. (event_id, recipient) is unique, so telling the same
thing twice is harmless: the second call writes nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.crypto import salted_hmac

from helpdesk.core import clock
from helpdesk.realtime import push

from . import kinds

BOTH = ("email", "inapp")

# One statement for any number of notices: those already told fall out of `made`, and with them their
# deliveries. What the bell shows is delivered by being written.
_INSERT = """
WITH wanted AS (
    SELECT * FROM unnest(
        %(event_id)s::text[], %(kind)s::text[], %(category)s::text[], %(essential)s::bool[],
        %(person)s::bigint[], %(address)s::text[], %(language)s::text[], %(subject_ref)s::text[],
        %(url)s::text[], %(context)s::text[], %(email)s::bool[], %(inapp)s::bool[], %(message_id)s::text[],
        %(not_before)s::timestamptz[], %(bundle)s::text[]
    ) AS w(event_id, kind, category, essential, person, address, language, subject_ref, url, context,
           email, inapp, message_id, not_before, bundle)
), asked AS (
    SELECT w.*, channel FROM wanted w
    CROSS JOIN LATERAL (VALUES ('email', w.email), ('inapp', w.inapp)) AS c(channel, wanted)
    WHERE c.wanted AND (w.essential OR NOT EXISTS (
        SELECT 1 FROM notify_mute m
        WHERE m.person_id = w.person AND m.category = w.category AND m.channel = c.channel))
), made AS (
    INSERT INTO notify_notice (event_id, kind, person_id, address, language, subject_ref, url, context,
                               in_bell, created_at)
    SELECT event_id, kind, person, address, language, subject_ref, url, context::jsonb,
           bool_or(channel = 'inapp'), %(at)s
    FROM asked GROUP BY 1, 2, 3, 4, 5, 6, 7, context
    ON CONFLICT DO NOTHING
    RETURNING id, event_id, person_id, address, in_bell
), carried AS (
    INSERT INTO notify_delivery (notice_id, channel, state, attempts, next_attempt_at, message_id,
                                 provider_id, error, bundle, created_at, done_at)
    SELECT made.id, a.channel,
           CASE a.channel WHEN 'inapp' THEN 'delivered' ELSE 'queued' END, 0,
           CASE a.channel WHEN 'inapp' THEN NULL ELSE greatest(now(), a.not_before) END,
           CASE a.channel WHEN 'inapp' THEN '' ELSE a.message_id END, '', '',
           CASE a.channel WHEN 'inapp' THEN '' ELSE a.bundle END, %(at)s,
           CASE a.channel WHEN 'inapp' THEN %(at)s END
    FROM made JOIN asked a ON a.event_id = made.event_id
        AND a.person IS NOT DISTINCT FROM made.person_id AND a.address = made.address
)
SELECT id, person_id, in_bell FROM made
"""


@dataclass(frozen=True)
class Row:
    """One notice to one person, for `notify_many`. The letter waits for `not_before`, the bell does not."""

    kind: str
    to: AbstractBaseUser
    event_id: str
    subject_ref: str = ""
    url: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = BOTH
    not_before: datetime | None = None


def notify(
    kind: str,
    to: AbstractBaseUser,
    *,
    event_id: str,
    subject_ref: str = "",
    url: str = "",
    context: dict[str, Any] | None = None,
    channels: tuple[str, ...] = BOTH,
) -> None:
    """Tell one person one thing; a second call with the same event changes nothing."""
    notify_many([Row(kind, to, event_id, subject_ref, url, context or {}, channels)])


def notify_many(rows: Iterable[Row]) -> None:
    """Tell any number of people with one statement; suspended accounts are left out."""
    _write(
        [
            {
                "event_id": row.event_id,
                "kind": row.kind,
                "person": row.to.pk,
                "address": "",
                "language": getattr(row.to, "language", settings.LANGUAGE_CODE),
                "subject_ref": row.subject_ref,
                "url": row.url,
                "context": row.context,
                "email": "email" in row.channels,
                "inapp": "inapp" in row.channels,
                "not_before": row.not_before,
            }
            for row in rows
            if row.to.is_active
        ]
    )


def mail_to_address(
    kind: str,
    email: str,
    language: str,
    event_id: str,
    context: dict[str, Any] | None = None,
    *,
    subject_ref: str = "",
    url: str = "",
) -> None:
    """Write to an address that may belong to nobody we know."""
    _write(
        [
            {
                "event_id": event_id,
                "kind": kind,
                "person": None,
                "address": email,
                "language": language,
                "subject_ref": subject_ref,
                "url": url,
                "context": context or {},
                "email": True,
                "inapp": False,
                "not_before": None,
            }
        ]
    )


def message_id(event_id: str, recipient: str) -> str:
    """The mail's Message-ID: the same however often it is sent, and not to be guessed by others."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    digest = salted_hmac("helpdesk.notify.message-id", f"{event_id}\n{recipient}", algorithm="sha256")
    return f"<{digest.hexdigest()[:40]}@{domain}>"


def _write(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    for row in rows:
        kind = kinds.get(row["kind"])
        row |= {"category": kind.category, "essential": kind.essential}
        row["bundle"] = str(row["person"]) if kind.burst and row["person"] else ""
        row["message_id"] = message_id(row["event_id"], str(row["person"] or row["address"].lower()))
        row["context"] = json.dumps(row["context"], cls=DjangoJSONEncoder, ensure_ascii=False)
    columns = {name: [row[name] for row in rows] for name in rows[0]} | {"at": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, columns)
        made = cursor.fetchall()
    rung = {person for _id, person, in_bell in made if person and in_bell}
    push.hint_many([(f"person:{person}", {"bell": True}) for person in rung])
