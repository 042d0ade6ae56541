"""What people do on the pages of a case, and what they find there."""

import threading

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from disputes import access
from disputes.models import Dispute, EventData
from helpdesk.core.errors import DomainError
from helpdesk.notify.models import Notice


def post(person, name, case, data=None):
    """The person presses the button on the page of the case."""
    client = Client()
    client.force_login(person)
    return client.post(reverse(f"disputes:{name}", args=[case.reference]), data or {})


def page(person, case):
    client = Client()
    client.force_login(person)
    return client.get(case.address_for(person)).content.decode()


def state(case):
    return Dispute.objects.get(pk=case.pk).state


def told(person, kind, **context):
    found = Notice.objects.filter(person=person, kind=kind)
    return [row for row in found if context.items() <= row.context.items()]


def at_once(work, *people):
    """What each of them was answered when all did it in the same moment."""
    gate, found = threading.Barrier(len(people)), []

    def act(person):
        try:
            gate.wait(timeout=20)
            found.append(work(person))
        except DomainError as error:
            found.append(error.status)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def erased(*acts):
    """What was typed with these acts is gone, as after a purge; the links stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE disputes_eventdata DISABLE TRIGGER USER")
        EventData.objects.filter(event__in=acts).delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE disputes_eventdata ENABLE TRIGGER USER")


def case_events(person, case):
    return access.events_for(person, case).values_list("action", flat=True)
