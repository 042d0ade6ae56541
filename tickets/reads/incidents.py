"""Incidents as the desk shows them, and how many tickets belong to one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.urls import reverse

from ..models import Incident
from ..states import LIVE, Status

BEFORE = timedelta(minutes=15)  # what led to an incident belongs to it
_LIVE = ", ".join(f"'{status.value}'" for status in LIVE)
_REST = ", ".join(f"'{status.value}'" for status in Status if status not in LIVE)
# Two indexes answer: live tickets by problem type and moment; the others by status and last change, which
# is never before they were filed. `s.since` comes from whoever asks.
COUNT = f"""
SELECT count(*) FROM (
    SELECT FROM tickets_ticket WHERE category_id = %(category)s AND status IN ({_LIVE})
        AND created_at > s.since AND created_at <= %(until)s
    UNION ALL
    SELECT FROM tickets_ticket WHERE category_id = %(category)s AND status IN ({_REST})
        AND updated_at > s.since AND created_at > s.since AND created_at <= %(until)s
) similar_ones
"""  # noqa: S608 – nothing but words of ours is put in


@dataclass(frozen=True, slots=True)
class Line:
    """One open incident, for the banner above the queue."""

    name: str
    opened_at: datetime
    tickets: int
    url: str
    close_url: str


def lines() -> list[Line]:
    """The open incidents, the oldest first: one question, and two more for each of the few there are."""
    found = Incident.objects.filter(closed_at=None).select_related("category").order_by("opened_at", "pk")
    return [
        Line(
            str(incident.category),
            incident.opened_at,
            counted(incident),
            incident.get_desk_url(),
            reverse("tickets:close-incident", args=[incident.pk]),
        )
        for incident in found
    ]


def counted(incident: Incident) -> int:
    """How many tickets belong to it so far."""
    values: dict[str, Any] = {
        "category": incident.category_id,
        "since": since(incident),
        "until": incident.closed_at or "infinity",
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({COUNT}) FROM (SELECT %(since)s::timestamptz AS since) s", values)  # noqa: S608
        return cursor.fetchone()[0]


def since(incident: Incident) -> datetime:
    """From when on tickets belong to it: a little before its opening, never before the last one closed."""
    earlier = Incident.objects.filter(category=incident.category_id, closed_at__lte=incident.opened_at)
    closed = earlier.order_by("-closed_at").values_list("closed_at", flat=True).first()
    first = incident.opened_at - BEFORE
    return max(first, closed) if closed else first
