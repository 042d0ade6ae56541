"""What applied when the trader complained: named with hashes in the log's first link and on the page (I7)."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from disputes.models import PolicyVersion
from faq.operations import policies
from tests.disputes import cases
from tests.disputes.walking import At

pytestmark = pytest.mark.django_db


def test_the_editions_of_the_day_are_named_and_stay(cast, client):
    now = timezone.now()
    terms = policies.create(by=cast.faye, slug="terms")
    for days, body in ((-100, "First."), (-10, "Second."), (20, "Third.")):
        texts = {"en": ("Terms", body), "zh-hans": ("条款", f"中文 {body}")}
        policies.publish_version(terms, by=cast.faye, effective_at=now + timedelta(days=days), texts=texts)
    case = cases.opened(cast)
    named = json.loads(case.events.get(seq=1).body)["facts"]["terms"]
    in_force = hashlib.sha256("条款\n中文 Second.".encode()).hexdigest()
    assert named["shown"] == "case_page"
    [document] = [row for row in named["documents"] if row["policy"] == "terms"]
    assert document == {"policy": "terms", "version": 2, "language": "zh-hans", "sha256": in_force}
    policy = case.policy_version
    whole = {name: getattr(policy, name) for name in ("jurisdiction", "number", "rule", "stages", "holidays")}
    written = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    figure = hashlib.sha256(written.encode()).hexdigest()
    assert named["procedure"] == {"version": str(policy), "sha256": figure}

    page = At(cast.mei).client.get(case.get_absolute_url()).text
    for part in (in_force, figure, "/policies/terms/2/"):
        assert part in page
    assert figure in client.get(reverse("disputes:procedure")).text
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=policy.pk).update(number=99)
    policies.publish_version(
        terms,
        by=cast.faye,
        effective_at=timezone.now(),
        texts={"en": ("Terms", "Later."), "zh-hans": ("条款", "新。")},
    )
    later = At(cast.mei).client.get(case.get_absolute_url()).text
    assert in_force in later
