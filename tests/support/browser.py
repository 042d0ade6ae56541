"""Real Chromium against the real product: the same application that `manage.py up` serves, on a free port.

Without Chromium these tests are skipped with a loud line; with REQUIRE_BROWSER=1 that is a failure.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support import rooms

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def chromium() -> str | None:
    """Where the browser lies, if anywhere."""
    named = os.environ.get("CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return named or next((found for name in names if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if chromium() or os.environ.get("REQUIRE_BROWSER") == "1":
        return
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no Chromium found"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    without = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium found" in str(r.longrepr)]
    if without:
        terminalreporter.write_line(
            f"!!! {len(without)} BROWSER TESTS WERE NOT RUN: no Chromium found. "
            "Install chromium and a CJK font, or set CHROMIUM to its path.",
            red=True, bold=True,
        )  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for the whole run."""
    path = chromium()
    if path is None:
        pytest.fail("REQUIRE_BROWSER=1, but no Chromium was found.")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would refuse the database because of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """The product's address while browser tests run."""
    import uvicorn

    with django_db_blocker.unblock():
        from helpdesk.asgi import mixed

    with socket.socket() as room:
        room.bind(("127.0.0.1", 0))
        port = room.getsockname()[1]
    config = uvicorn.Config(
        mixed, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2
    )
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not serving.started:
        assert time.monotonic() < until, "the product did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    thread.join(10)


class Visitor:
    """One person at one browser: opens pages by path, and remembers what the browser complained of."""

    def __init__(self, context: object, address: str, name: str) -> None:
        self.context, self.address, self.name = context, address, name
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._listen)
        self.page.on("request", self._watch)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("dialog", lambda dialog: (self.complaints.append("a dialog opened"), dialog.dismiss()))

    def _listen(self, message: object) -> None:
        # A refusal the test provoked (404, 409, 422) is logged by the browser itself; it is no fault.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text[:400]} at {self.page.url}")

    def _watch(self, request: object) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.complaints.append(f"asked a stranger: {request.url}")

    def open(self, path: str):
        """Go to a path; the answer must not be a server error."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer is None or answer.status < 500, f"{path}: {answer.status}"
        return self.page

    def arrive(self, path: str, status: int = 200):
        """Go to a path and be there: not at the sign-in, not at a page that says no."""
        answer = self.page.goto(self.address + path)
        there = self.page.url.removeprefix(self.address).partition("?")[0]
        assert (answer.status, there) == (status, quote(path.partition("?")[0])), (
            f"{path}: {answer.status} {there}"
        )
        return self.page

    def shot(self, name: str) -> Path:
        """Keep a picture of the whole page."""
        ARTIFACTS.mkdir(exist_ok=True)
        target = ARTIFACTS / f"{name}.png"
        # Hiding the caret would add a style element, which the content policy rightly refuses.
        self.page.screenshot(path=str(target), full_page=True, caret="initial")
        return target

    def accessible(self) -> None:
        """axe finds nothing on the page as it stands; told at the end, so that one run names every page."""
        from axe_playwright_python.sync_playwright import Axe

        # Loading style sheets again would add style elements, which the content policy rightly refuses.
        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        told = [
            f"{fault['id']} ({fault['impact']}): {fault['help']}\n    "
            + "\n    ".join(node["html"][:300] for node in fault["nodes"][:5])
            for fault in found
        ]
        self.complaints += [f"{self.page.url}: {fault}" for fault in told]


def committed(act: Callable[[], object]):
    """Done on a connection of its own: what a test's own transaction holds, the server does not see."""
    from django.db import connection

    def apart() -> object:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        return another.submit(apart).result()


def signed_in(person) -> str:
    """The cookie of a session of this person's."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def calling(browser: object, server: str, kind: type[Visitor] = Visitor) -> Iterator[Callable[..., Visitor]]:
    """`come(person)` – a browser of their own, signed in; what any of them complained of fails at the end."""
    from django.conf import settings

    opened: list[Visitor] = []

    def come(person=None, *, script=True, phone=False, dark=False, language=None, agent=None) -> Visitor:
        spoken = language or getattr(person, "language", "en")
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale="zh-CN" if spoken.startswith("zh") else "en-GB",
            timezone_id=getattr(person, "time_zone", None) or "UTC",
            reduced_motion="reduce",
            user_agent=agent,
        )
        if person is not None:
            cookie = committed(lambda: signed_in(person))
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server}])
        visitor = kind(context, server, str(person or "stranger"))
        opened.append(visitor)
        return visitor

    try:
        yield come
    finally:
        for visitor in opened:
            visitor.context.close()
    complaints = sorted({f"{visitor.name}: {told}" for visitor in opened for told in visitor.complaints})
    assert not complaints, f"{len(complaints)} complaints\n" + "\n".join(complaints[:25])


@pytest.fixture
def visit(browser: object, server: str, transactional_db: None) -> Iterator[Callable[..., Visitor]]:
    """`visit(cast.mei)` – a browser of her own, signed in; `visit()` – a stranger's.

    Options: `script` (False switches JavaScript off), `phone`, `dark`, `language`.
    """
    with calling(browser, server) as come:
        yield come


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """What a module's fixtures write stays for all of its tests; afterwards the database is as found."""
    with django_db_blocker.unblock():
        yield
        rooms.restore()
