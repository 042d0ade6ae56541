"""Who needs particular care is noted by the administration and stays inside the house."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from helpdesk.audit.models import Entry

pytestmark = pytest.mark.django_db


def test_it_is_noted_in_the_administration_and_nothing_else_is_changed_there(cast):
    boss = Person.objects.create_superuser("boss@demo.test", "Lotus-river-77-plain")
    client = Client()
    client.force_login(boss)
    page = reverse("admin:accounts_person_change", args=[cast.mei.pk])
    assert client.get(page).status_code == 200
    forged = {"needs_care": "on", "email": "x@example.org", "name": "X", "roles": ["admin"], "password": "x"}
    assert client.post(page, forged).status_code == 302
    mei = Person.objects.get(pk=cast.mei.pk)
    assert (mei.needs_care, mei.email, mei.name, mei.roles) == (True, cast.mei.email, "林美", ["trader"])
    said = Entry.objects.get(action="person.care.changed")
    assert (said.subject, said.actor_id, said.data) == (f"person:{mei.pk}", boss.pk, {"needs_care": True})
    assert client.get(reverse("admin:accounts_person_add")).status_code == 403
    assert client.get(reverse("admin:accounts_person_delete", args=[mei.pk])).status_code == 403
    stranger = Client()
    stranger.force_login(cast.ada)
    assert stranger.get(page).status_code == 302
