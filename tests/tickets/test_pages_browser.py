"""Ticket pages in a real browser: nothing moves under the mouse, nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from tests.support import cast as people
from tickets import access
from tickets.models import Message, Ticket
from tickets.operations import conversation, intake
from tickets.states import Delivery, Kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db):
    return people.gather()


def filed(person, subject="USDT 提现未到账") -> Ticket:
    return intake.file_ticket(
        person,
        category=access.category("WDR-DELAY"),
        subject=subject,
        body="昨晚申请，还没到账。",
        fields={"withdrawal": "W-88120"},
    )


def test_filing_with_keyboard_and_script(visit, cast):
    mei = visit(cast.mei)
    page = mei.open("/tickets/new/")
    page.fill("#choose-q", "延迟")
    page.wait_for_selector("#choices a:has-text('提现延迟')")
    page.click("#choices a:has-text('提现延迟')")
    page.fill("#id_subject", "提现没有到账")
    page.fill("#id_about_withdrawal", "W-1")
    page.fill("#id_body", "昨晚 22:40 申请")
    mei.accessible()
    page.press("#id_subject", "Enter")
    page.wait_for_selector("#promise")
    assert Ticket.objects.get(requester=cast.mei).fields == {"withdrawal": "W-1"}


def test_changing_the_kind_keeps_what_was_typed(visit, cast):
    mei = visit(cast.mei)
    page = mei.open("/tickets/new/?category=WDR-DELAY")
    page.fill("#id_subject", "提现没有到账")
    page.fill("#id_body", "昨晚 22:40 申请")
    page.select_option("#kind", "BIN-EXPIRY")
    page.wait_for_selector("#id_about_trade")
    assert page.input_value("#id_subject") == "提现没有到账"
    assert page.input_value("#id_body") == "昨晚 22:40 申请"


def test_an_answer_is_undone_and_sent_again(visit, cast):
    ticket = filed(cast.mei)
    ada = visit(cast.ada)
    page = ada.open(ticket.get_desk_url())
    ada.accessible()
    page.fill("#reply textarea", "Wrong person")
    page.click("#reply button.btn--main")
    page.wait_for_selector(".say--held")
    assert page.input_value("#reply textarea") == ""
    ada.accessible()
    page.click(".say__undo button")
    page.wait_for_selector(".say--held", state="detached")
    assert page.input_value("#reply textarea") == "Wrong person"
    assert Message.objects.get(ticket=ticket, from_staff=True).delivery == Delivery.RECALLED


def test_note_and_reply_keep_their_own_drafts(visit, cast):
    ticket = filed(cast.mei)
    ada = visit(cast.ada)
    page = ada.open(ticket.get_desk_url())
    page.fill("#reply textarea", "For Mei")
    page.click("label:has(#compose-note)")
    assert not page.is_visible("#reply textarea")
    page.fill("#note textarea", "R-17, team only")
    page.wait_for_timeout(800)
    page.reload()
    assert page.input_value("#reply textarea") == "For Mei"
    page.click("label:has(#compose-note)")
    assert page.input_value("#note textarea") == "R-17, team only"
    page.click("#note button.btn--main")
    page.wait_for_selector(".say--note")
    assert Message.objects.latest("pk").kind == Kind.NOTE
    assert page.input_value("#reply textarea") == "For Mei"


def test_what_came_meanwhile_is_shown_before_sending(visit, cast):
    ticket = filed(cast.mei)
    ada = visit(cast.ada)
    ada.page.route("**/live/token/**", lambda route: route.abort())  # nothing tells the page
    page = ada.open(ticket.get_desk_url())
    page.fill("#reply textarea", "Please wait")
    conversation.post_message(ticket, by=cast.mei, body="已经到账了")
    page.click("#reply button.btn--main")
    page.wait_for_selector(".say--fresh")
    assert page.input_value("#reply textarea") == "Please wait"
    page.click("#reply button.btn--main")
    page.wait_for_selector(".say--held")


def test_an_answer_appears_without_reloading_and_typing_goes_on(visit, cast):
    ticket = filed(cast.mei)
    mei = visit(cast.mei, phone=True)
    page = mei.open(ticket.get_absolute_url())
    page.fill("#reply textarea", "我再补充")
    page.wait_for_selector("[data-live-state=streaming]", state="attached", timeout=15_000)
    conversation.post_message(ticket, by=cast.ada, body="It left our wallet at 14:05.")
    page.wait_for_selector("text=It left our wallet", timeout=30_000)
    page.wait_for_selector(".say--fresh")
    assert page.input_value("#reply textarea") == "我再补充"
    mei.accessible()


def test_news_that_overtakes_the_answer_to_a_change_leaves_its_place(visit, cast):
    ticket = filed(cast.mei)
    ada = visit(cast.ada)
    page, held = ada.open(ticket.get_desk_url()), []
    page.route("**/tags/", lambda route: held.append((route, route.fetch())))
    page.fill("#side-tags", "vip")
    page.click("form:has(#side-tags) button")
    while not held:  # the change is done, its answer still on the way
        page.wait_for_timeout(50)
    conversation.post_message(ticket, by=cast.mei, body="已经到账了")
    page.dispatch_event(".work", "hint-ticket")
    page.wait_for_selector("text=已经到账了")
    for route, answer in held:
        route.fulfill(response=answer)
    expect(page.locator("#side-tags")).to_have_value("vip")
    expect(page.locator("#thread")).to_contain_text("已经到账了")
    assert len(held) == 1


def test_news_leaves_a_reason_that_is_being_typed(visit, cast):
    ticket = filed(cast.mei)
    ada = visit(cast.ada)
    page = ada.open(ticket.get_desk_url())
    page.click("summary:has(+ form #side-no)")
    page.fill("#side-no", "She only asks when")
    conversation.post_message(ticket, by=cast.mei, body="已经到账了")
    page.dispatch_event(".work", "hint-ticket")
    page.wait_for_selector("text=已经到账了")
    expect(page.locator("#side-said")).to_contain_text("已经到账了")
    expect(page.locator("#side-no")).to_have_value("She only asks when")


def test_news_leaves_alone_what_somebody_is_choosing(visit, cast):
    ticket = filed(cast.mei)
    page = visit(cast.ada).open(ticket.get_desk_url())
    page.select_option("#side-assignee", str(cast.bo.pk))
    page.focus("#side-assignee")
    conversation.post_message(ticket, by=cast.mei, body="已经到账了")
    page.dispatch_event(".work", "hint-ticket")
    page.wait_for_selector("text=已经到账了")
    expect(page.locator("#side-assignee")).to_have_value(str(cast.bo.pk))
    expect(page.locator("#side-assignee")).to_be_focused()
    page.click("#side-assignee + button")
    expect(page.locator("#ticket-head")).to_contain_text(cast.bo.name)


def test_new_tickets_are_announced_not_pushed_in(visit, cast):
    filed(cast.mei)
    ada = visit(cast.ada)
    page = ada.open("/desk/queue/")
    page.wait_for_selector("[data-live-state=streaming]", state="attached", timeout=15_000)
    new = filed(cast.omar, "Chart is wrong")
    page.wait_for_selector("[data-queue-bar]:not([hidden])")
    assert new.reference not in page.inner_text("#rows")
    page.click("[data-queue-bar]")
    page.wait_for_selector(f"text={new.reference}")
    ada.accessible()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/desk/tickets/**")


def test_the_whole_of_it_without_script(visit, cast):
    mei = visit(cast.mei, script=False)
    page = mei.open("/tickets/new/?category=WDR-DELAY")
    page.fill("#id_subject", "提现没有到账")
    page.fill("#id_about_withdrawal", "W-1")
    page.fill("#id_body", "昨晚 22:40 申请")
    page.click("#ticket-form button[type=submit]")
    ticket = Ticket.objects.latest("pk")
    assert ticket.reference in page.content()
    ada = visit(cast.ada, script=False)
    desk = ada.open(ticket.get_desk_url())
    desk.click("button:has-text('Take it')")
    desk.fill("#reply textarea", "We are looking.")
    desk.click("#reply button.btn--main")
    desk.click("button:has-text('Undo')")
    assert desk.input_value("#reply textarea") == "We are looking."
    desk.click("label:has(#compose-note)")
    desk.fill("#note textarea", "R-17")
    desk.click("#note button.btn--main")
    assert "R-17" in desk.content()


# Values that neither fit on one line nor have the card's whole width.
SQUEEZED = """() => [...document.querySelectorAll('#beside .kv dd')].filter(dd => {
    const lines = dd.getBoundingClientRect().height / parseFloat(getComputedStyle(dd).lineHeight);
    const room = dd.closest('dl').clientWidth;
    return dd.scrollWidth > dd.clientWidth + 1 || (lines > 1.5 && dd.clientWidth < room * 0.9);
}).map(dd => dd.textContent)"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_long_facts_have_the_width_of_the_card(visit, cast, language):
    ticket = intake.file_ticket(
        cast.mei,
        category=access.category("DEP-MISSING"),
        subject="充值未到账",
        body="已经六个小时。",
        fields={
            "amount": "1,200.00 USDT and a fee of 1.00 USDT, sent in two parts",
            "network": "trc20",
            "txid": "9f3ab1c2" * 8,
            "happened_at": "2026-07-01T10:20",
        },
    )
    type(cast.mei).objects.update(language=language)
    mei = visit(cast.mei, language=language)
    for width in (1280, 390):
        mei.page.set_viewport_size({"width": width, "height": 800})
        page = mei.open(ticket.get_absolute_url())
        mei.shot(f"facts-{language}-{width}")
        assert page.evaluate(SQUEEZED) == []
