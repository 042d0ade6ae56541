"""Notices: written with the act, told once, in the recipient's words, and never lost on the way."""

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from helpdesk.channels import registry
from helpdesk.channels.base import Receipt, Transport, TransportError
from helpdesk.core import events
from helpdesk.notify import bell, delivering, kinds, preferences, render, send
from helpdesk.notify.events import DeliveryFailed
from helpdesk.notify.models import Delivery, DeliveryState, Notice, Sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def test_kind(settings, tmp_path):
    """A kind with words of its own, as an app would register it."""
    folder = tmp_path / "messages" / "test.kind"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text('{% translate "Save" %} & {{ what }}')
    (folder / "body.txt").write_text(
        '{% extends "messages/letter.txt" %}'
        '{% block content %}{{ what }} {{ at|date:"H:i" }} {{ url }}{% endblock %}'
    )
    (folder / "inapp.html").write_text("<p>{{ what }}</p>")
    templates = [dict(settings.TEMPLATES[0])]
    templates[0]["DIRS"] = [*templates[0]["DIRS"], tmp_path]
    settings.TEMPLATES = templates
    kinds.register("test.kind", category="tickets", title="Test")
    kinds.register("test.secret", category="account", title="Secret", essential=True, secret=True)
    yield
    kinds._kinds.pop("test.kind")
    kinds._kinds.pop("test.secret")


class Carrier(Transport):
    """A carrier that does as told: takes, refuses, or dies."""

    def __init__(self) -> None:
        self.taken, self.error = [], None

    def send(self, letter):
        if self.error:
            raise self.error
        self.taken.append(letter)
        return Receipt("x1")


@pytest.fixture
def carrier(monkeypatch):
    carrier = Carrier()
    monkeypatch.setitem(registry._makers, "email", lambda: carrier)
    return carrier


def tell(person, event="e1", **kwargs):
    context = {"what": "提现 <b>", "at": timezone.now().replace(hour=4, minute=30)}
    send.notify("test.kind", person, event_id=event, context=context, url="/tickets/T-222222/", **kwargs)


def due_again():
    Delivery.objects.update(next_attempt_at=timezone.now())


def test_telling_twice_writes_once(cast):
    tell(cast.mei)
    tell(cast.mei)
    tell(cast.omar)
    assert Notice.objects.count() == 2
    assert sorted(Delivery.objects.values_list("channel", "state")) == [
        ("email", "queued"), ("email", "queued"), ("inapp", "delivered"), ("inapp", "delivered"),
    ]  # fmt: skip


def test_a_notice_is_kept_or_lost_with_the_act(cast):
    with transaction.atomic():
        tell(cast.mei)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_many_are_told_with_one_statement(cast, django_assert_num_queries):
    people = [cast.mei, cast.omar, cast.ada]
    with django_assert_num_queries(1):
        send.notify_many([send.Row("test.kind", person, "e1", context={"what": 1}) for person in people])
    assert Notice.objects.count() == 3


def test_an_account_that_is_closed_is_told_nothing(cast):
    cast.mei.is_active = False
    tell(cast.mei)
    assert not Notice.objects.exists()


def test_the_letter_speaks_the_recipients_language_and_time(cast):
    tell(cast.mei)
    tell(cast.omar)
    mei, omar = (render.letter(Notice.objects.get(person=who)) for who in (cast.mei, cast.omar))
    assert mei.subject == "保存 & 提现 <b>"
    assert omar.subject == "Save & 提现 <b>"
    assert "12:30" in mei.text
    assert "/tickets/T-222222/" in mei.text
    assert "&lt;b&gt;" in mei.html
    assert "<b>" not in mei.html.split("提现")[1][:10]


def test_what_is_due_goes_once(cast, carrier):
    tell(cast.mei)
    assert [delivering.deliver_due() for _ in range(3)] == [1, 0, 0]
    assert [letter.to for letter in carrier.taken] == [cast.mei.email]
    delivery = Delivery.objects.get(channel="email")
    assert (delivery.state, delivery.attempts, delivery.provider_id) == ("sent", 1, "x1")


