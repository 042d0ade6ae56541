"""Keyboard alone: no pointer, no focus set from outside; every stop can be seen, and none is a trap."""

import re

import pytest
from playwright.sync_api import expect

from accounts.operations import registration
from tests.disputes import cases
from tests.support import builders, samples
from tickets.models import Message, Ticket

from . import steps
from .typist import Typist

pytestmark = pytest.mark.browser


@pytest.fixture
def at(visit):
    return lambda person, path: Typist(visit(person)).open(path)


@pytest.fixture
def at_once(cast):
    registration.set_preferences(cast.ada, undo_seconds=0)


def test_a_ticket_is_filed(cast, at):
    mei = at(cast.mei, "/tickets/new/")
    page, words = mei.page, steps.WORDS["zh-hans"]
    mei.skip()
    kinds = page.locator("#choices a")
    before = kinds.count()
    mei.type(page.locator("#choose-q"), "到期")
    expect(kinds).not_to_have_count(before)
    mei.tab_to(page.locator("#choices a[href*='category=BIN-']").first)
    mei.press("Enter")
    page.wait_for_selector("#ticket-form")
    mei.type(page.locator("#id_subject"), words["subject"])
    for field in page.locator("#ticket-form [name^=about_]").all():
        mei.tab_to(field)
        if field.evaluate("node => node.tagName") == "SELECT":
            mei.press("ArrowDown")
        elif field.get_attribute("type") == "datetime-local":
            mei.press(*["ArrowUp", "ArrowRight"] * 6)
        else:
            page.keyboard.type("B-204417")
    mei.type(page.locator("#id_body"), words["body"])
    chooser = page.locator("#ticket-form input[type=file]")
    mei.tab_to(chooser)
    chooser.set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": samples.picture()} for name in ("a.png", "b.png")]
    )
    mei.tab_to(page.locator(".dropzone__item button"))
    mei.press("Space")
    expect(page.locator(".dropzone__item")).to_have_count(1)
    assert chooser.evaluate("node => node === document.activeElement")
    page.evaluate("window.stoppedAt = null")
    mei.tab_to(page.locator("#ticket-form button[type=submit]"))
    mei.press("Enter")
    page.wait_for_url(re.compile(r"/tickets/T-"))
    assert Ticket.objects.get(requester=cast.mei).attachments.count() == 1
    assert len(mei.walk()) > 10
    mei.type(page.locator("#reply textarea"), words["more"])
    mei.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text(words["more"])


def test_a_ticket_is_answered_and_worked_on(cast, at, at_once):
    ticket = builders.file(cast.mei, files=[("a.png", samples.picture())])
    builders.file(cast.omar, "GEN-ASK", subject="Another")
    ada = at(cast.ada, "/desk/queue/?view=all")
    page = ada.page
    ada.skip()
    ada.open("/desk/queue/?view=all")
    assert len(ada.walk()) > 10
    ada.open("/desk/queue/?view=all")
    ada.tab_to(page.locator("#rows a", has_text=ticket.subject))
    ada.press("Enter")
    page.wait_for_url(re.compile("/desk/tickets/"))
    assert len(ada.walk()) > 20
    ada.open(ticket.get_desk_url())

    ada.type(page.locator("#reply textarea"), "Within the hour.")
    ada.tab_to(page.locator("#reply button.btn--main"))
    ada.press("Enter")
    expect(page.locator("#thread")).to_contain_text("Within the hour.")
    ada.still_somewhere("#composers")

    # The two kinds of writing are a group of radio buttons: arrows choose.
    ada.open(ticket.get_desk_url())
    ada.tab_to(page.locator("#compose-reply"))
    ada.press("ArrowRight")
    expect(page.locator("#note textarea")).to_be_visible()
    ada.type(page.locator("#note textarea"), "R-17, team only")
    ada.tab_to(page.locator("#note button.btn--main"))
    ada.press("Space")
    expect(page.locator("#thread .say--note")).to_have_count(1)
    ada.still_somewhere("#composers")

    ada.tab_to(page.locator("#side-assignee"))
    while page.input_value("#side-assignee") != str(cast.bo.pk):
        ada.press("ArrowDown")
    ada.tab_to(page.locator("form:has(#side-assignee) button"))
    ada.press("Enter")
    expect(page.locator("#ticket-head")).to_contain_text(cast.bo.name)
    ada.still_somewhere("#side")
    ada.open(ticket.get_desk_url())
    ada.type(page.locator("#side-tags"), "bank")
    ada.press("Enter")
    page.wait_for_load_state("networkidle")
    ada.still_somewhere("#side")
    ada.open(ticket.get_desk_url())
    ada.tab_to(page.locator(".side__moves button[value=resolve]"))
    ada.press("Enter")
    ada.still_somewhere("#side")
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.tags, ticket.status) == (cast.bo, ["bank"], "resolved")
    assert Message.objects.filter(ticket=ticket, from_staff=True).count() == 2


def test_a_case_is_raised_and_a_decision_accepted(cast, at):
    ticket = builders.file(cast.mei)
    builders.answer(ticket, cast.ada)
    mei = at(cast.mei, ticket.get_absolute_url())
    page = mei.page
    mei.tab_to(page.locator("main a[href$='/escalate/']"))
    mei.press("Enter")
    page.wait_for_url(re.compile("/escalate/"))
    mei.type(page.locator("textarea[name=reason]"), "结算价仍然不对")
    mei.tab_to(page.locator("form:has(textarea[name=reason]) button[type=submit]"))
    mei.press("Enter")
    page.wait_for_url(re.compile(r"/tickets/T-\w+/$|/disputes/"))
    ticket.refresh_from_db()
    assert ticket.dispute_reference

    case = cases.decided(cast)
    mei.open(case.get_absolute_url())
    assert len(mei.walk()) > 15
    mei.open(case.get_absolute_url())
    mei.tab_to(page.locator("form[action$='/accept/'] input[name=sure]"))
    mei.press("Space")
    mei.tab_to(page.locator("form[action$='/accept/'] button"))
    with page.expect_navigation():
        mei.press("Enter")
    case.refresh_from_db()
    assert case.state == "remedy_due"


BAD = """<!doctype html><html lang="en"><title>Bad</title><style>#b:focus { outline: none }</style>
    <main><button tabindex="2">A</button><button id="b">B</button><button tabindex="1">C</button></main>"""


def test_a_bad_page_is_found(visit, cast):
    """Whoever types above would say so: stops that cannot be seen or that jump."""
    mei = Typist(visit(cast.mei))
    mei.page.route("**/bad/", lambda route: route.fulfill(body=BAD, content_type="text/html"))
    mei.page.goto(f"{mei.visitor.address}/bad/")
    mei.walk()
    told = " ".join(mei.visitor.complaints)
    mei.visitor.complaints.clear()
    for fault in ("cannot be seen", "jumps the queue", "comes before the last stop"):
        assert fault in told
