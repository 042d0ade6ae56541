"""Server-sent events: one subscription to Redis per process, any number of readers, no database.

A reader holds at most one pending hint per topic, so a flood of hints costs a slow reader nothing but
freshness. Every stream ends after a minute; to go on, the page needs a new token, and with it a new look
at what the person may see.
"""

import asyncio
import json
import logging
import random
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from . import push, topics

LIFE = 60.0  # seconds a stream stays open
GRACE = 5.0  # seconds it goes on after asking the page to renew
HEARTBEAT = 15.0  # seconds between signs of life, below the patience of proxies
STREAMS_A_PERSON = 6
STREAMS_A_PROCESS = 10_000
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
log = logging.getLogger(__name__)


class Reader:
    """One open stream: what it may hear, and what it has not been told yet."""

    def __init__(self, holder: topics.Pass) -> None:
        self.person_id, self.topics = holder.person_id, holder.topics
        self.pending: dict[str, dict[str, Any]] = {}
        self.wake = asyncio.Event()
        self.closed = False

    def offer(self, topic: str, data: dict[str, Any]) -> None:
        """Keep the newest hint of a topic; an older one it had not read is replaced."""
        self.pending[topic] = data
        self.wake.set()

    def close(self) -> None:
        """End the stream at its next breath, which is now."""
        self.closed = True
        self.wake.set()

    def take(self) -> bytes:
        """Everything pending as one piece of text."""
        lines = [
            f"event: hint\ndata: {json.dumps({'topic': topic, **data}, separators=(',', ':'))}\n\n"
            for topic, data in self.pending.items()
        ]
        self.pending.clear()
        self.wake.clear()
        return "".join(lines).encode()


class Hub:
    """The readers of this process and the one subscription that feeds them."""

    def __init__(self) -> None:
        self.by_topic: dict[str, set[Reader]] = {}
        self.by_person: dict[int, list[Reader]] = {}
        self.count = 0
        self.connected = asyncio.Event()
        self.client = aioredis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, decode_responses=True, health_check_interval=10
        )
        self.task = asyncio.create_task(self._listen())

    def add(self, reader: Reader) -> None:
        """Let it hear from now on; the oldest of too many streams of one person ends."""
        theirs = self.by_person.setdefault(reader.person_id, [])
        theirs.append(reader)
        if len(theirs) > STREAMS_A_PERSON:
            theirs[0].close()
        for topic in reader.topics:
            self.by_topic.setdefault(topic, set()).add(reader)
        self.count += 1

    def remove(self, reader: Reader) -> None:
        """Forget it completely."""
        for topic in reader.topics:
            readers = self.by_topic.get(topic, set())
            readers.discard(reader)
            if not readers:
                self.by_topic.pop(topic, None)
        theirs = self.by_person.get(reader.person_id, [])
        if reader in theirs:
            theirs.remove(reader)
            self.count -= 1
        if not theirs:
            self.by_person.pop(reader.person_id, None)

    async def void(self, holder: topics.Pass) -> bool:
        """The person was sent away after this token was issued."""
        kicked_at = await self.client.get(push.KICKED.format(holder.person_id))
        return kicked_at is not None and float(kicked_at) >= holder.issued_at

    def dispatch(self, line: str) -> None:
        """One message of the channel to those who listen."""
        message = json.loads(line)
        if "kick" in message:
            for reader in self.by_person.get(message["kick"], []):
                reader.close()
            return
        for reader in self.by_topic.get(message["topic"], ()):
            reader.offer(message["topic"], message["data"])

    async def _listen(self) -> None:
        while True:
            try:
                async with self.client.pubsub() as channel:
                    await channel.subscribe(push.CHANNEL)
                    self._missed()
                    self.connected.set()
                    while True:
                        # Reading with a limit also sends the pings that find a silent server.
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=10)
                        if message is not None:
                            self._hear(message["data"])
            except (RedisError, OSError) as error:
                self.connected.clear()
                log.warning("stream.redis_lost", extra={"error": type(error).__name__})
                await asyncio.sleep(0.5 + random.random())  # noqa: S311

    def _hear(self, line: str) -> None:
        try:
            self.dispatch(line)
        except (ValueError, KeyError, TypeError):
            log.warning("stream.bad_hint")

    def _missed(self) -> None:
        for topic, readers in self.by_topic.items():
            for reader in readers:
                reader.offer(topic, {"missed": True})


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        for old in [known for known in _hubs if known.is_closed()]:
            del _hubs[old]
        _hubs[loop] = Hub()
    return _hubs[loop]


def let_go() -> None:
    """This process ends: every page is asked to open its next stream, which another one will answer."""
    for here in _hubs.values():
        for reader in [reader for theirs in here.by_person.values() for reader in theirs]:
            reader.close()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """GET /stream/?token=…: hints for the token's topics until a minute has passed."""
    if scope["type"] != "http":
        return
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    holder = topics.read_token(_token(scope))
    if holder is None:
        await _refuse(send, 403)
        return
    here = hub()
    try:
        await asyncio.wait_for(here.connected.wait(), 1.0)
        if here.count >= STREAMS_A_PROCESS:
            await _refuse(send, 503)
        elif await asyncio.wait_for(here.void(holder), 2.0):
            await _refuse(send, 403)
        else:
            await _stream(here, Reader(holder), receive, send)
    except (TimeoutError, RedisError):
        await _refuse(send, 503)


async def _stream(here: Hub, reader: Reader, receive: Any, send: Any) -> None:
    here.add(reader)
    gone = asyncio.create_task(_until_gone(reader, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send(_piece(b"retry: 3000\n\n"))
        with suppress(OSError):
            await _speak(reader, send)
    finally:
        here.remove(reader)
        gone.cancel()


async def _speak(reader: Reader, send: Any) -> None:
    life = LIFE * random.uniform(0.9, 1.0)  # noqa: S311 - so that not all come back at once
    await _pass_on(reader, send, life)
    # The page opens its next stream while this one still speaks, so no hint falls between the two.
    await send(_piece(b"event: renew\ndata: {}\n\n"))
    await _pass_on(reader, send, GRACE)
    await send(_piece(b"", more=False))


async def _pass_on(reader: Reader, send: Any, seconds: float) -> None:
    now = asyncio.get_running_loop().time
    end = now() + seconds
    while not reader.closed and (left := end - now()) > 0:
        try:
            await asyncio.wait_for(reader.wake.wait(), min(HEARTBEAT, left))
        except TimeoutError:
            await send(_piece(b": still here\n\n"))
            continue
        if reader.pending:
            await send(_piece(reader.take()))
        else:
            reader.wake.clear()


async def _until_gone(reader: Reader, receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.close()


def _token(scope: dict[str, Any]) -> str:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return query.get("token", [""])[0]


def _piece(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def _refuse(send: Any, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"10"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
