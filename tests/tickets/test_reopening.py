"""Opening a closed ticket again is a right, not a toy: five times a day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.core import clock
from tests.support import builders
from tests.support.api import Caller
from tickets.models import TicketTimer
from tickets.operations import lifecycle

pytestmark = pytest.mark.django_db


def round_trip(client, ticket):
    for name in ("solved", "reopen"):
        answer = client.post(reverse(f"tickets:{name}", args=[ticket.reference]), follow=True)
    ticket.refresh_from_db()
    return answer.content.decode()


def test_the_sixth_time_within_a_day_is_refused_with_a_sentence(cast):
    ticket = builders.file(cast.mei)
    builders.answer(ticket, cast.ada)
    client = Client()
    client.force_login(cast.mei)
    for _ in range(5):
        round_trip(client, ticket)
        assert ticket.status == "open"
    promised = TicketTimer.objects.filter(ticket=ticket).count()
    page = round_trip(client, ticket)
    assert ticket.status == "closed"
    assert "一天内已五次重新开启" in page
    assert TicketTimer.objects.filter(ticket=ticket).count() == promised
    refused = Caller(cast.mei).post(f"/api/v1/tickets/{ticket.reference}/reopen/")
    assert (refused.status_code, refused.json()["code"]) == (409, "reopened_often")


def test_it_is_counted_for_one_ticket_one_person_and_one_day(cast):
    ticket, other = builders.file(cast.mei), builders.file(cast.mei)
    for _ in range(5):
        lifecycle.change_status(ticket, "close", by=cast.mei)
        lifecycle.change_status(ticket, "reopen", by=cast.mei)
    lifecycle.change_status(other, "close", by=cast.mei)
    lifecycle.change_status(other, "reopen", by=cast.mei)
    lifecycle.change_status(ticket, "close", by=cast.mei)
    lifecycle.change_status(ticket, "reopen", by=cast.sun)
    lifecycle.change_status(ticket, "close", by=cast.mei)
    with clock.at(timezone.now() + timedelta(days=1, minutes=1)):
        assert lifecycle.change_status(ticket, "reopen", by=cast.mei).status == "open"
