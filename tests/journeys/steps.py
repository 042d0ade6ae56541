"""What people do in the browser, step by step, in whichever language their pages are."""

import re
from pathlib import Path

from playwright.sync_api import expect

from disputes.models import Dispute
from helpdesk.core import clock
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
        "complaint": "我要投诉：请由没有参与过的人重新审查结算价。",
    },
    "en": {
        "question": "expiry price settlement wrong",
        "subject": "Expiry price differs from the chart, please check",
        "body": "My call expired at 14:05:00. The chart said 64,121.5, you took 64,119.\n\nProof attached.",
        "more": "I have added the trade number you asked for. Please answer soon.",
        "reason": "The answer does not explain the settlement price. Please let someone else look.",
        "caucus": "All I want is the price of the moment of expiry.",
        "complaint": "This is a complaint: your answer does not explain the settlement price.",
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


def nothing_to_reply(who: Visitor) -> None:
    """The other side has added something; nobody has to wait for this one's reply."""
    press(who, "/no-reply/")
    expect(who.page.locator("form[action$='/no-reply/']")).to_have_count(0)


def report_no_settlement(who: Visitor) -> None:
    """The mediator's report, with a sentence why."""
    unfold(who, "/no-settlement/")
    who.page.locator("form[action$='/no-settlement/'] textarea").fill("The sides stay apart on the price.")
    press(who, "/no-settlement/")


def unfold(who: Visitor, action: str) -> None:
    """Open the part that holds the form, unless it is open."""
    form = who.page.locator(f"form[action$='{action}']")
    if not form.is_visible():
        who.page.locator(f"details:has(form[action$='{action}']) > summary").click()
    form.wait_for(state="visible")


def _write(who: Visitor, outcome: str, remedy: str, amount: str) -> None:
    """Every part, every point, the result."""
    page = who.page
    for area in page.locator("form.case-decision textarea:visible").all():
        area.fill("At 14:05:00 the index stood at 64,121.5; rule 4.2 settles at the tick of expiry.")
    for finding in page.locator("select[name$=_finding]").all():
        finding.select_option("not_upheld" if outcome == "not_upheld" else "upheld")
    for item in page.locator("input[name=evidence]").all():
        item.check()
    page.select_option("select[name=outcome]", outcome)
    page.select_option("select[name=root_cause]", index=1)
    page.select_option("select[name=remedy]", remedy)
    if remedy != "none":
        page.fill("input[name=amount]", amount)
        page.fill("input[name=currency]", "USDT")


def _sent(who: Visitor, dispute: str, value: str) -> None:
    who.page.locator(f"button[name=do][value={value}]").click()
    who.page.wait_for_load_state("load")
    assert not (refused := who.page.locator(".summary").all_inner_texts()), refused
    who.page.wait_for_url(re.compile(rf"/desk/disputes/{dispute}/(\#|$)"))


def write_decision(
    who: Visitor, dispute: str, *, outcome: str = "upheld", remedy: str = "payment", amount: str = "91.00"
) -> None:
    """Every part, every point, the result; sent to both sides."""
    who.open(f"/desk/disputes/{dispute}/decision/")
    _write(who, outcome, remedy, amount)
    _sent(who, dispute, "issue")


def write_review(who: Visitor, dispute: str, *, review: str, amount: str) -> None:
    """The decision on review: a result of its own, partly in the trader's favour."""
    page = who.open(f"/desk/disputes/{dispute}/appeal/decision/")
    page.select_option("select[name=review]", review)
    _write(who, "partly_upheld", "payment", amount)
    _sent(who, dispute, "issue")


def write_again(who: Visitor, path: str, text: str) -> None:
    """One more message of the trader's on the ticket."""
    page = who.open(path)
    page.fill("#reply textarea[name=body]", text)
    press(who, "/reply/")
    expect(page.locator("#thread")).to_contain_text(text)


def mark_complaint(who: Visitor, ticket: str, said: str) -> Dispute:
    """The agent says which message is a complaint; the case that opens."""
    page = who.open(f"/desk/tickets/{ticket}/")
    page.locator("details.side__escalate:has(button[name=complaint]) > summary").click()
    form = page.locator("form:has(button[name=complaint])")
    heard = form.locator("select[name=message] option", has_text=said[:20]).first
    form.locator("select[name=message]").select_option(heard.get_attribute("value"))
    form.locator("button[value=yes]").click()
    page.wait_for_load_state("load")
    case = Dispute.objects.get(ticket__reference=ticket)
    assert case.state == "acknowledged"
    return case


def take_case(who: Visitor, case: Dispute) -> None:
    """From the handler's board to the case, and take it."""
    page = who.open("/desk/disputes/")
    page.locator("main a", has_text=case.reference).first.click()
    page.wait_for_url(re.compile(case.get_desk_url()))
    press(who, "/take/")


def to_mediation(who: Visitor, case: Dispute) -> None:
    """The supervisor takes the case to somebody neutral."""
    who.open(case.get_desk_url())
    unfold(who, "/escalate/")
    who.page.locator("form[action$='/escalate/'] textarea").fill("Nobody here should judge their own price.")
    press(who, "/escalate/")


def follow_case(who: Visitor) -> None:
    """From the trader's ticket to the case that opened."""
    who.page.reload()
    who.page.locator("main a[href*='/disputes/D-']").first.click()
    who.page.wait_for_url(re.compile(r"/disputes/D-\d{4}-\d{6}/"))


def write_answer(who: Visitor, case: Dispute, *, conclusion: str, outcome: str) -> None:
    """The platform's answer, put before a supervisor."""
    page = who.page
    page.locator("main a[href$='/answer/']").first.click()
    page.wait_for_url(re.compile("/answer/"))
    page.select_option("select[name=conclusion]", conclusion)
    page.select_option("select[name=measure]", "nothing")
    page.fill("textarea[name=measures]", "The tick after the end was used once, by hand.")
    _write(who, outcome, "none", "")
    _sent(who, case.reference, "submit")


def refer(who: Visitor, body: str, number: str) -> None:
    """An outside body has the case, and the work here stops."""
    unfold(who, "/refer/")
    page, form = who.page, who.page.locator("form[action$='/refer/']")
    form.locator("select[name=body]").select_option("other")
    form.locator("input[name=body_name]").fill(body)
    form.locator("input[name=day]").fill(clock.now().date().isoformat())
    form.locator("input[name=their_reference]").fill(number)
    form.locator("select[name=work]").select_option("stops")
    press(who, "/refer/")
    expect(page.locator("main")).to_contain_text(number)


def record_outcome(who: Visitor, outcome: str, text: str, amount: str) -> None:
    """What the body found, with its letter as a file."""
    unfold(who, "/external/")
    form = who.page.locator("form[action$='/external/']")
    form.locator("select[name=outcome]").select_option(outcome)
    form.locator("textarea[name=text]").fill(text)
    form.locator("input[name=day]").fill(clock.now().date().isoformat())
    form.locator("select[name=remedy]").select_option("payment")
    form.locator("input[name=amount]").fill(amount)
    form.locator("input[name=currency]").fill("USDT")
    form.locator("input[type=file]").set_input_files(FILES[2])
    press(who, "/external/")


def say_yes(who: Visitor, action: str) -> None:
    """Tick the box and confirm."""
    form = who.page.locator(f"form[action$='{action}']")
    form.locator("input[name=sure]").check()
    press(who, action)


def take_file(who: Visitor, case: Dispute, folder: Path) -> Path:
    """The case as one ZIP, kept where its owner wants it."""
    who.open(case.get_absolute_url())
    with who.page.expect_download() as told:
        who.page.locator("form[action$='/bundle/'] button").last.click()
    target = folder / told.value.suggested_filename
    told.value.save_as(target)
    return target


def check_file(who: Visitor, path: Path) -> str:
    """The ZIP is dropped on the public page; what the page says of it."""
    page = who.open("/procedure/verify/")
    page.set_input_files("main input[type=file]", str(path))
    page.locator("main form button[type=submit]").click()
    page.wait_for_selector(".check-told")
    return page.inner_text(".check-told")
