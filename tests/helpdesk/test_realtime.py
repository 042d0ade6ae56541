"""Hints reach those who may hear them, and nobody else; a stream needs a token that is young and ours.

Most tests here have no database: a stream that touched one would fail them.
"""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from helpdesk.realtime import push, stream, topics

MEI, OMAR = (
    SimpleNamespace(pk=pk, email=f"{name}@demo.test", is_authenticated=True)
    for pk, name in enumerate(("mei", "omar"), start=1)
)


@pytest.fixture
def guarded(monkeypatch):
    """One kind of topic, open to mei alone."""
    monkeypatch.setitem(topics._guards, "letter", lambda person, rest: person.email.startswith(f"{rest}@"))


class Browser:
    """Reads one stream the way a server hands it over."""

    def __init__(self, token):
        self.query = f"token={token}".encode()
        self.sent: asyncio.Queue = asyncio.Queue()
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    def open(self):
        scope = {"type": "http", "method": "GET", "path": "/stream/", "query_string": self.query}
        self.task = asyncio.create_task(stream.application(scope, self.receive, self.sent.put))
        return self

    async def status(self):
        return (await asyncio.wait_for(self.sent.get(), 5))["status"]

    async def piece(self):
        return (await asyncio.wait_for(self.sent.get(), 5))["body"].decode()

    async def close(self):
        self.gone.set()
        await asyncio.wait_for(self.task, 5)


def in_a_loop(work):
    """In a thread of its own: browser tests keep a loop running in the main one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result(30)


def send_now(topic, **data):
    push._send([json.dumps({"topic": topic, "data": data})])


def token_of(person, *wanted):
    return topics.token_for(person, wanted)


def test_a_token_holds_only_what_the_person_may_hear(guarded):
    token = token_of(MEI, "letter:mei", "letter:omar", "unknown:1")
    assert topics.read_token(token).topics == {"letter:mei"}
    assert token_of(OMAR, "letter:mei") == ""
    assert token_of(AnonymousUser(), "letter:mei") == ""


def test_everybody_hears_of_themselves_alone():
    assert topics.may_listen(MEI, f"person:{MEI.pk}")
    assert not topics.may_listen(MEI, f"person:{OMAR.pk}")


def test_a_token_is_refused_when_altered_or_old(guarded):
    token = token_of(MEI, "letter:mei")
    assert topics.read_token(token[:-2] + "xx") is None
    assert topics.read_token("") is None
    with time_machine.travel(time.time() + topics.LIFETIME + 2, tick=False):
        assert topics.read_token(token) is None


@pytest.mark.parametrize(("who", "status"), [("mei", 200), ("omar", 404), (None, 404)])
def test_who_gets_a_token(client, guarded, cast, who, status):
    if who:
        client.force_login(getattr(cast, who))
    answer = client.get("/live/token/?topic=letter:mei")
    assert answer.status_code == status
    if status == 200:
        assert topics.read_token(answer.json()["token"]).person_id == cast.mei.pk


def test_pages_tell_browsers_not_to_stream_from_them(client):
    assert client.get("/stream/").status_code == 204


def test_a_stream_delivers_the_newest_hint_of_its_topics(guarded):
    token = token_of(MEI, "letter:mei")

    async def listen():
        browser = Browser(token).open()
        assert await browser.status() == 200
        assert "retry:" in await browser.piece()
        reader = next(iter(stream.hub().by_topic["letter:mei"]))
        reader.offer("letter:mei", {"version": 1})
        reader.offer("letter:mei", {"version": 2})
        assert await browser.piece() == 'event: hint\ndata: {"topic":"letter:mei","version":2}\n\n'
        send_now("letter:omar", version=9)
        send_now("letter:mei", version=3)
        assert '"version":3' in await browser.piece()
        await browser.close()
        assert stream.hub().count == 0
        assert stream.hub().by_topic == {}

    in_a_loop(listen)


def test_a_stream_refuses_bad_tokens_and_other_methods():
    async def listen():
        browser = Browser("forged").open()
        assert await browser.status() == 403

    in_a_loop(listen)


def test_a_kick_ends_streams_and_voids_older_tokens(guarded):
    token = token_of(MEI, "letter:mei")

    async def listen():
        browser = Browser(token).open()
        assert await browser.status() == 200
        await browser.piece()
        await asyncio.to_thread(push._kick, MEI.pk)
        assert "renew" in await browser.piece()
        await asyncio.wait_for(browser.task, 5)
        again = Browser(token).open()
        assert await again.status() == 403

    in_a_loop(listen)


def test_a_process_that_ends_asks_every_page_to_renew(guarded):
    token = token_of(MEI, "letter:mei")

    async def listen():
        browser = Browser(token).open()
        assert await browser.status() == 200
        await browser.piece()
        stream.let_go()
        assert "renew" in await browser.piece()
        await asyncio.wait_for(browser.task, 5)

    in_a_loop(listen)


def test_a_stream_ends_by_itself_and_asks_for_renewal(guarded, monkeypatch):
    monkeypatch.setattr(stream, "LIFE", 0.2)
    monkeypatch.setattr(stream, "GRACE", 0.2)
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    token = token_of(OMAR, "letter:omar")

    async def listen():
        browser = Browser(token).open()
        assert await browser.status() == 200
        said = ""
        while "renew" not in said:
            said += await browser.piece()
        assert ": still here" in said
        await asyncio.wait_for(browser.task, 5)

    in_a_loop(listen)


@pytest.mark.django_db
def test_hints_leave_only_after_commit(monkeypatch, django_capture_on_commit_callbacks):
    lines = []
    monkeypatch.setattr(push, "_send", lines.append)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        push.hint("queue", {"v": 1})
        assert lines == []
    assert json.loads(lines[0][0]) == {"topic": "queue", "data": {"v": 1}}
