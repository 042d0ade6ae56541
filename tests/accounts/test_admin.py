"""The administration of the installation opens nobody's account."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Person

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
