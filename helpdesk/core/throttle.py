"""Fixed-window counters in Redis. They protect from floods; nothing that must be exact rests on them."""

import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from .redis import Redis, attempt


def take(bucket: str, *, limit: int, seconds: int) -> int:
    """Count one act; 0 when it is within `limit` per window of `seconds`, else the seconds to wait.

    When Redis does not answer the act is allowed: keeping a support desk reachable matters more than
    counting (sign-in limits do not use this; they live in the database).
    """
    now = int(time.time())
    window = now - now % seconds
    key = f"throttle:{bucket}:{seconds}:{window}"

    def count(redis: Redis) -> int:
        pipe = redis.pipeline(transaction=False)
        pipe.incr(key)
        pipe.expire(key, seconds + 1)
        return int(pipe.execute()[0])

    used = attempt(count, 0)
    return 0 if used <= limit else max(1, window + seconds - now)


def address(meta: Mapping[str, Any]) -> str:
    """The caller's address: the last one that a front of ours has written, or the socket's own."""
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:60]
    return str(meta.get("REMOTE_ADDR", ""))
