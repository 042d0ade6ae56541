"""A supervisor's reason for taking a ticket to mediation stays in the house; the trader learns of the act."""

import pytest
from django.test import Client
from django.urls import reverse

from disputes.models import Dispute
from helpdesk.notify.delivering import deliver_due
from helpdesk.notify.models import Notice, Sent
from tests.support.api import Caller
from tests.support.builders import answer, file

pytestmark = pytest.mark.django_db
SECRET = "he-is-a-troublemaker"


@pytest.fixture
def case(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada)
    sun = Client()
    sun.force_login(cast.sun)
    assert "the trader does not see it" in _page(cast.sun, ticket.get_desk_url(), language="en")
    path = reverse("tickets:desk-escalate", args=[ticket.reference])
    assert sun.post(path, {"reason": SECRET}).status_code == 302
    return Dispute.objects.get(ticket=ticket)


def _page(person, path, language=""):
    client = Client()
    if language:
        type(person).objects.filter(pk=person.pk).update(language=language)
    client.force_login(type(person).objects.get(pk=person.pk))
    found = client.get(path)
    assert found.status_code == 200, path
    return found.content.decode()


def test_no_page_of_the_trader_shows_it(cast, case):
    ticket = case.ticket.reference
    shown = [
        _page(cast.mei, case.get_absolute_url()),
        _page(cast.mei, reverse("tickets:ticket", args=[ticket])),
        _page(cast.mei, reverse("tickets:transcript", args=[ticket])),
        _page(cast.mei, reverse("disputes:disputes")),
        _page(cast.mei, reverse("notifications")),
    ]
    assert not [page for page in shown if SECRET in page]
    assert "升级" in shown[1], "that it was done is told"


def test_no_program_of_the_trader_reads_it(cast, case):
    caller, ticket = Caller(cast.mei), f"/api/v1/tickets/{case.ticket.reference}/"
    paths = [ticket, *(ticket + part for part in ("events/", "messages/", "timers/"))]
    one = f"/api/v1/disputes/{case.reference}/"
    paths += [one, *(one + part for part in ("events/", "points/", "messages/", "evidence/"))]
    for path in paths:
        found = caller.get(path)
        assert found.status_code == 200, path
        assert SECRET not in found.content.decode(), path
    told = caller.get(f"{ticket}events/?limit=100").json()["results"]
    act = next(row for row in told if row["action"] == "ticket.escalated")
    assert act["data"]["cause"] == "supervisor"
    assert "reason" not in act["data"]
    transcript = next(item for item in case.evidence.all() if item.original_filename.endswith(".txt"))
    found = caller.get(f"{one}evidence/{transcript.key}/")
    assert SECRET.encode() not in b"".join(found.streaming_content)
    assert SECRET in Caller(cast.sun).get(f"{ticket}events/?limit=100").content.decode(), "staff do"


def test_no_mail_of_the_trader_tells_it(cast, case):
    deliver_due(100)
    mails = Sent.objects.filter(to=cast.mei.email)
    assert mails.exists()
    assert not mails.filter(text__contains=SECRET).exists()
    assert SECRET not in str(list(Notice.objects.filter(person=cast.mei).values()))


def test_the_trader_reads_their_own_reason(cast):
    ticket = file(cast.mei)
    answer(ticket, cast.ada)
    caller = Caller(cast.mei)
    assert caller.post(f"/api/v1/tickets/{ticket.reference}/escalate/", {"reason": "mine"}).status_code == 200
    told = caller.get(f"/api/v1/tickets/{ticket.reference}/events/?limit=100").json()["results"]
    assert next(row for row in told if row["action"] == "ticket.escalated")["data"]["reason"] == "mine"


def test_an_agent_about_their_own_ticket_is_a_trader_to_it(cast):
    ticket = file(cast.ada)
    answer(ticket, cast.bo)
    Caller(cast.sun).post(f"/api/v1/tickets/{ticket.reference}/escalate/", {"reason": SECRET})
    told = Caller(cast.ada).get(f"/api/v1/tickets/{ticket.reference}/events/?limit=100").content.decode()
    assert "ticket.escalated" in told
    assert SECRET not in told
