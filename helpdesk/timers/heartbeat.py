"""Proof of life, kept in the database so that it survives Redis and is seen by every process."""

from django.db import connection


def beat(name: str, lag_seconds: float = 0.0) -> None:
    """Say "still here", stamped by the database's clock; `lag_seconds` is how late the oldest work was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO timers_heartbeat (name, at, lag_seconds) VALUES (%s, clock_timestamp(), %s)"
            " ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at, lag_seconds = EXCLUDED.lag_seconds",
            [name, lag_seconds],
        )
