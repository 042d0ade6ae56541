"""Pages that many people open ask the database only so often, however many rows there are."""

import pytest
from django.urls import reverse

from faq.models import Subject
from faq.operations import publishing

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles(cast):
    def write(count):
        subject = Subject.objects.first()
        for number in range(count):
            text = publishing.Text(f"提现多久到账 {number}", "", "提现通常一小时内到账。")
            made = publishing.create(
                by=cast.faye, subject=subject, slug=f"a-{count}-{number}", texts={"zh-hans": text}
            )
            publishing.publish(made, by=cast.faye)

    return write


@pytest.mark.parametrize("asked", ["提现", "到账 多久", "widthdrawal"])
def test_help_search(client, articles, queries, asked):
    for more in (3, 25):
        articles(more)
        with queries("help search"):
            assert client.get(reverse("faq:search"), {"q": asked}).status_code == 200
