"""Many warnings to one person: ten letters, then one; the bell has all of them. Held back until morning."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.core import events
from helpdesk.notify import bell, delivering, digests, kinds, send
from helpdesk.notify.events import DeliveryFailed
from helpdesk.notify.models import Delivery, Notice
from tests.support.postbox import parsed

pytestmark = pytest.mark.django_db
LATE = "2026-11-22T06:05:00+00:00"


@pytest.fixture(autouse=True)
def one_long_window(monkeypatch):
    """No window ends while a test runs."""
    monkeypatch.setattr(digests, "WINDOW", 10**7)


def warn(person, numbers, kind="ticket.warning", **extra):
    said = {"subject": "提现", "metric": "first_response", "due_at": LATE}
    send.notify_many(
        send.Row(
            kind,
            person,
            f"rung:{number}",
            f"T-2222{number:02}",
            f"/desk/tickets/T-2222{number:02}/",
            said | {"reference": f"T-2222{number:02}"},
            **extra,
        )
        for number in numbers
    )


def window_ends():
    Delivery.objects.filter(channel="digest", next_attempt_at__gt=timezone.now()).update(
        next_attempt_at=timezone.now()
    )


def letters(box):
    found = [parsed(content) for _to, content in box.got]
    return [(m["Message-ID"], m["Subject"], m.get_body(("plain",)).get_content()) for m in found]


def references(text):
    return set(re.findall(r"T-2222\d\d", text))


def test_ten_go_singly_and_the_others_as_one(cast, box):
    warn(cast.ada, range(25))
    assert delivering.deliver_due() == 10
    assert delivering.deliver_due() == 0, "the window still runs"
    waiting = Delivery.objects.filter(channel="digest")
    assert (waiting.count(), waiting.exclude(next_attempt_at=None).count()) == (15, 1)
    warn(cast.ada, range(25, 28), "ticket.late")
    assert delivering.deliver_due() == 0, "what comes later in the window joins"
    window_ends()
    assert delivering.deliver_due() == 1
    *single, (name, subject, text) = letters(box)
    told = [references(text) for _id, _subject, text in single]
    assert all(len(one) == 1 for one in told)
    assert len(references(text)) == 18
    assert references(text).isdisjoint(set.union(*told))
    assert subject == "18 more warnings"
    line = r"Due soon · T-2222\d\d · 提现 · First answer · 2026-11-22 07:05:00"  # the reader's own time
    assert len(re.findall(line, text)) == 15
    assert "Late · T-222225" in text
    assert set(Delivery.objects.filter(channel="digest").values_list("state", "message_id")) == {
        ("sent", name)
    }
    assert bell.unread_count(cast.ada) == 28
    assert delivering.deliver_due() == 0


def test_everyone_has_bursts_of_their_own_and_other_letters_go_on(cast, box):
    warn(cast.ada, range(12))
    warn(cast.sun, range(11))
    send.notify("ticket.answered", cast.mei, event_id="m1", context={"reference": "T-222299", "line": "好"})
    warn(cast.mei, range(3), "ticket.apology")
    assert delivering.deliver_due() == 10 + 10 + 4
    window_ends()
    assert delivering.deliver_due() == 2
    last = letters(box)[-2:]
    assert {len(references(text)) for _id, _subject, text in last} == {1, 2}
    assert any(subject == "2 more warnings" for _id, subject, _text in last)
    assert any(subject.startswith("即将到期：T-2222") for _id, subject, _text in last), "one alone stays one"


def test_writing_a_burst_is_one_statement(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        warn(cast.ada, range(90))


def test_a_second_window_begins_again_with_ten(cast, box):
    warn(cast.ada, range(12))
    delivering.deliver_due()
    digests.WINDOW = 10**7 + 1
    warn(cast.ada, range(12, 24))
    assert delivering.deliver_due() == 10
    window_ends()
    assert delivering.deliver_due() == 2
    ids = [name for name, _subject, _text in letters(box)]
    assert len(set(ids)) == 22


def test_a_dead_sender_is_followed_by_the_same_digest(cast, box, monkeypatch):
    warn(cast.ada, range(15))
    delivering.deliver_due()
    window_ends()

    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(delivering, "_mark_sent", die)
        with pytest.raises(Killed):
            delivering.deliver_due()
    assert delivering.deliver_due() == 0, "the lease still runs"
    window_ends()
    assert delivering.deliver_due() == 1
    first, second = letters(box)[-2:]
    assert first == second
    assert set(Delivery.objects.filter(channel="digest").values_list("state", flat=True)) == {"sent"}


def test_a_sender_that_overslept_marks_no_part(cast, box):
    warn(cast.ada, range(15))
    delivering.deliver_due()
    window_ends()
    slow = delivering._claim_next()
    assert len(slow.parts) == 4
    window_ends()
    delivering._mark_failed(slow, "broken", final=True)  # still its own: all parts share the fate
    assert set(Delivery.objects.filter(channel="digest").values_list("state", flat=True)) == {"failed"}
    Delivery.objects.filter(channel="digest").update(state="queued", attempts=3)
    delivering._mark_failed(slow, "broken", final=True)
    assert set(Delivery.objects.filter(channel="digest").values_list("state", flat=True)) == {"queued"}


def test_a_refused_digest_says_so_of_every_part(cast, box):
    warn(cast.ada, range(14))
    delivering.deliver_due()
    window_ends()
    box.refuse = {cast.ada.email}
    facts = []
    events._inside[DeliveryFailed].append(facts.append)
    try:
        assert delivering.deliver_due() == 0
    finally:
        events._inside[DeliveryFailed].pop()
    sent = Delivery.objects.filter(channel="email", state="sent").values_list("notice__event_id", flat=True)
    assert {fact.event_id for fact in facts} == {f"rung:{n}" for n in range(14)} - set(sent)
    assert len(facts) == 4


def test_a_letter_held_back_leaves_the_bell_alone(cast, box):
    morning = timezone.now() + timedelta(hours=8)
    warn(cast.ada, range(12), not_before=morning)
    assert delivering.deliver_due() == 0
    assert bell.unread_count(cast.ada) == 12
    assert set(Delivery.objects.filter(channel="email").values_list("next_attempt_at", flat=True)) == {
        morning
    }
    assert set(Delivery.objects.filter(channel="inapp").values_list("state", flat=True)) == {"delivered"}
    warn(cast.ada, range(20, 32))
    assert delivering.deliver_due() == 10, "what is held back joins no digest before its time"
    assert Delivery.objects.filter(channel="email", state="queued").count() == 12
    warn(cast.ada, [50], not_before=timezone.now() - timedelta(hours=1))
    held = Delivery.objects.get(notice__event_id="rung:50", channel="email")
    assert held.next_attempt_at > timezone.now() - timedelta(minutes=5)


def test_the_database_finds_bursts_by_their_index(cast):
    warn(cast.ada, range(3))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in (digests._STANDING, "SELECT id FROM notify_delivery WHERE bundle = %(bundle)s"):
            cursor.execute(f"EXPLAIN {sql}", {"bundle": "7:1"})
            assert "notify_delivery_bundle" in str(cursor.fetchall())


@pytest.mark.parametrize("kind", [kind.code for kind in kinds.all_kinds() if kind.burst])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_of_a_burst_has_its_line(cast, box, kind, language):
    cast.omar.language = language
    cast.omar.save()
    warn(cast.omar, range(13), kind)
    delivering.deliver_due()
    window_ends()
    delivering.deliver_due()
    _id, subject, text = letters(box)[-1]
    assert len(references(text)) == 3
    assert Notice.objects.filter(kind=kind).count() == 13
    assert ("警报" in subject or "提醒" in subject) == (language == "zh-hans")
