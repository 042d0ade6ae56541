"""Taking a late promise on, and "no reply needed": offered where the agent writes, never done by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.audit.models import Entry
from helpdesk.core import clock as moment
from tests.support import samples
from tests.support.api import Caller
from tests.support.builders import answer, clock, file, say
from tickets.operations import breaches, lifecycle, policies, rebuilding
from tickets.reads.thanks import looks_like_thanks

pytestmark = pytest.mark.django_db
BANNER = "This looks like thanks: no reply needed?"


@pytest.fixture
def late(cast):
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - timedelta(hours=13))
    breaches.break_due()
    return ticket


@pytest.fixture
def answered(cast):
    ticket = file(cast.mei, "GEN-ASK")
    answer(ticket, cast.ada)
    return ticket


def page(person, ticket):
    client = Client()
    client.force_login(person)
    shown = client.get(ticket.get_desk_url())
    assert shown.status_code == 200
    return client, shown.content.decode()


def act(client, ticket, what):
    done = client.post(f"{ticket.get_desk_url()}{what}/")
    assert done.status_code == 302, done.content[:300]
    return client.get(ticket.get_desk_url()).content.decode()


def test_a_late_promise_is_taken_on_and_everyone_sees_by_whom(cast, late):
    ada, shown = page(cast.ada, late)
    assert "Nobody has taken it on yet." in shown
    before = clock(late, "first_response").warn_at
    shown = act(ada, late, "take-on")
    first = clock(late, "first_response")
    assert first.acknowledged_by == cast.ada
    assert first.warn_at >= before
    assert first.warn_at - first.acknowledged_at == timedelta(hours=1)
    assert "Ada Brandt took it on" in shown
    assert f'datetime="{first.warn_at.isoformat()}"' in shown
    assert "take-on/" not in shown
    _bo, his = page(cast.bo, late)
    assert "Ada Brandt" in his
    assert "take-on/" in his
    assert Entry.objects.filter(subject=late.reference, action="ticket.promise.taken_on").count() == 1


def test_the_ladder_rests_once_however_often_it_is_taken_on(cast, late):
    taken = timezone.now()
    for minutes, person in ((0, "ada"), (10, "ada"), (20, "bo"), (30, "bo"), (40, "ada"), (50, "sun")):
        with moment.at(taken + timedelta(minutes=minutes)):
            lifecycle.take_on(late, by=getattr(cast, person))
    first = clock(late, "first_response")
    assert first.warn_at == taken + timedelta(hours=1)
    assert (first.acknowledged_by, first.acknowledged_at) == (cast.sun, taken + timedelta(minutes=50))
    acts = Entry.objects.filter(subject=late.reference, action="ticket.promise.taken_on").order_by("pk")
    assert [entry.actor_id for entry in acts] == [one.pk for one in (cast.ada, cast.bo, cast.ada, cast.sun)]
    reasons = late.timer_events.filter(kind="acknowledge").order_by("id").values_list("reason", flat=True)
    assert list(reasons) == ["", "taken over", "taken over", "taken over"]
    assert list(rebuilding.check()) == []


def test_when_the_ladder_has_called_again_it_can_be_taken_on_again(cast):
    steps = ({"key": "broken", "after": 0}, {"key": "half", "after": 1800}, {"key": "day", "after": 86400})
    rows = [{"metric": "first_response", "seconds": 3600, "mode": "calendar"}]
    policies.create_policy(
        name="Three steps", by=None, position=1, calendar="24x7", conditions={"category": ["GEN-ASK"]},
        targets=rows, ladder=[step | {"tell": ["supervisors"]} for step in steps],
    )  # fmt: skip
    start = timezone.now() - timedelta(hours=1, seconds=5)
    late = file(cast.mei, "GEN-ASK", at=start)
    breaches.break_due()
    noticed = clock(late, "first_response").detected_at
    with moment.at(noticed + timedelta(minutes=20)):
        lifecycle.take_on(late, by=cast.ada)
    with moment.at(noticed + timedelta(minutes=70)):
        lifecycle.take_on(late, by=cast.bo)  # a record of the first rest, no rest from the second call
    with moment.at(noticed + timedelta(minutes=81)):
        assert breaches.sweep_due().called == 1
        assert clock(late, "first_response").warn_at == noticed + timedelta(days=1)
        ada, shown = page(cast.ada, late)
        assert "Since then the ladder has called further." in shown
        assert "The next person is called at" in shown
        assert "Take it on</button>" in shown
        assert "由我接手</button>" in page(cast.bo, late)[1]
        assert "改由我接手" not in page(cast.bo, late)[1]
    with moment.at(noticed + timedelta(hours=23, minutes=30)):
        shown = act(ada, late, "take-on")
        assert "Nobody further is called before" in shown
        assert "take-on/" not in shown
    rests_until = clock(late, "first_response").warn_at
    assert rests_until == noticed + timedelta(hours=24, minutes=30)
    with moment.at(rests_until + timedelta(seconds=1)):
        assert breaches.sweep_due().called == 1
    assert clock(late, "first_response").warn_at is None
    assert list(rebuilding.check()) == []


def test_solving_and_opening_again_gives_no_second_rest(cast):
    filed = timezone.now() - timedelta(days=30)
    late = file(cast.mei, "GEN-ASK", at=filed)
    answer(late, cast.ada, at=filed + timedelta(minutes=1))
    breaches.break_due()
    lifecycle.take_on(late, by=cast.ada)
    before = clock(late, "resolution").warn_at
    for minutes, move in ((20, "resolve"), (30, "reopen")):
        with moment.at(timezone.now() + timedelta(minutes=minutes)):
            lifecycle.change_status(late, move, by=cast.ada)
    with moment.at(timezone.now() + timedelta(minutes=40)):
        lifecycle.take_on(late, by=cast.ada)
    assert clock(late, "resolution").is_late
    assert clock(late, "resolution").warn_at == before
    assert list(rebuilding.check()) == []


def test_what_is_not_late_cannot_be_taken_on(cast, answered):
    client, shown = page(cast.ada, answered)
    assert "take-on/" not in shown
    assert client.post(f"{answered.get_desk_url()}take-on/").status_code == 409


def test_an_auditor_reads_who_took_it_on_and_has_no_button(cast, late):
    _ivo, shown = page(cast.ivo, late)
    assert "Nobody has taken it on yet." in shown or "还没有人" in shown
    assert "take-on/" not in shown


def test_thanks_is_offered_to_be_settled_and_only_a_click_ends_the_clock(cast, answered):
    say(answered, cast.mei, "收到，谢谢！")
    ada, shown = page(cast.ada, answered)
    assert BANNER in shown
    assert clock(answered, "next_response").state == "running"
    shown = act(ada, answered, "no-reply")
    assert BANNER not in shown
    assert "no-reply/" not in shown
    assert clock(answered, "next_response").state == "cancelled"
    assert Entry.objects.get(subject=answered.reference, action="ticket.no_reply_needed").actor_id


def test_a_question_before_the_thanks_is_no_thanks(cast, answered):
    say(answered, cast.mei, "还没有到账")
    say(answered, cast.mei, "谢谢")
    _ada, shown = page(cast.ada, answered)
    assert BANNER not in shown
    assert "no-reply/" in shown


def test_thanks_with_a_picture_is_looked_at(cast, answered):
    client = Client()
    client.force_login(cast.mei)
    sent = {"body": "谢谢", "files": samples.upload("a.png", samples.picture())}
    assert client.post(f"{answered.get_absolute_url()}reply/", sent).status_code == 302
    _ada, shown = page(cast.ada, answered)
    assert BANNER not in shown


def test_the_api_does_both(cast, late, answered):
    say(answered, cast.mei, "谢谢")
    ada = Caller(cast.ada)
    taken = ada.post(f"/api/v1/tickets/{late.reference}/acknowledge/", {})
    assert taken.status_code == 200
    assert clock(late, "first_response").acknowledged_by == cast.ada
    path = f"/api/v1/tickets/{answered.reference}/no-reply-needed/"
    assert ada.post(path, {}).status_code == 200
    assert ada.post(path, {}).json()["code"] == "nothing_owed"
    assert ada.post(path, {"more": 1}).status_code == 400
    assert Caller(cast.mei).post(path, {}).status_code == 403
    assert Caller(cast.omar).post(path, {}).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "谢谢", "好的，谢谢你", "收到，感谢", "非常感谢您的帮助！", "已收到，问题解决了，谢谢",
        "Thank you!", "Thanks a lot 🙏", "ok got it", "OK", "Great, thank you so much for your help",
        "Thanks, it works now", "Thank you, have a nice day",
    ],
)  # fmt: skip
def test_thanks(text):
    assert looks_like_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "谢谢，但是还没到账", "谢谢，请问什么时候到？", "还没收到", "谢谢你们，我要投诉", "收到的金额不对",
        "谢谢，另外我的账户登录失败", "没收到谢谢", "thanks, but still nothing",
        "ok 12:30", "Thanks https://x.y", "I have not received it", "I didn't get it, thanks", "", "hello",
        "thanks for nothing you thieves", "OK I'll send the documents", "谢谢" * 60, "真的" * 39 + "谢x",
    ],
)  # fmt: skip
def test_more_than_thanks(text):
    assert not looks_like_thanks(text)
