"""Fixed-window counters in Redis. They protect from floods; nothing that must be exact rests on them."""

import time

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
