"""`/desk/` leads everybody of the house to work of theirs, and nobody else anywhere."""

import pytest
from django.test import Client

from tests.support.cast import PEOPLE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PEOPLE)
def test_the_desk_leads_to_ones_own_work(cast, name):
    person, client = getattr(cast, name), Client()
    client.force_login(person)
    answer = client.get("/desk/")
    if not person.works_here:
        assert answer.status_code == 404
        return
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200
