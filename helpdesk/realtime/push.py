"""Hints to open pages: "something about this topic changed". The page fetches it through its normal door.

A hint carries no content that somebody could not see, and it may be lost: pages also look by themselves.
"""

import json
import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from redis import Redis

from helpdesk.core import redis

CHANNEL = "helpdesk:hints"
KICKED = "helpdesk:kicked:{}"
KICK_MEMORY = 120  # seconds; longer than a token lives


def hint(topic: str, data: Mapping[str, Any] | None = None) -> None:
    """Tell the listeners of a topic once this transaction is committed; never fails, never waits long."""
    hint_many([(topic, data or {})])


def hint_many(hints: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """The same for many topics, in one trip."""
    lines = [
        json.dumps({"topic": topic, "data": dict(data)}, separators=(",", ":"), default=str)
        for topic, data in hints
    ]
    if lines:
        transaction.on_commit(partial(_send, lines), robust=True)


def kick(person_id: int) -> None:
    """Close a person's open streams once this transaction is committed; older tokens are void."""
    transaction.on_commit(partial(_kick, person_id), robust=True)


def _send(lines: list[str]) -> None:
    def work(client: Redis) -> None:
        pipe = client.pipeline(transaction=False)
        for line in lines:
            pipe.publish(CHANNEL, line)
        pipe.execute()

    redis.attempt(work, otherwise=None)


def _kick(person_id: int) -> None:
    def work(client: Redis) -> None:
        client.set(KICKED.format(person_id), str(time.time()), ex=KICK_MEMORY)
        client.publish(CHANNEL, json.dumps({"kick": person_id}))

    redis.attempt(work, otherwise=None)
