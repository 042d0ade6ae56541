"""A worker can be connected and yet consume nothing. It notices, and ends, so that it is started anew."""

import logging
import os
import threading
import time

from django.db import DatabaseError, connection
from redis import Redis

from helpdesk.core import redis
from helpdesk.timers.models import Heartbeat

LOOK_EVERY = 10.0
SILENT = 45.0  # seconds without a heartbeat while messages wait
QUEUE = "celery"
log = logging.getLogger(__name__)


def start() -> None:
    """Watch from a thread of the worker's main process."""
    threading.Thread(target=_watch, name="watchdog", daemon=True).start()


def _watch() -> None:
    born, strikes = time.monotonic(), 0
    while True:
        time.sleep(LOOK_EVERY)
        if time.monotonic() - born < SILENT:
            continue
        strikes = strikes + 1 if is_stuck() else 0
        if strikes >= 2:
            log.error("worker.stuck")
            os._exit(70)


def is_stuck() -> bool:
    """Messages wait and the last heartbeat is old; when that cannot be known, no."""
    waiting = redis.attempt(_queued, otherwise=0)
    if not waiting:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT extract(epoch FROM clock_timestamp() - at) FROM {Heartbeat._meta.db_table}"  # noqa: S608
                " WHERE name = 'worker'"
            )
            row = cursor.fetchone()
    except DatabaseError:
        return False
    finally:
        connection.close()
    return row is None or float(row[0]) > SILENT


def _queued(client: Redis) -> int:
    return int(client.llen(QUEUE))
