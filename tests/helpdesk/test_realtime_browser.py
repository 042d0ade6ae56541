"""live.js in a real browser: many tabs, one stream, every tab hears, and the next one takes over."""

import json
import socket
import threading
import time
from pathlib import Path

import pytest

from helpdesk.realtime import push, stream, topics

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).resolve().parents[2] / "static/js/controllers/live.js"
PAGE = """<!doctype html><title>live</title><body data-live-topics="letter:mei">
<script type="module">
import live from "/live.js";
document.body.heard = [];
for (const name of ["hint", "hint-letter"])
  document.body.addEventListener(name, ({ detail }) => document.body.heard.push([name, detail.v]));
live(document.body);
</script>"""


class Site:
    """The stream itself, with one page and no database."""

    def __init__(self):
        self.tokens = self.open = self.most = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        if scope["path"] == "/stream/":
            self.open += 1
            self.most = max(self.most, self.open)
            try:
                await stream.application(scope, receive, send)
            finally:
                self.open -= 1
            return
        body, kind = {
            "/page": (PAGE.encode(), b"text/html"),
            "/live.js": (SCRIPT.read_bytes(), b"text/javascript"),
            "/live/token/": (self.token(), b"application/json"),
        }.get(scope["path"], (b"", b"text/plain"))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": body})

    def token(self):
        self.tokens += 1
        said = {"p": 1, "t": ["letter:mei"], "at": time.time()}
        return b'{"token": "%s"}' % topics.signing.dumps(said, salt=topics._SALT, compress=True).encode()


@pytest.fixture
def site():
    import uvicorn

    app = Site()
    with socket.socket() as room:
        room.bind(("127.0.0.1", 0))
        port = room.getsockname()[1]
    config = uvicorn.Config(app, port=port, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    app.address = f"http://127.0.0.1:{port}"
    wait_for(lambda: serving.started)
    yield app
    serving.should_exit = True
    thread.join(10)


def wait_for(truth, seconds=40):
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hint(version):
    push._send([json.dumps({"topic": "letter:mei", "data": {"v": version}})])


def both_of(tab, version):
    """The versions of both events a hint is heard as, once somebody hears it."""
    heard = tab.evaluate("document.body.heard")
    return [
        told for name in ("hint", "hint-letter") for kind, told in heard if (kind, told) == (name, version)
    ][:2]


def test_many_tabs_share_one_stream_and_outlive_its_holder(browser, site, monkeypatch):
    monkeypatch.setattr(stream, "LIFE", 4.0)  # so that renewal happens during the test as well
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(7)]
    for tab in tabs:
        tab.goto(f"{site.address}/page")
    streaming = "document.body.dataset.liveState === 'streaming'"
    for tab in tabs:
        tab.wait_for_function(streaming)

    # A hint may be lost while a stream changes hands (pages also look by themselves), so it is said again.
    def all_hear(version):
        def told():
            hint(version)
            tabs[0].wait_for_timeout(300)
            return all([version] * 2 == both_of(tab, version) for tab in tabs)

        wait_for(told)

    all_hear(1)
    assert site.most <= 2  # the old and the new one, for a moment

    tabs.pop(0).close()
    tabs[0].wait_for_function(streaming)
    wait_for(lambda: site.open == 1)
    all_hear(2)

    renewed = site.tokens
    wait_for(lambda: site.tokens > renewed)
    all_hear(3)
    context.close()
    wait_for(lambda: site.open == 0)
