"""Mails of sign-up and sign-in: through the outbox, with our own address, alike for known and unknown."""

import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Person
from helpdesk.notify import delivering
from helpdesk.notify.models import Delivery, Notice, Sent

pytestmark = pytest.mark.django_db
PASSWORD = "Lotus-river-77-plain"


@pytest.fixture(autouse=True)
def no_limits(settings):
    """allauth's own limits would answer the repetitions."""
    settings.ACCOUNT_RATE_LIMITS = False
    cache.clear()


def sign_up(client, email, **more):
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "name": "Neu"} | more)


def letters():
    delivering.deliver_due()
    return list(Sent.objects.order_by("pk"))


def path_in(text):
    return re.search(r"http://localhost:\d+(/accounts/\S+)", text).group(1)


def test_nothing_is_sent_inside_the_request(client):
    sign_up(client, "new@example.org")
    assert not mail.outbox
    assert Delivery.objects.get().state == "queued"
    assert Notice.objects.get().kind.startswith("account.email_confirmation")


def test_confirming_and_signing_in(client):
    sign_up(client, "new@example.org")
    assert client.post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD}).url.endswith(
        "/accounts/confirm-email/"
    )
    link = path_in(letters()[0].text)
    assert client.get(link).status_code == 200, "opening it confirms nothing: mail scanners open links"
    assert client.post(link).status_code == 302
    answer = client.post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    page = client.get(answer.url, follow=True, headers={"Accept-Language": "de"}).content.decode()
    assert "Successfully signed in" not in page
    assert "Erfolgreich" not in page
    assert Person.objects.by_email("new@example.org").get().roles == ["trader"]


@pytest.mark.parametrize(
    ("told", "kept"), [("Asia/Shanghai", "Asia/Shanghai"), ("Mars/Base", "UTC"), ("", "UTC")]
)
def test_a_new_account_has_the_zone_of_its_browser(client, told, kept):
    sign_up(client, "new@example.org", time_zone=told)
    assert Person.objects.by_email("new@example.org").get().time_zone == kept


def test_links_start_at_our_own_address_whatever_the_host_header_says(client, cast):
    client.post("/accounts/password/reset/", {"email": cast.omar.email}, HTTP_HOST="evil.example")
    text = letters()[0].text
    assert "evil.example" not in text
    assert re.search(r"http://localhost:\d+/accounts/password/reset/key/", text)


def test_a_reset_link_works_once_and_leaves_nothing_behind(client, cast):
    client.post("/accounts/password/reset/", {"email": cast.omar.email})
    link = path_in(letters()[0].text)
    assert Notice.objects.get().context == {}, "the link opens the account, so it is forgotten"
    form = client.get(link, follow=True)
    new = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(form.request["PATH_INFO"], new).status_code == 302
    assert Person.objects.get(pk=cast.omar.pk).check_password(PASSWORD)
    again = client.get(link, follow=True)
    client.post(
        again.request["PATH_INFO"], {"password1": "Other-river-88-plain", "password2": "Other-river-88-plain"}
    )
    assert Person.objects.get(pk=cast.omar.pk).check_password(PASSWORD)


def test_the_letter_speaks_the_owners_language(client, cast):
    client.post("/accounts/password/reset/", {"email": cast.mei.email}, headers={"Accept-Language": "en"})
    assert letters()[0].subject == "设置新密码"


def same_answer(one, other):
    clean = [re.sub(rb"\S+@\S+|nonce=\S+|value=\S+", b"", answer.content) for answer in (one, other)]
    return (one.status_code, one.get("Location"), clean[0]) == (
        other.status_code,
        other.get("Location"),
        clean[1],
    )


def test_signing_up_with_a_known_address_answers_alike(client, cast):
    assert same_answer(sign_up(Client(), "fresh@example.org"), sign_up(Client(), cast.omar.email))
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert "account.account_already_exists" in kinds
    assert len(kinds) == 2


def test_asking_for_a_password_answers_alike(client, cast):
    ask = [
        client.post("/accounts/password/reset/", {"email": e}) for e in (cast.omar.email, "no@example.org")
    ]
    assert same_answer(*ask)
    assert set(Notice.objects.values_list("kind", flat=True)) == {
        "account.password_reset_key",
        "account.unknown_account",
    }


def work_of(*acts, rounds=5):
    """The processor time each act needs, in turns; a busy machine changes the clock on the wall, not this."""
    taken = [[] for _ in acts]
    for number in range(rounds):
        for act, times in zip(acts, taken, strict=True):
            start = time.process_time()
            act(number)
            times.append(time.process_time() - start)
    return [min(times) for times in taken]


def test_it_takes_alike_whether_one_is_known(cast, settings):
    """With the hash of production, which dominates: nobody tells the two apart within its span."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    cast.omar.set_password(PASSWORD)
    cast.omar.save()

    def sign_in(email):
        wrong = {"login": email, "password": "wrong-password-1"}
        return lambda _: Client().post("/accounts/login/", wrong)

    known, unknown = work_of(sign_in(cast.omar.email), sign_in("nobody@example.org"))
    assert 0.7 < known / unknown < 1.4, (known, unknown)
    known, fresh = work_of(
        lambda _: sign_up(Client(), cast.omar.email), lambda n: sign_up(Client(), f"fresh{n}@example.org")
    )
    assert 0.7 < known / fresh < 1.4, (known, fresh)