def test_a_dead_senders_letter_goes_again_with_the_same_message_id(cast, carrier, monkeypatch):
    tell(cast.mei)

    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(delivering, "_mark_sent", die)
        with pytest.raises(Killed):
            delivering.deliver_due()
    assert delivering.deliver_due() == 0, "the lease still runs"
    due_again()
    assert delivering.deliver_due() == 1
    first, second = carrier.taken
    assert first.message_id == second.message_id
    due_again()
    assert delivering.deliver_due() == 0


def test_a_sender_that_overslept_marks_nothing(cast, carrier):
    tell(cast.mei)
    slow = delivering._claim_next()
    due_again()
    assert delivering.deliver_due() == 1
    delivering._mark_failed(slow, "late", final=True)
    assert Delivery.objects.get(channel="email").state == "sent"


def test_failure_is_tried_again_later_and_ends(cast, carrier):
    tell(cast.mei, subject_ref="T-222222")
    carrier.error = TransportError("451 later")
    facts = []
    events._inside[DeliveryFailed].append(facts.append)
    try:
        for attempt, wait in enumerate([5, 30, 120, 600, 3600], 1):
            assert delivering.deliver_due() == 0
            delivery = Delivery.objects.get(channel="email")
            assert (delivery.state, delivery.attempts) == ("queued", attempt)
            left = (delivery.next_attempt_at - timezone.now()).total_seconds()
            assert wait - 5 < left <= wait
            due_again()
        delivering.deliver_due()
    finally:
        events._inside[DeliveryFailed].pop()
    delivery = Delivery.objects.get(channel="email")
    assert (delivery.state, delivery.attempts, delivery.error) == ("failed", 6, "451 later")
    assert [(fact.event_id, fact.subject_ref) for fact in facts] == [("e1", "T-222222")]


def test_a_final_refusal_is_not_tried_again(cast, carrier):
    tell(cast.mei)
    carrier.error = TransportError("550 no such mailbox", permanent=True)
    delivering.deliver_due()
    assert Delivery.objects.get(channel="email").state == "failed"


def test_a_carrier_out_of_reach_costs_one_attempt_of_one_letter(cast, carrier):
    for number in range(5):
        tell(cast.mei, f"e{number}")
    carrier.error = TransportError("refused", down=True)
    delivering.deliver_due()
    assert sorted(Delivery.objects.filter(channel="email").values_list("attempts", flat=True)) == [
        0,
        0,
        0,
        0,
        1,
    ]


def test_one_letter_that_cannot_be_made_holds_up_no_other(cast, carrier):
    send.notify("test.secret", cast.omar, event_id="broken")
    tell(cast.mei)
    assert delivering.deliver_due() == 1
    assert Delivery.objects.get(notice__event_id="broken", channel="email").state == DeliveryState.QUEUED


def test_secrets_are_forgotten_once_sent(cast):
    send.mail_to_address(
        "account.password_reset_key",
        "omar@demo.test",
        "en",
        "e1",
        {"password_reset_url": "http://x/reset/abc"},
    )
    assert delivering.deliver_due() == 1
    assert Notice.objects.get().context == {}
    assert "http://x/reset/abc" in Sent.objects.get().text


def test_what_is_switched_off_is_not_told_and_what_is_essential_always_is(cast):
    preferences.choose(cast.mei, {"tickets.inapp"})
    tell(cast.mei)
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["inapp"]
    preferences.choose(cast.mei, set())
    tell(cast.mei, "e2")
    assert Notice.objects.count() == 1
    send.notify("test.secret", cast.mei, event_id="e3")
    assert Notice.objects.count() == 2


def test_the_outbox_view_has_one_row_per_recipient(cast, carrier):
    tell(cast.mei)
    send.mail_to_address("test.kind", "who@example.org", "en", "e9", {"what": 1})
    delivering.deliver_due()
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id, kind, recipient, attempts, state FROM v_outbox ORDER BY 1")
        assert cursor.fetchall() == [
            ("e1", "test.kind", cast.mei.email, 1, "sent"),
            ("e9", "test.kind", "who@example.org", 1, "sent"),
        ]


