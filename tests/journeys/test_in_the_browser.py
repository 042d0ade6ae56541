"""What only a real browser can show: keyboard alone, hostile texts, live pages, phones and the dark."""

import re

import pytest
from playwright.sync_api import expect

from accounts.operations import registration
from tests.support import builders, samples
from tests.support.payloads import SCRIPTS
from tickets.operations import conversation

from . import steps

pytestmark = pytest.mark.browser
FOCUSED = "node => node === document.activeElement"
RING = """node => { const style = getComputedStyle(node);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || node.matches(':focus-visible'); }"""


@pytest.fixture
def at_once(cast):
    registration.set_preferences(cast.ada, undo_seconds=0)


def tab_to(page, target, most=150):
    """Press Tab until the target has the focus, and see that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate(FOCUSED):
            assert target.evaluate(RING), "the focus cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {target}")


def test_keyboard_alone_files_and_answers(cast, visit, at_once):
    mei, words = visit(cast.mei), steps.WORDS["zh-hans"]
    page = mei.open("/tickets/new/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    kind = page.locator("a[href*='category=GEN-ASK']").first
    tab_to(page, kind)
    page.keyboard.press("Enter")
    page.wait_for_selector("#ticket-form")
    for field, text in (("#id_subject", words["subject"]), ("#id_body", "请问多久可以答复？")):
        tab_to(page, page.locator(field))
        page.keyboard.type(text)
    tab_to(page, page.locator("#ticket-form button[type=submit]"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tickets/T-"))

    ada = visit(cast.ada)
    desk = ada.open("/desk/queue/")
    tab_to(desk, desk.locator("#rows a", has_text=words["subject"]).first)
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile("/desk/tickets/"))
    tab_to(desk, desk.locator("#reply textarea[name=body]"))
    desk.keyboard.type("Within the hour.")
    tab_to(desk, desk.locator("#reply button[type=submit]").last)
    desk.keyboard.press("Enter")
    expect(desk.locator("#thread")).to_contain_text("Within the hour.")
    expect(page.locator("#thread")).to_contain_text("Within the hour.", timeout=15_000)


def test_no_text_becomes_a_script_in_anybodys_browser(cast, visit):
    """Every hostile text in every place a text can go; the visitors' fixture fails on any sign of life."""
    registration.set_preferences(cast.mei, name="<img src=x onerror=alert(1)>")
    tickets = []
    for payload in SCRIPTS[::4]:
        ticket = builders.file(
            cast.mei, "GEN-ASK", subject=payload[:200], body="\n\n".join(SCRIPTS),
            files=[(f"{payload[:60]}.png", samples.picture())],
        )  # fmt: skip
        conversation.post_message(ticket, by=cast.ada, body="\n\n".join(SCRIPTS))
        conversation.post_message(ticket, by=cast.ada, body="\n\n".join(SCRIPTS), kind="note")
        tickets.append(ticket)
    for name in ("mei", "ada", "sun", "ivo"):
        person = getattr(cast, name)
        visitor = visit(person)
        addresses = ["/tickets/", "/me/notifications/"] if name == "mei" else ["/desk/queue/"]
        addresses += [ticket.address_for(person) for ticket in tickets[:3]]
        for address in addresses:
            visitor.open(address)
            visitor.page.wait_for_timeout(150)
    ada = visit(cast.ada)
    ada.open(f"/desk/queue/?q={SCRIPTS[0]}")
    ada.open(f"/help/search/?q={SCRIPTS[1]}")


def test_a_queue_that_is_open_says_what_has_arrived(cast, visit):
    ada = visit(cast.ada)
    page = ada.open("/desk/queue/")
    expect(page.locator("#rows")).to_be_visible()
    page.wait_for_timeout(1000)  # the stream opens after the page is drawn
    builders.file(cast.omar, "GEN-ASK", subject="Arrives while you look", body="Hello.")
    # Rows never jump under the pointer: the page says that there is more, and shows it when asked.
    page.get_by_text("One new ticket, show it").click(timeout=15_000)
    expect(page.locator("#rows")).to_contain_text("Arrives while you look")
