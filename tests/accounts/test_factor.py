"""The second factor at the doors people use: set up, asked for, used once, lost, removed (E4, E5)."""

import re
import time

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.test import Client

from accounts.models import ApiKey, Factor
from accounts.operations import api_keys, factors
from helpdesk.audit.models import Entry
from tests.support.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN, CODE, OWN, REMOVE = "/accounts/login/", "/accounts/code/", "/me/factor/", "/me/factor/remove/"


def code(secret, aside=0):
    return factors.code_at(secret, int(time.time()) // 30 + aside)


def signed_in(browser):
    return browser.get("/me/").status_code == 200


def by_password(person):
    browser = Client()
    return browser, browser.post(LOGIN, {"login": person.email, "password": PASSWORD})


def set_up(person):
    """A browser in which it was set up, the secret, and the recovery codes."""
    browser, _answer = by_password(person)
    secret = re.sub(r"\s", "", re.search(r"<code>([A-Z2-7 ]+)</code>", browser.get(OWN).content.decode())[1])
    wrong = browser.post(OWN, {"password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 422
    assert browser.post(OWN, {"password": "no", "code": code(secret)}).status_code == 422
    done = browser.post(OWN, {"password": PASSWORD, "code": code(secret)})
    codes = re.findall(r"<code>([0-9a-f]{10})</code>", done.content.decode())
    assert len(codes) == factors.RECOVERY
    return browser, secret, codes


def test_what_a_password_alone_had_opened_ends_and_a_code_is_asked_for(cast):
    before, _answer = by_password(cast.omar)
    key, _secret_key = api_keys.issue(cast.omar, name="old", by=cast.omar)
    browser, secret, codes = set_up(cast.omar)
    assert signed_in(browser)
    assert not signed_in(before)
    assert ApiKey.objects.get(pk=key.pk).revoked_at
    kept = Factor.objects.get(person=cast.omar)
    assert secret not in kept.sealed
    assert factors.unseal(kept.sealed) == secret
    assert not set(codes) & set(kept.recovery)
    again, answer = by_password(cast.omar)
    assert answer.url == CODE
    assert not signed_in(again)
    assert again.get("/desk/").status_code == 302
    assert again.post(CODE, {"code": "000000"}).status_code == 422
    assert again.post(CODE, {"code": code(secret)}).status_code == 422  # it was used
    assert again.post(CODE, {"code": "é٣—123"}).status_code == 422
    newer = "".join(chr(ord(one) + 0xFEE0) for one in code(secret, 1))  # wide, as a Chinese keyboard writes
    assert again.post(CODE, {"code": f" {newer[:3]} {newer[3:]}"}).status_code == 302
    assert signed_in(again)
    lost, _answer = by_password(cast.omar)
    assert lost.post(CODE, {"code": codes[0].upper()}).status_code == 302
    lost, _answer = by_password(cast.omar)
    assert lost.post(CODE, {"code": codes[0]}).status_code == 422
    assert Client().get(CODE).status_code == 302  # nothing to finish


def test_an_earlier_key_still_opens_a_factor(settings):
    sealed = factors.seal("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" * 8
    assert factors.unseal(sealed) == "JBSWY3DP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        factors.unseal(sealed)


def test_guessing_is_counted_and_removal_takes_both(cast):
    browser, secret, _codes = set_up(cast.omar)
    guess, _answer = by_password(cast.omar)
    answers = [
        guess.post(CODE, {"code": f"00000{n % 10}"}).status_code for n in range(factors.MOST_WRONG + 1)
    ]
    assert answers == [422] * factors.MOST_WRONG + [429]
    assert browser.post(REMOVE, {"password": PASSWORD, "code": code(secret)}).status_code == 429
    Factor.objects.update(wrong=0)
    assert browser.post(REMOVE, {"password": "no", "code": code(secret)}).status_code == 422
    assert browser.post(REMOVE, {"password": PASSWORD, "code": "1"}).status_code == 422
    assert Factor.objects.exists()
    assert browser.post(REMOVE, {"password": PASSWORD, "code": code(secret, 1)}).status_code == 302
    assert not Factor.objects.filter(person=cast.omar).exists()
    set_up(cast.omar)
    call_command("lift_factor", cast.omar.email)
    assert by_password(cast.omar)[1].url != CODE
    acts = Entry.objects.filter(subject=f"person:{cast.omar.pk}", action__startswith="person.factor")
    told = [one.action.rpartition(".")[2] for one in acts.order_by("id")]
    assert [one for one in told if one != "refused"] == ["added", "removed"] * 2
    assert told.count("refused") > factors.MOST_WRONG
    assert factors.code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1) == "287082"  # RFC 6238, its first second
    with pytest.raises(InvalidToken):
        factors.unseal(factors.seal("x")[:-8] + "AAAAAAA=")
