"""Nobody reads the notes about themselves: an agent who filed a ticket is its requester, by every path."""

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.notify.models import Notice, Sent
from tests.support import builders
from tests.support.api import Caller
from tests.support.samples import picture, upload
from tickets.models import Message

pytestmark = pytest.mark.django_db
SECRET = "zebrafish"


@pytest.fixture
def own(cast):
    """Ada filed it; Bo answered and wrote a note with a file."""
    ticket = builders.file(cast.ada, "GEN-ASK", subject="Fees of a swap", body="What do I pay?")
    bo = Client()
    bo.force_login(cast.bo)
    note = {"body": f"{SECRET}: she asks every week.", "files": upload(f"{SECRET}.png", picture())}
    assert bo.post(reverse("tickets:desk-note", args=[ticket.reference]), note).status_code == 302
    builders.answer(ticket, cast.bo, body="Here is how it works.")
    return ticket


def shows(answer) -> bool:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SECRET.encode() in body


def test_no_page_shows_it(cast, own):
    ada, bo = Client(), Client()
    ada.force_login(cast.ada)
    bo.force_login(cast.bo)
    desk = [
        own.get_desk_url(),
        reverse("tickets:desk-clocks", args=[own.reference]),
        f"{reverse('tickets:queue')}?q={SECRET}",
        f"{reverse('tickets:queue')}?view=all",
        reverse("tickets:transcript", args=[own.reference]),
        f"{reverse('faq:search')}?q={SECRET}x",
        reverse("notifications"),
    ]
    assert shows(bo.get(own.get_desk_url())), "the note is there, for others"
    for address in [*desk, own.get_absolute_url(), reverse("tickets:tickets")]:
        answer = ada.get(address)
        assert answer.status_code == 200, address
        if f"q={SECRET}" not in address:
            assert not shows(answer), address
    found = ada.get(f"{reverse('tickets:queue')}?q={SECRET}").content.decode()
    assert own.subject not in found
    assert own.reference not in found, "not even that a note says so"
    for name in ("attachment", "preview"):
        file = own.attachments.get()
        assert ada.get(reverse(f"tickets:{name}", args=[own.reference, file.key])).status_code == 404
        assert bo.get(reverse(f"tickets:{name}", args=[own.reference, file.key])).status_code == 200


def test_no_program_of_theirs_reads_it(cast, own):
    caller, path = Caller(cast.ada), f"/api/v1/tickets/{own.reference}/"
    for part in ("", "messages/", "attachments/", "timers/", "events/"):
        answer = caller.get(path + part)
        assert answer.status_code == 200, part
        assert not shows(answer), part
        assert b"note.posted" not in answer.content
    key = own.attachments.get().key
    assert caller.get(f"{path}attachments/{key}/").status_code == 404
    assert caller.get("/api/v1/tickets/").status_code == 200
    assert not shows(caller.get("/api/v1/tickets/"))
    assert caller.get(f"/api/v1/search/?q={SECRET}&in=tickets").json()["results"] == []
    note = Message.objects.get(ticket=own, kind="note")
    assert shows(Caller(cast.bo).get(f"{path}messages/")), "the note is there, for others"
    assert f'"id": {note.pk},' not in caller.get(f"{path}messages/").content.decode()


def test_no_notice_tells_it(cast, own):
    assert SECRET not in str(list(Notice.objects.filter(person=cast.ada).values()))
    assert not Sent.objects.filter(to=cast.ada.email, text__contains=SECRET).exists()
