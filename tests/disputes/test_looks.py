"""Looking at evidence is written down, and looking again within the hour is the same look."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from disputes.operations import evidence
from helpdesk.core import clock
from tests.disputes.cases import in_mediation
from tests.support.api import Caller


def looks(case, person=None):
    rows = case.events.filter(action="dispute.evidence.opened")
    return rows.filter(actor=person).count() if person else rows.count()


@pytest.mark.django_db
def test_the_same_look_is_one_event_an_hour(cast):
    case = in_mediation(cast)
    picture, talk = case.evidence.get(side="trader"), case.evidence.get(side="platform")
    client = Client()
    client.force_login(cast.nia)
    for item in (picture, talk):
        for _ in range(5):
            assert (
                client.get(reverse("disputes:evidence", args=[case.reference, item.key])).status_code == 200
            )
    assert looks(case, cast.nia) == 2, "one for each item"
    for _ in range(5):
        address = reverse("disputes:evidence-preview", args=[case.reference, picture.key])
        assert client.get(address).status_code == 200
    assert looks(case, cast.nia) == 3, "seeing it and taking it away are two things"
    caller = Caller(cast.mei)
    for _ in range(3):
        path = f"/api/v1/disputes/{case.reference}/evidence/{picture.key}/"
        assert caller.get(path).status_code == 200
    assert looks(case, cast.mei) == 1, "somebody else's look is their own"
    with clock.at(timezone.now() + timedelta(minutes=61)):
        evidence.opened(picture, by=cast.nia)
        evidence.opened(picture, by=cast.nia)
    assert looks(case, cast.nia) == 4


@pytest.mark.django_db(transaction=True)
def test_looks_at_the_same_moment_are_one_event(cast):
    case = in_mediation(cast)
    item = case.evidence.get(side="trader")
    gate, failed = threading.Barrier(6), []

    def look():
        try:
            gate.wait(timeout=20)
            evidence.opened(item, by=cast.nia)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not failed
    assert looks(case) == 1
