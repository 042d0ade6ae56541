"""A real mail server receives what the outbox sends: right headers, no header of the writer's making."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.channels.base import Letter, TransportError
from helpdesk.channels.email import SmtpTransport, as_mime
from helpdesk.notify import delivering, send
from helpdesk.notify.models import Delivery, Sent
from tests.support.postbox import parsed


def mail(number, to="omar@example.org"):
    send.mail_to_address("account.email_confirm", to, "zh-hans", f"e{number}", {"name": "奥马尔"})


@pytest.mark.django_db
def test_a_notice_arrives_with_the_headers_of_a_robot(box):
    mail(1)
    assert delivering.deliver_due() == 1
    (to, content), = box.got  # fmt: skip
    message = parsed(content)
    delivery = Delivery.objects.get()
    assert to == ["omar@example.org"]
    assert message["Message-ID"] == delivery.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "zh-hans"
    assert "已确认" in message["Subject"]
    assert message.get_body(("plain",)).get_content().startswith("奥马尔")
    assert "<a href=" in message.get_body(("html",)).get_content()
    assert not Sent.objects.exists(), "copies are kept only in a demonstration"


@pytest.mark.django_db
def test_many_letters_share_one_connection(box):
    for number in range(5):
        mail(number, f"p{number}@example.org")
    assert delivering.deliver_due() == 5
    assert len(box.sessions) == 1


@pytest.mark.django_db
def test_an_unknown_mailbox_is_final_and_harms_nobody_else(box):
    box.refuse = {"gone@example.org"}
    mail(1, "gone@example.org")
    mail(2, "here@example.org")
    assert delivering.deliver_due() == 1
    assert dict(Delivery.objects.values_list("notice__address", "state")) == {
        "gone@example.org": "failed",
        "here@example.org": "sent",
    }


@pytest.mark.django_db
def test_no_server_is_no_loss(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail(1)
    mail(2)
    assert delivering.deliver_due() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}


@given(subject=st.text(max_size=200), text=st.text(max_size=500))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_becomes_a_header_or_a_recipient(subject, text):
    letter = Letter("omar@example.org", subject, text.encode("utf-8", "replace").decode(), "", "<x@y>")
    mime = as_mime(letter)
    message = parsed(mime.message().as_bytes())
    assert mime.recipients() == ["omar@example.org"]
    assert [str(to) for to in message["To"].addresses] == ["omar@example.org"]
    assert {name.lower() for name in message} <= {
        "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to", "date",
        "message-id", "content-language", "auto-submitted", "x-auto-response-suppress",
    }  # fmt: skip


@pytest.mark.parametrize("address", ["a@b\r\nBcc: c@d", "a@b\nX: y", "no address", "<script>@x y", ""])
def test_an_address_that_is_none_is_refused_for_good(box, address):
    with SmtpTransport() as transport, pytest.raises(TransportError) as refused:
        transport.send(Letter(address, "s", "t", "", "<x@y>"))
    assert refused.value.permanent
    assert not box.got
