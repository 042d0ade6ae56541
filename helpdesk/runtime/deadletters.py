"""Poison: a task that kills its worker is delivered again and again. We count, and set it aside."""

import json
import logging
from typing import Any

from django.db import connection

from helpdesk.site.health import Check

from .models import DeadLetter

MOST_REDELIVERIES = 5
log = logging.getLogger(__name__)

_COUNT = """
INSERT INTO runtime_deadletter (task_id, task, arguments, redeliveries, first_at, last_at)
VALUES (%s, %s, %s, 1, clock_timestamp(), clock_timestamp())
ON CONFLICT (task_id) DO UPDATE SET
    redeliveries = runtime_deadletter.redeliveries + 1,
    last_at = clock_timestamp(),
    dead_at = CASE WHEN runtime_deadletter.redeliveries >= %s
                   THEN COALESCE(runtime_deadletter.dead_at, clock_timestamp()) END
RETURNING dead_at IS NOT NULL
"""


def is_poison(task_id: str, task: str, args: list[Any], kwargs: dict[str, Any]) -> bool:
    """Count one more delivery of a message that came back; True when it must not run again."""
    arguments = json.dumps({"args": args, "kwargs": kwargs}, default=str)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [task_id, task, arguments, MOST_REDELIVERIES])
        dead = bool(cursor.fetchone()[0])
    if dead:
        log.error("task.set_aside", extra={"task": task, "task_id": task_id})
    return dead


def set_aside() -> Check:
    """Tasks that kept killing their worker: worth a look, no reason to be unready."""
    count = DeadLetter.objects.filter(dead_at__isnull=False).count()
    return Check("dead_letters", True, f"{count} set aside" if count else "", {"count": count})
