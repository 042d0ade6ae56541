"""The demo's help centre keeps what the contract promises, and writing it twice changes nothing."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from faq.models import Article, Policy, Subject
from faq.reads import portal
from helpdesk.demo import faq_story

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
FOUND = [
    ("提现多久到账", "withdrawal-times"),
    ("充值未到账", "deposit-missing"),
    ("强平", "futures-liquidation"),
    ("withdrawal late", "withdrawal-times"),
    ("frozen account", "account-frozen"),
    ("我付款了对方不放币怎么办", "p2p-paid-not-released"),
    ("phone lost", "two-step"),
    ("verfication rejected", "verification-rejected"),
]


@pytest.fixture
def told(cast):
    return faq_story.tell(cast.faye, at=AT, voters=[cast.mei, cast.omar])


def test_it_holds_what_the_contract_promises(told, cast):
    both = [a for a in told if a.is_open and a.translations.filter(live__isnull=False).count() == 2]
    assert len(both) >= 40
    assert {a.subject_id for a in both} == set(Subject.objects.values_list("pk", flat=True))
    assert min(Counter(a.subject.slug for a in both).values()) >= 4
    assert [p.versions.count() for p in Policy.objects.all()] == [2, 2, 2]
    assert faq_story.tell(cast.faye, at=AT) == []
    assert Article.objects.count() == len(told)
    assert [p.versions.count() for p in Policy.objects.all()] == [2, 2, 2]


def test_people_find_what_they_mean_and_every_link_leads_somewhere(told, client):
    lost = {}
    for asked, wanted in FOUND:
        hits = portal.answer(AnonymousUser(), asked, "en" if asked.isascii() else "zh-hans").hits
        if wanted not in [hit.id for hit in hits[:3]]:
            lost[asked] = [hit.id for hit in hits]
    assert lost == {}
    links = {
        found
        for article in told
        for text in article.translations.all()
        for found in re.findall(r'href="(/[^"]+)"', text.body_html)
    }
    assert links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
