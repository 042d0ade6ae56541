"""Many traders report the same fault in the same moment: one incident, told once, nobody behind."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from helpdesk.notify.models import Notice
from tests.races.test_clocks import in_threads
from tests.support.builders import file
from tickets.models import Category, Incident, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
CALM = {"subject": "卡死", "body": "应用打不开。"}


def test_as_many_as_make_an_incident_at_once_make_one(cast):
    for _round in range(3):
        Incident.objects.all().delete()
        Ticket.objects.update(created_at=timezone.now() - timedelta(hours=1))
        people = [cast.mei, cast.omar, cast.fin, cast.faye, cast.eva, cast.rex, cast.dan, cast.nia]
        told = Notice.objects.filter(kind="ticket.incident").count()
        filed = in_threads(*(lambda person=person: file(person, "PLT-FREEZE", **CALM) for person in people))
        incident = Incident.objects.get()
        assert incident.tickets == 5, "the fifth opens it, however they come"
        mine = Ticket.objects.filter(pk__in=[ticket.pk for ticket in filed])
        assert set(mine.values_list("priority", flat=True)) == {"P1"}
        assert Notice.objects.filter(kind="ticket.incident").count() == told + 1


def test_the_database_refuses_a_second_open_one(cast):
    category = Category.objects.get(code="PLT-BUG")
    Incident.objects.create(category=category, opened_at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(category=category, opened_at=timezone.now())
