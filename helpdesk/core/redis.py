"""The one Redis client for pages: short timeouts, and a fuse, because Redis is only the alarm clock.

A hint that cannot be sent is dropped. After a failure nothing is tried for a few seconds, so that a
hanging server costs one short wait, not one per request.
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
T = TypeVar("T")
REST = 5.0  # seconds without trying after a failure
_blown_until = 0.0


@cache
def client() -> Redis:
    """One pool per process; every call gives up after REDIS_PATIENCE seconds."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_PATIENCE,
        socket_connect_timeout=settings.REDIS_PATIENCE,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def attempt(work: Callable[[Redis], T], otherwise: T) -> T:
    """`work(client)`, or `otherwise` at once when Redis is not answering."""
    global _blown_until
    if time.monotonic() < _blown_until:
        return otherwise
    try:
        return work(client())
    except (RedisError, OSError) as error:
        _blown_until = time.monotonic() + REST
        log.warning("redis.unavailable", extra={"error": type(error).__name__})
        return otherwise
