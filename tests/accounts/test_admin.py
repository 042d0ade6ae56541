"""The administration of the installation opens nobody's account."""

import importlib

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.errors import InsideAndOutside
from accounts.models import Person
from accounts.operations import registration
from accounts.states import STAFF, Role
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


def test_nobody_is_of_the_house_and_a_mediator_from_outside(cast):
    before, outside = Entry.objects.count(), Role.EXTERNAL_MEDIATOR
    for role in sorted(STAFF):
        for person, both in ((cast.eva, [outside, role]), (cast.ada, [role, outside, Role.TRADER])):
            with pytest.raises(InsideAndOutside) as refusal, transaction.atomic():
                registration.set_roles(person, both, by=cast.root)
            with pytest.raises(IntegrityError, match="inside_or_outside"), transaction.atomic():
                Person.objects.filter(pk=person.pk).update(roles=both)
    for language, said in (("en", "independent of this house"), ("zh-hans", "不能同时担任")):
        with override(language):
            assert said in str(refusal.value.message)
    with pytest.raises(InsideAndOutside), transaction.atomic():
        registration.register("two@demo.test", name="Two", password=None, roles=[outside, Role.AGENT])
    with pytest.raises(IntegrityError, match="inside_or_outside"), transaction.atomic():
        Person.objects.create_superuser("two@demo.test", "Lotus-river-77-plain", roles=[outside, Role.ADMIN])
    stuffed = "UPDATE accounts_person SET roles = roles || ARRAY['auditor']::varchar[] WHERE id = %s"
    with pytest.raises(IntegrityError, match="inside_or_outside"), transaction.atomic():
        connection.cursor().execute(stuffed, [cast.eva.pk])
    now = {person.pk: person.roles for person in Person.objects.all()}
    assert (now[cast.eva.pk], now[cast.ada.pk]) == (cast.eva.roles, cast.ada.roles)
    assert (Entry.objects.count(), Person.objects.filter(email="two@demo.test").exists()) == (before, False)
    registration.set_roles(cast.eva, [outside, Role.TRADER], by=cast.root)


def test_whoever_was_both_before_is_one_of_them_now_and_it_stands_in_the_record(cast):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_person DROP CONSTRAINT accounts_person_inside_or_outside")
    Person.objects.filter(pk=cast.eva.pk).update(roles=["external_mediator", "supervisor", "trader"])
    Person.objects.filter(pk=cast.root.pk).update(roles=["admin", "external_mediator"])
    importlib.import_module("accounts.migrations.0007_one_side_only").part(apps, None)
    roles = dict(Person.objects.values_list("pk", "roles"))
    assert roles[cast.eva.pk] == ["external_mediator", "trader"]
    assert roles[cast.root.pk] == ["admin"]
    assert roles[cast.mei.pk] == ["trader"]
    assert Entry.objects.filter(action="person.roles.changed").count() == 2
