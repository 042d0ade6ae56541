"""What people looked for in vain."""

from datetime import datetime

from django.db import connection

from helpdesk.core import clock
from helpdesk.core.text import preview
from helpdesk.core.throttle import take

from ..models import SearchMiss


def note_miss(asked: str, *, language: str, at: datetime | None = None) -> None:
    """Count a question without an answer, once a day per wording; floods are dropped, no person is kept."""
    asked = preview(asked.lower(), 200)
    if not asked or take("search-miss", limit=300, seconds=60):
        return
    with connection.cursor() as cursor:
        # One statement: the page that found nothing must not cost more than the one that did.
        cursor.execute(
            f"INSERT INTO {SearchMiss._meta.db_table} AS miss (day, language, text, count)"  # noqa: S608
            " VALUES (%s, %s, %s, 1) ON CONFLICT (day, language, text) DO UPDATE SET count = miss.count + 1",
            [(at or clock.now()).date(), language, asked],
        )
