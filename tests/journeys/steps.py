"""What people do in the browser, step by step, in whichever language their pages are."""

import re

from playwright.sync_api import expect

from tests.support import samples
from tests.support.browser import Visitor
from tests.support.cast import PASSWORD

WORDS = {
    "zh-hans": {
        "question": "二元期权 结算价 不对",
        "subject": "到期价与行情不符，请核对结算",
        "body": "我的看涨单在 14:05:00 到期，行情是 64,121.5，结算却用了 64,119.0。\n\n附上截图和对账单。",
        "more": "已经按要求补充了成交编号，请尽快答复。",
        "reason": "答复没有解决结算价的问题，请由没有参与过的人重新审查。",
        "caucus": "我只希望按到期时刻的行情重新结算。",
    },
    "en": {
        "question": "expiry price settlement wrong",
        "subject": "Expiry price differs from the chart, please check",
        "body": "My call expired at 14:05:00. The chart said 64,121.5, you took 64,119.\n\nProof attached.",
        "more": "I have added the trade number you asked for. Please answer soon.",
        "reason": "The answer does not explain the settlement price. Please let someone else look.",
        "caucus": "All I want is the price of the moment of expiry.",
    },
}
FILES = [
    {"name": "到期截图.png", "mimeType": "image/png", "buffer": samples.picture()},
    {"name": "chart.jpg", "mimeType": "image/jpeg", "buffer": samples.picture("JPEG")},
    {"name": "statement.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()},
]


def press(who: Visitor, action: str, *, name: str = "", value: str = ""):
    """The button of the form that leads to `action`; the page that follows."""
    chosen = f"[name='{name}'][value='{value}']" if name else ""
    button = who.page.locator(f"form[action$='{action}'] button[type=submit]{chosen}").last
    button.scroll_into_view_if_needed()
    button.click()
    who.page.wait_for_load_state("load")
    return who.page


def sign_in(who: Visitor, email: str) -> None:
    """Through the real form."""
    page = who.open("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_load_state("load")
    expect(page.locator("form:has(input[name=password])")).to_have_count(0)


def search_help(who: Visitor, words: dict[str, str]) -> None:
    """Look for an answer first; the way to people is on the page that has none."""
    page = who.open("/help/")
    box = page.locator("main input[name=q]").first
    box.fill(words["question"])
    box.press("Enter")
    page.wait_for_url(re.compile("/help/search/"))
    page.locator("main a[href*='/tickets/new/']").first.click()
    page.wait_for_url(re.compile("/tickets/new/"))


def fill_own_fields(page) -> None:
    """Whatever the problem type asks for."""
    own = page.locator("#ticket-form [name^=about_]")
    for field in own.all():
        kind, tag = field.get_attribute("type"), field.evaluate("node => node.tagName")
        if tag == "SELECT":
            field.select_option(index=1)
        elif kind == "datetime-local":
            field.fill("2026-11-21T14:05")
        else:
            field.fill("B-204417")


def file_ticket(who: Visitor, words: dict[str, str]) -> str:
    """Choose the problem type, fill in, attach three files, send. The ticket's reference."""
    page = who.page
    page.locator("main a[href*='category=BIN-']").first.click()
    page.wait_for_selector("#ticket-form")
    page.fill("#id_subject", words["subject"])
    fill_own_fields(page)
    page.fill("#id_body", words["body"])
    page.set_input_files("#ticket-form input[type=file]", FILES)
    press(who, "/tickets/new/")
    page.wait_for_url(re.compile(r"/tickets/T-[0-9A-Z]{6}/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def answer_ticket(who: Visitor, subject: str, text: str) -> None:
    """From the queue to the ticket, and a public reply."""
    page = who.open("/desk/queue/")
    page.locator("main a", has_text=subject).first.click()
    page.wait_for_url(re.compile("/desk/tickets/"))
    page.fill("#reply textarea[name=body]", text)
    page.locator("#reply button[type=submit]").last.click()
    expect(page.locator("#thread")).to_contain_text(text)


def escalate(who: Visitor, words: dict[str, str]) -> str:
    """Not solved. The dispute's reference."""
    page = who.page
    page.locator("a[href$='/escalate/']").first.click()
    page.wait_for_url(re.compile("/escalate/"))
    page.fill("textarea[name=reason]", words["reason"])
    page.locator("form:has(textarea[name=reason]) button[type=submit]").click()
    page.wait_for_load_state("load")
    page.locator("main a[href*='/disputes/D-']").first.click()
    page.wait_for_url(re.compile(r"/disputes/D-\d{4}-\d{6}/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def add_evidence(who: Visitor, name: str) -> None:
    """One more file, on the page of the dispute."""
    page = who.page
    form = page.locator("form[action$='/evidence/']")
    if not form.is_visible():
        page.locator("details:has(form[action$='/evidence/']) > summary").click()
    form.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": b"at,price\n14:05:00,64121.5\n"}
    )
    press(who, "/evidence/")
    expect(page.locator("main")).to_contain_text(name)


def sign_declaration(who: Visitor, dispute: str) -> None:
    """A neutral signs before the file opens."""
    page = who.open(f"/desk/disputes/{dispute}/")
    for box in page.locator("input[name=statements]").all():
        box.check()
    press(who, "/declare/")
    expect(page.locator("#evidence")).to_be_visible()


def write_decision(who: Visitor, dispute: str) -> None:
    """Every part, every point, the result; sent to both sides."""
    page = who.open(f"/desk/disputes/{dispute}/decision/")
    for area in page.locator("form.case-decision textarea").all():
        area.fill("At 14:05:00 the index stood at 64,121.5; rule 4.2 settles at the tick of expiry.")
    for finding in page.locator("select[name$=_finding]").all():
        finding.select_option("upheld")
    for item in page.locator("input[name=evidence]").all():
        item.check()
    page.select_option("select[name=outcome]", "upheld")
    page.select_option("select[name=root_cause]", index=1)
    page.select_option("select[name=remedy]", "payment")
    page.fill("input[name=amount]", "91.00")
    page.fill("input[name=currency]", "USDT")
    page.locator("button[name=do][value=issue]").click()
    page.wait_for_url(re.compile(rf"/desk/disputes/{dispute}/(\#|$)"))


def say_yes(who: Visitor, action: str) -> None:
    """Tick the box and confirm."""
    form = who.page.locator(f"form[action$='{action}']")
    form.locator("input[name=sure]").check()
    press(who, action)
