"""Bursts: of what warns one person, ten letters in five minutes go singly; the others become one letter.

Only the letter collapses. The notice behind the bell stays one per act and person, and each delivery its own
row, so that everything is told exactly once. When a sender first takes up a letter of a burst, it counts,
alone for that person, how many went singly in the window that runs. The eleventh, and with it whatever else
waits, becomes a part of the window's digest. The first part carries the digest: it alone has a moment, the
window's end; the others wait for it and are marked with it. A part joins only while the window runs, and
whoever takes up the digest waits for those who are joining: what a digest lists never changes once it is on
its way, so a sender that died is followed by the same letter under the same Message-ID.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from .models import Delivery, DeliveryState
from .send import message_id

CHANNEL, CARRIER = "digest", "email"
SINGLY, WINDOW = 10, 300  # letters, seconds

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('notify.burst:' || %s, 0))"
# After the lock and in a statement of its own, so that the window is the one that runs now.
_WINDOW = "SELECT ((floor(extract(epoch FROM clock_timestamp()) / %(n)s) + 1) * %(n)s)::bigint"
_STANDING = """
SELECT count(*) FILTER (WHERE channel = 'email'),
       count(*) FILTER (WHERE channel = 'digest' AND state IN ('queued', 'sending')) > 0
FROM notify_delivery WHERE bundle = %(bundle)s
"""
# Those another sender has just taken up are left out; it will come to the same result for them.
_JOIN = """
WITH waiting AS (
    SELECT id FROM notify_delivery
    WHERE bundle = %(person)s AND channel = 'email' AND state = 'queued' AND attempts = 0
        AND next_attempt_at <= clock_timestamp()
    FOR NO KEY UPDATE SKIP LOCKED
), joining AS (SELECT id FROM waiting UNION SELECT %(one)s)
UPDATE notify_delivery d
SET channel = 'digest', bundle = %(bundle)s, state = 'queued', attempts = 0, deaths = 0,
    message_id = %(message_id)s,
    next_attempt_at = CASE WHEN d.id = %(carrying)s THEN %(ends)s::timestamptz END
FROM joining WHERE d.id = joining.id
"""


@dataclass(frozen=True)
class _Window:
    """Five minutes of one person."""

    person: str
    ends: int

    @property
    def bundle(self) -> str:
        return f"{self.person}:{self.ends}"


def joins(delivery_id: int, bundle: str, channel: str) -> bool:
    """Whether a letter just taken up goes into a digest instead. Called in the transaction of the claim."""
    if channel != CARRIER or not bundle or ":" in bundle:
        return False  # not of a burst, or its window is settled
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [bundle])
        cursor.execute(_WINDOW, {"n": WINDOW})
        window = _Window(bundle, cursor.fetchone()[0])
        cursor.execute(_STANDING, {"bundle": window.bundle})
        singly, begun = cursor.fetchone()
        if singly >= SINGLY:
            cursor.execute(_JOIN, _values(window, delivery_id, begun))
            return True
    Delivery.objects.filter(pk=delivery_id).update(bundle=window.bundle)
    return False


def _values(window: _Window, delivery_id: int, begun: bool) -> dict[str, Any]:
    return {
        "bundle": window.bundle,
        "person": window.person,
        "one": delivery_id,
        "carrying": None if begun else delivery_id,
        "ends": datetime.fromtimestamp(window.ends, UTC),
        "message_id": message_id(f"digest:{window.bundle}", window.person),
    }


def parts(delivery_id: int, bundle: str) -> "QuerySet[Delivery]":
    """The other parts of a digest that was just taken up, in the order they were told."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [bundle.partition(":")[0]])  # those who are joining have joined
    found = Delivery.objects.filter(bundle=bundle, channel=CHANNEL, state=DeliveryState.QUEUED)
    return found.exclude(pk=delivery_id).select_related("notice__person").order_by("notice_id")
