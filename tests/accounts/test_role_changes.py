"""Roles are given by two: one administrator asks, another one agrees, and the database sees to it (D7)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Person, RoleChange
from accounts.operations import registration, role_changes
from accounts.states import Role
from helpdesk.audit.models import Entry
from helpdesk.core.errors import Conflict, DomainError, Forbidden
from helpdesk.notify.models import Notice

PAGE, WHY = "person_roles", "Pays on Fridays."


@pytest.fixture
def ruth(cast):
    return registration.register("ruth@demo.test", name="Ruth", password=None, roles=[Role.ADMIN])


def at(person):
    client = Client()
    client.force_login(person)
    return client


def asked(cast, by, person=None, roles=("agent", "finance")):
    return role_changes.ask(person or cast.bo, roles, by=by, reason=WHY)


@pytest.mark.django_db
def test_one_asks_and_another_agrees(cast, ruth):
    page = reverse(PAGE, args=[cast.bo.pk])
    answer = at(cast.root).post(page, {"roles": ["agent", "finance"], "reason": WHY}, follow=True)
    assert "Another administrator decides" in answer.content.decode()
    change = RoleChange.objects.get()
    assert Person.objects.get(pk=cast.bo.pk).roles == ["agent"]  # nothing has changed yet
    decide = reverse("roles_decide", args=[change.pk])
    assert at(cast.root).post(decide, {"do": "approve"}).status_code == 403
    assert at(ruth).post(decide, {"do": "approve"}).status_code == 302
    assert Person.objects.get(pk=cast.bo.pk).roles == ["agent", "finance"]
    assert at(ruth).post(decide, {"do": "approve"}).status_code == 409
    acts = Entry.objects.filter(subject=f"person:{cast.bo.pk}", action__startswith="person.roles")
    assert list(acts.order_by("pk").values_list("action", "actor_id")) == [
        ("person.roles.asked", cast.root.pk),
        ("person.roles.changed", ruth.pk),
        ("person.roles.approved", ruth.pk),
    ]
    told = Notice.objects.filter(kind="account.roles").order_by("pk")
    assert list(told.values_list("person_id", flat=True)) == [ruth.pk, cast.root.pk]


@pytest.mark.django_db
def test_nobody_agrees_to_what_they_asked_for_or_gain_by(cast, ruth):
    own = asked(cast, cast.root, person=ruth, roles=["admin", "decider"])
    with pytest.raises(Forbidden):
        role_changes.approve(own, by=ruth)  # she would gain by it
    role_changes.turn_down(own, by=ruth)
    taken_back = asked(cast, cast.root)
    assert role_changes.turn_down(taken_back, by=cast.root).approved is False
    with pytest.raises(Conflict):
        role_changes.approve(taken_back, by=ruth)
    assert (ruth.roles, cast.bo.roles) == (["admin"], ["agent"])


@pytest.mark.django_db
@pytest.mark.parametrize("approver", ["asked_by", "person"])
def test_the_database_wants_four_eyes_too(cast, ruth, approver):
    change = asked(cast, cast.root)
    who = getattr(change, f"{approver}_id")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_rolechange SET approved = true, decided_by_id = %s, decided_at = now()", [who]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleChange.objects.create(
            person=cast.bo, before=["agent"], wanted=["admin"], reason=WHY, asked_by=cast.root
        )


@pytest.mark.django_db
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(cast, ruth):
    page, root = reverse(PAGE, args=[cast.bo.pk]), at(cast.root)
    for sent, status, told in (
        ({"roles": ["agent"], "reason": WHY}, 422, "These are the roles they have."),
        ({"roles": ["agent", "emperor"], "reason": WHY}, 422, "emperor"),
        ({"roles": ["external_mediator", "agent"], "reason": WHY}, 409, "outside"),
        ({"roles": ["admin"], "reason": "  "}, 422, "This field is required."),
        ({"roles": ["admin"], "reason": "x" * 501}, 422, "x" * 501),
    ):
        answer = root.post(page, sent)
        assert (answer.status_code, told in answer.content.decode()) == (status, True), sent
    asked(cast, ruth)
    again = root.post(page, {"roles": ["admin"], "reason": WHY})
    assert (again.status_code, "asked for already" in again.content.decode()) == (409, True)
    assert WHY in again.content.decode()
    assert RoleChange.objects.count() == 1


@pytest.mark.django_db
def test_roles_that_changed_meanwhile_are_asked_for_anew(cast, ruth):
    change = asked(cast, cast.root)
    registration.set_roles(cast.bo, ["agent", "supervisor"], by=ruth)
    with pytest.raises(Conflict):
        role_changes.approve(change, by=ruth)
    assert Person.objects.get(pk=cast.bo.pk).roles == ["agent", "supervisor"]


@pytest.mark.django_db
def test_only_administrators_know_of_it(cast, ruth):
    change = asked(cast, cast.root)
    for name, status in (("ada", 403), ("sun", 403), ("ivo", 403), ("mei", 404)):
        client = at(getattr(cast, name))
        assert client.get(reverse("people")).status_code == status
        assert client.post(reverse(PAGE, args=[cast.bo.pk]), {"roles": ["admin"]}).status_code == status
        assert client.post(reverse("roles_decide", args=[change.pk]), {"do": "approve"}).status_code == status
    for work in (role_changes.approve, role_changes.turn_down):
        with pytest.raises(DomainError):
            work(change, by=cast.sun)
    assert RoleChange.objects.get().approved is None


@pytest.mark.django_db(transaction=True)
def test_two_deciding_at_once_decide_once(cast):
    ruth, olga = (
        registration.register(f"{name}@demo.test", name=name, password=None, roles=[Role.ADMIN])
        for name in ("ruth", "olga")
    )
    change = asked(cast, cast.root)

    def decide(work, by):
        try:
            return work(RoleChange.objects.get(pk=change.pk), by=by).approved
        except Conflict:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(decide, (role_changes.approve, role_changes.turn_down), (ruth, olga)))
    assert sorted(map(str, found)) in (["None", "True"], ["False", "None"])
    bo = Person.objects.get(pk=cast.bo.pk)
    assert ("finance" in bo.roles) is (True in found)
