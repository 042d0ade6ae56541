"""Policies: every edition public, dated, hashed and unchangeable."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from faq.errors import TextMissing
from faq.models import PolicyVersion
from faq.operations import policies


@pytest.fixture
def terms(cast):
    policy = policies.create(by=cast.faye, slug="terms")
    now = timezone.now()
    for days, body in ((-100, "First."), (-10, "Second."), (20, "Third.")):
        policies.publish_version(
            policy,
            by=cast.faye,
            effective_at=now + timedelta(days=days),
            texts={"en": ("Terms", body), "zh-hans": ("条款", f"中文 {body}")},
        )
    return policy


def test_the_version_in_force_is_shown(client, terms):
    text = client.get("/policies/terms/").text
    assert "Second." in text
    assert "Third." not in text


def test_former_and_coming_versions_say_so(client, terms):
    assert "former version" in client.get("/policies/terms/1/").text
    assert "not yet in force" in client.get("/policies/terms/3/").text
    assert client.get("/policies/terms/4/").status_code == 404


def test_both_languages(client, terms):
    assert "中文 Second." in client.get("/policies/terms/", HTTP_ACCEPT_LANGUAGE="zh-CN").text
    assert "条款" in client.get("/policies/", HTTP_ACCEPT_LANGUAGE="zh-CN").text


def test_the_hash_can_be_recomputed(terms):
    text = terms.versions.get(number=2).texts.get(language="en")
    assert text.sha256 == hashlib.sha256(b"Terms\nSecond.").hexdigest()


def test_a_trade_is_judged_by_the_version_of_its_day(terms):
    then = timezone.now() - timedelta(days=50)
    [version] = PolicyVersion.objects.in_force(then)
    assert version.number == 1


def test_both_languages_are_required(terms, cast):
    for texts in ({"en": ("Terms", "x")}, {"en": ("Terms", "x"), "zh-hans": ("", "")}, {}):
        with pytest.raises(TextMissing):
            policies.publish_version(terms, by=cast.faye, effective_at=timezone.now(), texts=texts)


@pytest.mark.parametrize("table", ["faq_policyversion", "faq_policytext"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_database_keeps_them_as_they_are(terms, table, act):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))
