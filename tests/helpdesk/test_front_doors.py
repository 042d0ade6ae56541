"""`/desk/` leads the house, and mediators from outside, to work of theirs; nobody else anywhere."""

import pytest
from django.test import Client

from tests.support.cast import PASSWORD, PEOPLE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PEOPLE)
def test_the_desk_leads_to_ones_own_work(cast, name):
    person, client = getattr(cast, name), Client()
    client.force_login(person)
    answer = client.get("/desk/")
    if not person.has_desk:
        assert answer.status_code == 404
        return
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "lands"), [("mei", "/"), ("ada", "/desk/"), ("eva", "/accounts/code/"), ("dan", "/desk/")]
)
def test_where_one_lands_after_signing_in(cast, name, lands):
    person = getattr(cast, name)
    answer = Client().post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, lands)


def test_the_front_page_does_not_call_people_back_after_signing_in(db):
    assert b'href="/accounts/login/"' in Client().get("/").content
    assert b'href="/accounts/login/?next=/help/"' in Client().get("/help/").content
