"""A case from the draw to its end by keyboard alone; every step and every refusal leaves the focus there."""

import pytest

from disputes.operations import answering, proposing
from tests.disputes import cases
from tests.support import samples

from .typist import Typist

pytestmark = pytest.mark.browser
CSV = {"name": "ticks.csv", "mimeType": "text/csv", "buffer": b"at,price\n14:05:00,64121.5\n"}
PROGRAM = {"name": "run.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ\x90\x00" + bytes(99)}
PICTURE = {"name": "chart.png", "mimeType": "image/png", "buffer": samples.picture()}


@pytest.fixture
def at(visit):
    def come(person, path, status=200):
        typist = Typist(visit(person))
        typist.visitor.arrive(path, status)
        return typist

    return come


def form(typist, action):
    return typist.page.locator(f"form[action$='{action}']")


def button(typist, action, more=""):
    return form(typist, action).locator(f"button[type=submit]{more}")


def unfold(typist, action):
    """Open the part that holds the form."""
    typist.tab_to(typist.page.locator(f"details:has(form[action$='{action}']) > summary"))
    typist.press("Enter")


def tick_all(typist, boxes):
    for box in boxes.all():
        typist.tab_to(box)
        typist.press("Space")


def signs(typist):
    """Refused without the three statements; the summary leads to them."""
    typist.send(button(typist, "/declare/"), lands=".summary")
    typist.tab_to(typist.page.locator(".summary a"))
    typist.press("Enter")
    typist.stands("fieldset")
    tick_all(typist, typist.page.locator("input[name=statements]"))
    typist.send(button(typist, "/declare/"), lands="#turn")


def test_a_mediator_is_drawn_and_both_sides_are_heard(cast, at):
    case = cases.opened(cast)
    sun = at(cast.sun, case.get_desk_url())
    assert len(sun.walk()) > 15
    sun.send(button(sun, "/draw/", "[value=mediator]"), lands="#turn")
    nia = at(cast.nia, case.get_desk_url(), 403)
    signs(nia)
    assert len(nia.walk()) > 15

    nia.tab_to(form(nia, "/say/").locator("select"))
    nia.press("ArrowDown")
    nia.type(form(nia, "/say/").locator("textarea"), "What would settle it for you?")
    nia.send(button(nia, "/say/"), lands="#thread > li:last-child")
    asked = case.messages.get()
    assert asked.channel != "open"

    mei = at(cast.mei, case.get_absolute_url())
    mei.tab_to(mei.page.locator("#do ~ p a[href='#said']"))
    mei.press("Enter")
    mei.stands("#said")
    mei.type(form(mei, "/say/").locator("textarea"), "按到期时刻的行情结算。")
    mei.send(button(mei, "/say/"), lands="#thread > li:last-child")
    unfold(mei, "/evidence/")
    files = form(mei, "/evidence/").locator("input[type=file]")
    mei.tab_to(files)
    files.set_input_files(PROGRAM)
    mei.type(form(mei, "/evidence/").locator("[name=title]"), "14:05 行情")
    mei.send(button(mei, "/evidence/"), lands=".summary")
    assert form(mei, "/evidence/").locator("[name=title]").input_value() == "14:05 行情"
    mei.tab_to(files)
    files.set_input_files(CSV)
    mei.send(button(mei, "/evidence/"), lands="#evidence")
    assert case.evidence.filter(title="14:05 行情").exists()

    # The platform answers with a file of its own and declines an offer, at first without the reason it owes.
    proposing.make(case, by=cast.mei, text="91 美元", remedy="payment", amount=91, currency="USD")
    sun.open(case.get_desk_url())
    unfold(sun, "/desk/disputes/" + case.reference + "/evidence/")
    files = form(sun, "/evidence/").locator("input[type=file]")
    sun.tab_to(files)
    files.set_input_files(PICTURE)
    sun.send(button(sun, "/evidence/"), lands="#evidence")
    sun.send(button(sun, "/offers/1/", "[value=decline]"), lands=".summary")
    sun.tab_to(sun.page.locator(".summary a"))
    sun.press("Enter")
    sun.stands("[name=reason]")
    sun.page.keyboard.type("价格按规则结算。")
    sun.send(button(sun, "/offers/1/", "[value=decline]"), lands="#offers")

    # Each side has time to reply to the other's evidence, and says that it needs none.
    for who, page in ((mei, case.get_absolute_url()), (sun, case.get_desk_url())):
        who.open(page)
        who.send(button(who, "/no-reply/"))
    unfold(nia, "/no-settlement/")
    nia.type(form(nia, "/no-settlement/").locator("textarea"), "The sides stay apart.")
    nia.send(button(nia, "/no-settlement/"))
    assert nia.page.url.endswith("/desk/disputes/"), "her list, not a page she may not see any more"
    case.refresh_from_db()
    assert case.state == "in_determination"


def write(typist):
    """Every field in the order in which Tab finds it."""
    for field in typist.page.locator(
        "form.case-decision :is(select, textarea, input:not([type=hidden]))"
    ).all():
        typist.tab_to(field)
        if field.get_attribute("type") == "checkbox":
            typist.press("Space")
        elif field.evaluate("node => node.tagName") == "SELECT":
            typist.press("ArrowDown")
        else:
            name = field.get_attribute("name")
            typist.page.keyboard.type({"amount": "91", "currency": "USD"}.get(name, "Rule 4.2 settles it."))


def test_a_decision_is_written_accepted_and_carried_out(cast, at):
    case = cases.with_decider(cast)
    dan = at(cast.dan, case.get_desk_url())
    dan.tab_to(dan.page.locator("main a[href$='/decision/']"))
    with dan.page.expect_navigation():
        dan.press("Enter")
    assert len(dan.walk()) > 15
    dan.send(dan.page.locator("button[value=issue]"), lands=".summary")
    write(dan)
    dan.send(dan.page.locator("button[value=issue]"), lands="#turn")
    mei, sun = at(cast.mei, case.get_absolute_url()), at(cast.sun, case.get_desk_url())
    for side in (mei, sun):
        side.send(button(side, "/no-comments/"), lands="#turn")
    dan.open(case.get_desk_url())
    dan.send(button(dan, "/decision/final/"))

    mei.open(case.get_absolute_url())
    mei.tab_to(form(mei, "/accept/").locator("[name=sure]"))
    mei.press("Space")
    mei.send(button(mei, "/accept/"), lands="#turn")
    sun.open(case.get_desk_url())
    sun.send(button(sun, "/approve/"), lands="#turn")
    fin = at(cast.fin, case.get_desk_url())
    fin.type(form(fin, "/pay/").locator("[name=proof]"), "ledger 8871")
    fin.send(button(fin, "/pay/"))
    mei.open(case.get_absolute_url())
    mei.send(button(mei, "/confirm/"), lands="#turn")
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "upheld")


def test_a_file_nobody_is_bound_by_is_closed(cast, at):
    case = cases.decided(cast)
    answering.decline(case, by=cast.mei)
    sun = at(cast.sun, case.get_desk_url())
    sun.send(button(sun, "/desk/disputes/" + case.reference + "/close/"), lands="#turn")
    case.refresh_from_db()
    assert case.state == "closed"
