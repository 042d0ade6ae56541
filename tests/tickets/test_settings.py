"""The pages on which promises are set up: what is typed stays until all is right, refusals are told."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import LegalEntity, TradingAccount
from helpdesk.timers import public_holidays
from helpdesk.timers.models import Calendar, CalendarVersion
from tests.support.builders import clock, file
from tickets.models import PolicyRollout, SlaPolicy, SlaPolicyVersion

pytestmark = pytest.mark.django_db
YEAR = timezone.now().year


@pytest.fixture
def sun(cast):
    cast.sun.language = "en"
    cast.sun.save()
    client = Client()
    client.force_login(cast.sun)
    client.cookies["django_language"] = "en"
    return client


def calendar(**more):
    return {
        "name": "Support",
        "tz": "Asia/Shanghai",
        "w0-from": "9:00",
        "w0-to": "18:00",
        "do": "save",
    } | more


def policy(**more):
    return {
        "name": "Chat", "calendar": "24x7", "channel": ["chat"], "t-first_response": "1 minute",
        "m-first_response": "calendar", "apology": "1 hour", "rungs": "1", "r0-when": "after",
        "r0-amount": "", "r0-tell": ["team"], "do": "save",
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Please give the calendar a name"),
        ({"tz": "Moon"}, "There is no time zone “Moon”"),
        ({"w0-from": "", "w0-to": ""}, "This calendar never opens"),
        ({"w0-from": ["09:00", "11:00"], "w0-to": ["12:00", "18:00"]}, "09:00–12:00 and 11:00–18:00 overlap"),
        (
            {"w0-from": "22:00", "w0-to": "09:30", "w1-from": "09:00", "w1-to": "18:00"},
            "runs over midnight into",
        ),
        ({"w0-from": "late"}, "are not two times"),
        ({"day-from": f"{YEAR}-02-30", "day-to": "", "day-hours": ""}, "is not a date"),
        (
            {"day-from": f"{YEAR}-03-02", "day-to": f"{YEAR}-03-01", "day-hours": ""},
            "give the earlier date first",
        ),
        ({"day-from": "0026-02-17", "day-to": "", "day-hours": ""}, "is too far away"),
        ({"day-from": f"{YEAR}-03-02", "day-to": "", "day-hours": "9-12, 11:00-13:00"}, "are not two times"),
        ({"day-from": f"{YEAR}-03-02", "day-to": "", "day-hours": "9:00-12:00, 11:00-13:00"}, "overlap"),
        ({"h-set": "CN", "h-from": "2030", "h-to": "2026"}, "Choose a first and a last year"),
        ({"h-set": "ZZ", "h-from": "2026", "h-to": "2026"}, "There are no holidays for"),
    ],
)
def test_a_wrong_calendar_is_shown_again_with_what_to_do(sun, wrong, told):
    before = Calendar.objects.count(), CalendarVersion.objects.count()
    answer = sun.post(reverse("tickets:calendar-new"), calendar(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "What you typed is still here" in page
    assert (Calendar.objects.count(), CalendarVersion.objects.count()) == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "Please give the policy a name"),
        ({"calendar": "mars"}, "There is no calendar “mars”"),
        ({"t-first_response": ""}, "Give at least one target"),
        ({"t-first_response": "soon"}, "“soon” is not a length of time"),
        ({"t-first_response": "1 day", "m-first_response": "business"}, "has no fixed length"),
        ({"t-resolution": "9000 h", "m-resolution": "calendar"}, "from 1 to one year"),
        ({"tier": "<script>"}, "Unknown in “tier”"),
        ({"category": ["NOPE"]}, "Unknown in “category”"),
        ({"speed-tier": "gold", "speed-factor": "quick"}, "give a factor from 0.1 to 100"),
        ({"pause-customer": "a while"}, "is not a length of time"),
        ({"apology": "0 s"}, "at least a minute"),
        ({"r0-when": "before", "r0-amount": "150 %"}, "is no share of the time"),
        ({"r0-when": "before", "r0-amount": "50 %"}, "says nothing about the breach itself"),
        ({"r0-tell": []}, "A rung does nothing"),
    ],
)
def test_a_wrong_policy_is_shown_again_with_what_to_do(sun, wrong, told):
    before = SlaPolicy.objects.count(), SlaPolicyVersion.objects.count()
    answer = sun.post(reverse("tickets:sla-policy-new"), policy(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert (SlaPolicy.objects.count(), SlaPolicyVersion.objects.count()) == before


def test_a_target_no_calendar_holds_and_a_policy_nothing_comes_to(sun):
    sun.post(reverse("tickets:calendar-new"), calendar(name="Rare", **{"w0-from": "09:00", "w0-to": "09:01"}))
    answer = sun.post(
        reverse("tickets:sla-policy-new"),
        policy(calendar="rare", **{"t-first_response": "40 hours", "m-first_response": "business"}),
    )
    assert "does not hold 40 hours of working time" in answer.content.decode()
    default = SlaPolicy.objects.get(is_default=True)
    answer = sun.post(reverse("tickets:sla-policy", args=[default.pk]), policy(seen="2"))
    assert "so it has no conditions" in answer.content.decode()


def test_a_calendar_in_use_says_who_uses_it(sun):
    answer = sun.post(reverse("tickets:calendar-switch", args=["24x7"]), {"to": "off"})
    assert answer.status_code == 409
    assert "This calendar is in use" in answer.content.decode()
    assert Calendar.objects.get(code="24x7").active


def test_rows_are_added_without_script_and_nothing_typed_is_lost(sun):
    answer = sun.post(reverse("tickets:calendar-new"), calendar(do="add-w0", name="Half done"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('name="w0-from"') == 3  # what was typed, the new one, and the script's own
    assert 'value="Half done"' in page
    page = sun.post(reverse("tickets:calendar-new"), calendar(do="holidays", **{
        "h-set": "CN", "h-from": str(YEAR), "h-to": str(YEAR)})).content.decode()  # fmt: skip
    assert "Chinese New Year (Spring Festival)" in page
    page = sun.post(reverse("tickets:sla-policy-new"), policy(do="add-rung")).content.decode()
    assert 'name="r1-amount"' in page


def test_what_is_saved_is_shown_with_its_next_hours_and_its_versions(sun, cast):
    sun.post(reverse("tickets:calendar-new"), calendar())
    address = reverse("tickets:calendar", args=["support"])
    sun.post(address, calendar(seen="1", tz="UTC"))
    page = sun.get(address).content.decode()
    assert "The next 24 working hours" in page
    assert "<del>Asia/Shanghai</del>" in page
    answer = sun.post(address, calendar(seen="1", name="Late"))
    assert answer.status_code == 409
    assert "Somebody saved a newer version" in answer.content.decode()


def test_a_new_version_leads_to_its_preview_and_is_applied_only_on_purpose(sun, cast):
    sun.post(reverse("tickets:sla-policy-new"), policy())
    made = SlaPolicy.objects.get(name="Chat")
    ticket = file(cast.mei, "GEN-ASK", channel="chat")
    answer = sun.post(
        reverse("tickets:sla-policy", args=[made.pk]), policy(seen="1", **{"t-first_response": "2 minutes"})
    )
    apply = reverse("tickets:sla-policy-apply", args=[made.pk])
    assert answer.url == apply
    assert "1 open ticket would come under this version" in sun.get(apply).content.decode()
    assert clock(ticket, "first_response").target_seconds == 60
    assert sun.post(apply, {"number": "2"}).status_code == 302
    assert PolicyRollout.objects.get().by == cast.sun
    assert "0 of 1 tickets" in sun.get(apply).content.decode()
    part = sun.get(reverse("tickets:sla-policy-progress", args=[made.pk]), headers={"HX-Request": "true"})
    assert "every 2s" in part.content.decode()


def test_the_list_says_when_a_policy_is_never_reached(sun):
    sun.post(reverse("tickets:sla-policy-new"), policy(channel=[], subject=["GEN"]))
    page = sun.get(reverse("tickets:sla-policies")).content.decode()
    assert "No ticket ever comes here: “Chat” above takes all of them" in page


def test_a_tier_is_the_same_however_it_is_written_and_one_that_nobody_has_is_named(sun, cast):
    entity = LegalEntity.objects.create(code="hk", name="HK")
    TradingAccount.objects.create(holder=cast.mei, entity=entity, number="1", tier="gold")
    four_hours = {"t-first_response": "4 hours", "speed-tier": ["GOLD", "VIP"], "speed-factor": ["2", "4"]}
    answer = sun.post(
        reverse("tickets:sla-policy-new"),
        policy(channel=["web"], tier="Gold, VIP", **four_hours),
        follow=True,
    )
    said = "No trading account has the tier “VIP” today. Known tiers: gold."
    assert said in answer.content.decode()
    assert "tier “GOLD” today" not in answer.content.decode()
    assert clock(file(cast.mei, "GEN-ASK"), "first_response").target_seconds == 2 * 3600
    assert clock(file(cast.omar, "GEN-ASK"), "first_response").target_seconds != 4 * 3600
    asked = {"category": "GEN-ASK", "at": "2026-02-17T09:00"}
    for tier, promised in {"gold": "2 hours", "VIP": "1 hour", "vip ": "1 hour"}.items():
        page = sun.get(reverse("tickets:settings-promise"), asked | {"tier": tier}).content.decode()
        assert f"{promised} around the clock" in page


def test_holidays_are_read_in_the_readers_language(sun, cast):
    chosen = {"h-set": "CN", "h-from": "2026", "h-to": "2026", "do": "holidays"}
    page = sun.post(reverse("tickets:calendar-new"), calendar(**chosen)).content.decode()
    assert '2026-02-17 <span lang="en">Chinese New Year (Spring Festival)</span>' in page
    assert "(substituted from 2026-02-14)" in page
    cast.sun.language = "zh-hans"
    cast.sun.save()
    sun.cookies["django_language"] = "zh-hans"
    page = sun.post(reverse("tickets:calendar-new"), calendar(**chosen)).content.decode()
    assert "2026-02-17 春节" in page
    page = sun.post(
        reverse("tickets:calendar-new"), calendar(**chosen | {"h-set": "GB-ENG"})
    ).content.decode()
    assert "2026-12-25 圣诞节" in page
    assert "2026-12-28 节礼日（补假）" in page


@pytest.mark.parametrize("code", public_holidays.SETS)
def test_every_holiday_has_a_chinese_name(code):
    nameless = {one.en for one in public_holidays.of(code, 2024, 2036) if not one.zh}
    assert nameless == set()


@pytest.mark.parametrize(
    ("time", "mode", "told"),
    [
        ("100000 天", "business", "has no fixed length"),
        ("100000 天", "calendar", "is too long for a promise"),
        ("99999999 h", "business", "is too long for a promise"),
        ("99999999 h", "calendar", "is too long for a promise"),
        ("9000 h", "business", "from 1 to one year"),
    ],
)
def test_an_absurd_target_is_refused_with_one_sentence(sun, time, mode, told):
    typed = policy(**{"t-first_response": time, "m-first_response": mode})
    answer = sun.post(reverse("tickets:sla-policy-new"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert page.count("field__error") == 1


def test_what_a_policy_does_not_promise_is_said_beside_its_empty_field(sun, cast):
    page = sun.get(reverse("tickets:sla-policy-new")).content.decode()
    assert page.count("Tickets under this policy get no promise of") == 4
    assert "Tickets under this policy get no promise of a solution." in page
    cast.sun.language = "zh-hans"
    cast.sun.save()
    sun.cookies["django_language"] = "zh-hans"
    assert "按此策略，工单不承诺解决的时间。" in sun.get(reverse("tickets:sla-policy-new")).content.decode()
