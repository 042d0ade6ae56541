"""The administration of the installation opens nobody's account."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from helpdesk.audit.models import Entry

pytestmark = pytest.mark.django_db


def test_a_superuser_finds_neither_sessions_nor_addresses_of_others(cast):
    mei, root = Client(), Client()
    mei.force_login(cast.mei)
    root.force_login(Person.objects.create_superuser("boss@demo.test", "Lotus-river-77-plain"))
    page = root.get(reverse("admin:index"))
    assert page.status_code == 200
    assert mei.session.session_key not in page.content.decode()
    known = {model._meta.label for model in admin.site._registry}
    assert not known & {"usersessions.UserSession", "account.EmailAddress", "sessions.Session"}
    assert root.get("/admin/usersessions/usersession/").status_code == 404


def test_care_is_noted_and_nothing_else_is_changed_there(cast):
    boss, client = Person.objects.create_superuser("boss@demo.test", "Lotus-river-77-plain"), Client()
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
