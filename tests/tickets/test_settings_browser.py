"""A new supervisor sets promises up by herself, in a real browser, and they are what tickets get."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.operations import registration
from accounts.states import Role
from tests.support.builders import clock, file
from tests.tickets.test_policies import accounts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def lena(cast):
    """Her first day."""
    return registration.register(
        "lena@demo.test", name="Lena Roth", password="a long enough phrase 9", roles=[Role.SUPERVISOR],
        language="en", time_zone="Asia/Shanghai",
    )  # fmt: skip


def calendar(page):
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Calendars").click()
    page.get_by_role("link", name="New calendar").click()
    page.get_by_label("Name", exact=True).fill("Support")
    page.get_by_label("Time zone").fill("Asia/Shanghai")
    page.get_by_label("Monday, to").fill("12:00")
    page.get_by_role("button", name="Another interval on Monday").click()
    page.get_by_label("Monday, from").nth(1).fill("13:00")
    page.get_by_label("Monday, to").nth(1).fill("19:00")
    page.get_by_role("button", name="Monday's hours for Tuesday to Friday").click()
    page.get_by_label("Whose holidays").select_option("CN")
    page.get_by_label("2027-02-06 Chinese New Year (Spring Festival)").wait_for()
    assert page.get_by_label("2027-02-06 Chinese New Year (Spring Festival)").is_checked()
    page.get_by_role("button", name="Save calendar").click()
    page.get_by_role("heading", name="The next 24 working hours").wait_for()


def policy(page, name, channels, calendar, time, counted, tier=""):
    page.goto(page.url.split("/desk/")[0] + "/desk/settings/policies/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Working time counts in").select_option(label=calendar)
    for channel in channels:
        page.get_by_label(channel, exact=True).check()
    page.get_by_label("First answer", exact=True).fill(time)
    page.get_by_label("First answer: how the time counts").select_option(label=counted)
    if tier:
        page.get_by_label("Tier", exact=True).fill(tier)
        page.get_by_label("How many times faster").fill("2")
    page.get_by_role("button", name="Save policy").click()
    page.get_by_text("The policy is tried first from now on").wait_for()


def told(page, at, channel, tier=""):
    """What the diagnostic says about the first answer."""
    page.goto(page.url.split("/desk/")[0] + "/desk/settings/promise/")
    page.get_by_label("Filed at (your clock)").fill(at)
    page.get_by_label("Channel").select_option(label=channel)
    page.get_by_label("Trader's tier").fill(tier)
    page.get_by_label("Problem type").select_option("GEN-ASK")
    page.get_by_role("button", name="Show the promise").click()
    answer = page.locator("#promised dd").first
    answer.wait_for()
    page.wait_for_load_state("networkidle")
    return datetime.fromisoformat(answer.locator("time").get_attribute("datetime"))


def test_chat_a_minute_tickets_four_hours_vips_twice_as_fast_spring_festival_closed(visit, cast, lena):
    visitor = visit(lena)
    page = visitor.open("/desk/settings/")
    calendar(page)
    visitor.shot("settings-calendar")
    policy(page, "Tickets", ["Web", "E-mail", "Telephone"], "Support", "4 hours", "working time", tier="vip")
    policy(page, "Chat", ["Live chat"], "24 × 7", "1 minute", "around the clock")
    page.goto(visitor.address + "/desk/settings/policies/")
    names = page.locator(".policy h2").all_inner_texts()
    assert [name.strip() for name in names[:2]] == ["Chat", "Tickets"]
    visitor.shot("settings-policies")

    # Thursday before the festival, two hours before closing; the next working day is the Thursday after.
    eve = datetime(2027, 2, 4, 17, 0, tzinfo=SHANGHAI)
    said = {
        "chat": told(page, "2027-02-04T17:00", "Live chat"),
        "web": told(page, "2027-02-04T17:00", "Web"),
        "vip": told(page, "2027-02-04T17:00", "Web", "vip"),
    }
    visitor.shot("settings-promise")
    assert said["chat"] == eve.replace(minute=1)
    assert said["web"] == datetime(2027, 2, 11, 11, 0, tzinfo=SHANGHAI)
    assert said["vip"] == datetime(2027, 2, 4, 19, 0, tzinfo=SHANGHAI)

    accounts(cast.omar, ("vip", "hk"))
    filed = {
        "chat": file(cast.mei, "GEN-ASK", channel="chat", at=eve),
        "web": file(cast.mei, "GEN-ASK", channel="web", at=eve),
        "vip": file(cast.omar, "GEN-ASK", channel="web", at=eve),
    }
    assert {name: clock(ticket, "first_response").due_at for name, ticket in filed.items()} == said


def test_the_same_without_script(visit, lena):
    page = visit(lena, script=False).open("/desk/settings/calendars/new/")
    page.get_by_label("Name", exact=True).fill("Nights")
    page.get_by_role("button", name="Another interval on Saturday").click()
    page.get_by_label("Saturday, from").nth(0).fill("22:00")
    page.get_by_label("Saturday, to").nth(0).fill("06:00")
    page.get_by_label("Whose holidays").select_option("GB-ENG")
    page.get_by_role("button", name="Show the days").click()
    page.get_by_label("Boxing Day").first.uncheck()
    page.get_by_role("button", name="Save calendar").click()
    page.get_by_role("heading", name="The next 24 working hours").wait_for()
    assert not page.get_by_label("Boxing Day").first.is_checked()
    assert page.get_by_label("Saturday, to").first.input_value() == "06:00"


def test_a_slip_is_told_where_it_was_made_and_nothing_is_lost(visit, lena):
    visitor = visit(lena, language="zh-hans", phone=True, dark=True)
    page = visitor.open("/desk/settings/calendars/new/")
    page.locator("#name").fill("Half done")
    page.locator("[name=w0-to]").first.fill("12:00")
    page.locator("[data-add=w0]").click()
    page.locator("[data-rows=w0] [name=w0-from]").nth(1).fill("11:00")
    page.locator("[data-rows=w0] [name=w0-to]").nth(1).fill("18:00")
    page.locator(".editor__acts .btn--main").click()
    page.locator(".week__day--wrong .field__error").wait_for()
    assert page.locator("#name").input_value() == "Half done"
    visitor.shot("settings-slip")
    visitor.accessible()


def test_on_a_phone_nothing_is_cut_and_what_is_not_promised_is_said(visit, cast, lena):
    visitor = visit(lena, phone=True)
    page = visitor.open("/desk/settings/policies/new/")
    missing = page.get_by_text("Tickets under this policy get no promise of a first answer.")
    assert missing.is_visible()
    page.get_by_label("First answer", exact=True).fill("1 hour")
    assert not missing.is_visible()
    assert page.get_by_text("Tickets under this policy get no promise of a solution.").is_visible()
    file(cast.mei, "GEN-ASK")
    page.get_by_label("Name", exact=True).fill("Hour")
    page.get_by_label("Working time counts in").select_option(label="24 × 7")
    page.get_by_role("button", name="Save policy").click()
    page.get_by_text("The policy is tried first from now on").wait_for()
    page.goto(page.url.rstrip("/") + "/apply/")
    table = page.locator("table.stacked")
    table.wait_for()
    for cell in table.locator("tbody td").all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert table.get_by_text("due then").count() == 1
    visitor.shot("settings-rollout-phone")
