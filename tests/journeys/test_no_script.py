"""C1: every hostile text in every place, through everybody's eyes: nothing runs, nothing is fetched.

What counts as a sign of life: a dialog, a request to a stranger, a script error, a refusal by the content
policy that has to do with scripts, or an element in the page that only a hostile text can have made.
"""

import json
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import override_settings
from markdown_it import MarkdownIt
from playwright.sync_api import Error, expect

from accounts.operations import registration
from tests.support import samples
from tests.support.browser import Visitor, calling, committed
from tests.support.payloads import AROUND, HOSTILE

from . import hostile
from .rows import NOBODY

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SIGNS = """() => {
    const FOREIGN = 'iframe object embed base marquee math portal frame applet xmp audio video custom-x x'
        .split(' ');
    const ADMIN = location.pathname.startsWith('/admin/'); // its forms have a field of that name
    const AWAY = /^(javascript|vbscript|data):/i;
    const told = [], tell = node => told.push(node.outerHTML.slice(0, 200));
    for (const node of document.querySelectorAll('*')) {
        const name = node.localName.toLowerCase();
        if (FOREIGN.includes(name) && !(name === 'iframe' && node.sandbox.length)) tell(node);
        if (name === 'style' && /evil|alert/.test(node.textContent)) tell(node);
        if (name === 'form' && typeof node.action !== 'string' && !ADMIN) tell(node);
        if (name === 'meta' && node.httpEquiv.toLowerCase() === 'refresh') tell(node);
        for (const {name: key, value} of node.attributes) {
            const goal = value.replace(/[\\x00-\\x20]/g, '');
            const asks = ['src', 'srcset', 'data', 'poster', 'action', 'formaction', 'background', 'ping'];
            const link = ['href', 'xlink:href', ...asks].includes(key) && AWAY.test(goal);
            const outside = /^([a-z]+:)?\\/\\//i.test(goal) && !goal.startsWith(location.origin);
            const fetches = asks.includes(key) && outside;
            const styled = key === 'style' && /evil|fixed/.test(value);
            const theirs = node.closest('.say__body, .prose, .case-text');
            const bound = theirs && /^(hx-|data-hx|data-controller)/.test(key);
            const runs = /^on/i.test(key) || key === 'srcdoc';
            if (runs || link || fetches || styled || bound) { tell(node); break; }
        }
    }
    return told; }"""


class Guarded(Visitor):
    """A visitor who also looks for what hostile texts have made of the page."""

    def look(self, where: str) -> None:
        self.complaints += [f"{where}: alive: {node}" for node in self.page.evaluate(SIGNS)]

    def _listen(self, message) -> None:
        # A picture that an article wants from elsewhere is not loaded; that is said, and no fault.
        if "img-src" not in message.text:
            super()._listen(message)


@pytest.fixture(scope="module")
def house(lasting):
    with override_settings(DEMO=True):  # so that the mails that went out are pages too
        world = hostile.build()
        yield world, hostile.sights(world)


@pytest.fixture
def come(browser, server):
    with calling(browser, server, Guarded) as come:
        yield come