def test_the_bell_is_ones_own(client, cast):
    tell(cast.mei)
    notice = Notice.objects.get()
    client.force_login(cast.omar)
    assert client.get(f"/me/notifications/{notice.pk}/").status_code == 404
    client.force_login(cast.mei)
    assert bell.unread_count(cast.mei) == 1
    answer = client.get(f"/me/notifications/{notice.pk}/")
    assert answer.status_code == 302
    assert answer.url == "/tickets/T-222222/"
    del cast.mei._unread_notices
    assert bell.unread_count(cast.mei) == 0
    assert Delivery.objects.get(channel="inapp").state == "read"


def test_marking_all_leaves_what_came_later(client, cast):
    tell(cast.mei, "e1")
    seen = Notice.objects.latest("id").pk
    tell(cast.mei, "e2")
    client.force_login(cast.mei)
    client.post("/me/notifications/read/", {"up_to": seen})
    assert list(Notice.objects.unread().values_list("event_id", flat=True)) == ["e2"]


def test_the_page_shows_what_was_told_and_asks_little(client, cast, django_assert_max_num_queries):
    for number in range(40):
        tell(cast.mei, f"e{number}")
    client.force_login(cast.mei)
    with django_assert_max_num_queries(8):
        page = client.get("/me/notifications/").content.decode()
    assert page.count("提现 &lt;b&gt;") == 30
    assert client.get("/me/notifications/?before=99999999999999999999").status_code == 200
    assert client.get("/me/notifications/bell/").status_code == 200


def test_a_choice_is_saved(client, cast):
    client.force_login(cast.mei)
    assert client.get("/me/notifications/preferences/").status_code == 200
    client.post("/me/notifications/preferences/", {"wanted": ["tickets.email", "nonsense.email"]})
    boxes = {choice.name: choice.on for line in preferences.table(cast.mei) for choice in line.choices}
    assert boxes["tickets.email"]
    assert not boxes["tickets.inapp"]


def test_outgoing_mail_is_shown_only_in_a_demonstration(client, cast):
    tell(cast.mei)
    delivering.deliver_due()
    mail = Sent.objects.get()
    addresses = ["/demo/mail/", f"/demo/mail/{mail.pk}/", f"/demo/mail/{mail.pk}/html/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    with override_settings(DEMO=True):
        answers = [client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "sandbox" in answers[2]["Content-Security-Policy"]
    assert "script-src" not in answers[2]["Content-Security-Policy"]
    assert answers[2]["X-Frame-Options"] == "SAMEORIGIN"


SAMPLE = {
    "reference": "T-222222", "subject": "<b>提现</b>", "by": "Ada", "line": "Hello\n> 1",
    "metric": "next_response",
    "due_at": "2026-11-22T06:05:00+00:00", "new_at": "2026-11-22T08:05:00+00:00", "name": "Omar",
    "email": "omar@example.org", "activate_url": "http://localhost/x", "password_reset_url": "http://localhost/y",
    "signup_url": "http://localhost/z", "ip": "192.0.2.1", "timestamp": "2026-11-22T06:05:00+00:00",
    "from_email": "a@example.org", "to_email": "b@example.org", "deleted_email": "c@example.org",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "kind", [kind.code for kind in kinds.all_kinds() if not kind.code.startswith("test.")]
)
def test_every_kind_has_words_in_both_languages(kind, language, cast):
    cast.omar.language = language
    notice = Notice(kind=kind, person=cast.omar, url="/tickets/T-222222/", context=SAMPLE)
    words = render.letter(notice)
    assert words.subject
    assert "\n" not in words.subject
    assert len(words.text) > 40
    assert "<b>" not in words.html
    assert ("您" in words.text or "：" in words.text or "。" in words.text) == (language == "zh-hans")
    assert render.bell_item(notice)