def some(things, most):
    """All of them, or in haste so many from first to last."""
    return things if hostile.FULL else things[:: -(-len(things) // most)]


WHO = [NOBODY, "mei", "ada", "sun", "hal", "nia", "dan", "fin", "cody", "ivo", "faye", "root"]


@pytest.mark.parametrize("who", WHO)
def test_nothing_comes_to_life(house, come, who):
    world, sights = house
    visitor = come(None if who == NOBODY else getattr(world.cast, who))
    for path in some(sights[who], 16):
        visitor.arrive(path)
        visitor.look(path)


# What an address may carry, and whose page says it back.
ASKED = [
    (NOBODY, "/help/search/", "q", 80), (NOBODY, "/nowhere/", "q", 800),
    (NOBODY, "/accounts/login/", "next", 800),
    ("mei", "/tickets/new/", "q", 80), ("mei", "/tickets/new/?category=GEN-ASK", "subject", 190),
    ("mei", "/tickets/new/?category=GEN-ASK", "body", 190), ("mei", "/tickets/new/", "subject", 190),
    ("ada", "/desk/queue/?view=all", "q", 190), ("ada", "/desk/queue/", "tag", 400),
    ("ada", "/desk/queue/", "requester", 400), ("ada", "/desk/queue/", "view", 400),
]  # fmt: skip


@pytest.mark.parametrize("row", ASKED, ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_what_an_address_carries(house, come, row):
    who, path, name, size = row
    visitor = come(None if who == NOBODY else getattr(house[0].cast, who))
    lines = hostile.packs(size)
    for text in some(lines, 4):
        asked = f"{path}{'&' if '?' in path else '?'}{urlencode({name: text})}"
        visitor.arrive(asked, 404 if path == "/nowhere/" else 200)
        visitor.look(f"{path} {name}={text}")


SEND = """([action, fields]) => { const form = document.createElement('form');
    Object.assign(form, {method: 'post', action});
    for (const [name, value] of Object.entries(fields)) {
        const box = form.appendChild(document.createElement('textarea'));
        Object.assign(box, {name, value});
    }
    document.body.append(form); form.submit(); }"""


def send(visitor, action, fields, *, token=True):
    """As a form of that page; what comes back is the page to look at."""
    page = visitor.page
    if token:
        headers = json.loads(page.get_attribute("body", "hx-headers"))
        fields = fields | {"csrfmiddlewaretoken": headers["X-CSRFToken"]}
    with page.expect_navigation():
        page.evaluate(SEND, [action, fields])
    visitor.look(f"answer of {action}")
    return page.content()


def test_what_a_form_gives_back(house, come):
    """Too long, refused, expired: the typed text is shown again, and stays text."""
    world = house[0]
    mei, ada, faye = (come(getattr(world.cast, name)) for name in ("mei", "ada", "faye"))
    typed = {"category": "GEN-ASK", "subject": hostile.ALL, "body": hostile.ALL}
    talk, case = world.talk.reference, world.mediating.reference
    mei.open("/tickets/")
    assert "evil.example" in send(mei, "/tickets/new/", typed)
    mei.open("/tickets/")
    assert "evil.example" in send(mei, "/tickets/new/", typed, token=False)
    mei.open("/tickets/")
    assert "evil.example" in send(mei, f"/disputes/{case}/say/", {"channel": "x", "body": hostile.ALL})
    mei.open("/me/")
    send(mei, "/me/", {"name": hostile.ALL, "language": hostile.TEXTS[0], "time_zone": hostile.TEXTS[1]})
    ada.open("/desk/queue/")
    send(ada, f"/desk/tickets/{talk}/reply/", {"body": hostile.ALL, "seen": "0", "then": hostile.TEXTS[0]})
    ada.open("/desk/queue/")
    send(ada, f"/desk/tickets/{talk}/tags/", {"tags": hostile.ALL})
    ada.open("/desk/queue/")
    assert "evil.example" in send(ada, f"/desk/tickets/{talk}/note/", {"body": hostile.ALL}, token=False)
    faye.open("/desk/help/")
    article = {
        f"{lang}_{part}": hostile.ALL for lang in ("en", "zh") for part in ("title", "summary", "body")
    }
    send(faye, "/desk/help/new/", {"slug": hostile.TEXTS[0], "subject": "x"} | article)


def test_what_scripts_put_into_the_page(house, come):
    """Fragments swapped in, suggestions while typing, the preview of an article, names of chosen files."""
    world = house[0]
    committed(lambda: registration.set_preferences(world.cast.ada, undo_seconds=0))
    mei, ada, faye = (come(getattr(world.cast, name)) for name in ("mei", "ada", "faye"))
    page = ada.open(f"/desk/tickets/{world.packed[1].reference}/")
    page.fill("#reply textarea", hostile.ALL)
    page.locator("#reply button[type=submit]").last.click()
    expect(page.locator("#thread .say")).to_have_count(2)
    page.locator("label:has(#compose-note)").click()
    page.fill("#note textarea", hostile.ALL)
    page.locator("#note button[type=submit]").last.click()
    expect(page.locator("#thread .say")).to_have_count(3)
    page.fill("#side-tags", ", ".join(text[:40].replace(",", " ") for text in hostile.TEXTS[10:20]))
    page.locator("form:has(#side-tags) button").click()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    ada.look("swapped")

    page = mei.open("/tickets/new/")
    for text in some(hostile.packs(80), 6):
        with page.expect_response("**/tickets/new/?q=*"):
            page.fill("#choose-q", text)
        expect(page.locator("#choices h2").first).to_be_visible()
        mei.look(f"chosen {text}")
    page = mei.open("/tickets/new/?category=GEN-ASK")
    with page.expect_response("**/help/suggest/**"):
        page.fill("#id_subject", "withdrawal")
    expect(page.locator("#suggestions a").first).to_be_visible()
    files = [
        {"name": f"{text}.png", "mimeType": "image/png", "buffer": samples.picture()}
        for text in hostile.packs(200)[:10]
    ]
    page.set_input_files("#ticket-form input[type=file]", files)
    expect(page.locator(".dropzone__item")).to_have_count(10)
    mei.look("suggested and chosen")

    page = faye.open(f"/desk/help/{world.articles[0].pk}/")
    page.locator("textarea[name=en_body]").press_sequentially(" ")
    page.wait_for_load_state("networkidle")
    faye.look("previewed")


def test_letters(house, come):
    """The mails that went out, where a demonstration shows them, their HTML in its frame."""
    visitor = come(house[0].cast.mei)
    visitor.open("/demo/mail/")
    visitor.look("letters")
    for number in hostile.letters():
        visitor.open(f"/demo/mail/{number}/")
        visitor.look(f"letter {number}")
        visitor.open(f"/demo/mail/{number}/html/")
        visitor.look(f"letter {number} alone")


def raw(kind: str, text: str) -> str | None:
    """A page careless enough for this text, or None where a browser alone does nothing with it."""
    if kind == "markdown":
        careless = MarkdownIt("commonmark", {"html": True}).enable("table")
        careless.validateLink = lambda url: True
        text, kind = careless.render(text), "html"
    body = AROUND[kind] % text if kind in AROUND else None
    return body and f"<!doctype html><meta charset=utf-8>{body}"


def test_a_careless_page_is_found(browser, server):
    """Whoever watches above would see every one of these texts, had a page let it through."""
    policy = "; ".join(
        f"{name} {' '.join(str(value) for value in values)}"
        for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
        if name != "script-src"
    )
    unseen, refused, strictly = [], 0, some(hostile.RAW, 30)
    with calling(browser, server, Guarded) as come:
        careless = Careless(come(), {})
        strict = Careless(come(), {"Content-Security-Policy": f"{policy}; script-src 'self'"})
        for kind, text in HOSTILE:
            if body := raw(kind, text):
                unseen += [] if careless.shows(body) else [text]
                if text not in strictly:
                    continue
                told = strict.shows(body)
                assert not any("dialog" in line for line in told), f"the policy lets {text} run"
                refused += any("Content Security Policy" in line for line in told)
    assert not unseen
    assert refused > 10


class Careless:
    """A site that shows whatever it is given."""

    def __init__(self, visitor, headers):
        self.visitor, self.headers, self.body = visitor, headers, ""
        visitor.page.route("**/careless/**", self.answer)
        visitor.page.route("https://evil.example/**", lambda route: route.abort())

    def answer(self, route):
        route.fulfill(body=self.body, content_type="text/html", headers=self.headers)

    def shows(self, body):
        """What the visitor notices."""
        self.body, told = body, self.visitor.complaints
        told.clear()
        try:
            self.visitor.page.goto(f"{self.visitor.address}/careless/")
            self.visitor.page.wait_for_timeout(10)
            self.visitor.look("careless")
        except Error:
            told.append("led away")
            self.visitor.page.wait_for_timeout(200)  # until it is wherever it was led
        noticed = list(told)
        told.clear()
        return noticed
