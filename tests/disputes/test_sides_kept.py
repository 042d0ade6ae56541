"""Held sums and representatives under pressure: two at once, and a purge that forgets who acted for whom."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from disputes.models import DiscardedFile, Dispute, Party, Representative, SumHold
from disputes.operations import deadlines, leaving, purging, speaking, sumholds
from tests.disputes.cases import opened
from tests.disputes.steps import at_once
from tests.disputes.test_representatives import named


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_make_one_and_an_end_meets_an_agreement(cast):
    case = opened(cast)
    terms = {"amount": Decimal(5), "asset": "USD"}
    found = at_once(lambda by: sumholds.propose(case, by=by, **terms).pk and 0, cast.mei, cast.sun, cast.hal)
    assert sorted(found) == [0, 409, 409]
    row = SumHold.objects.get()
    other = cast.sun if row.proposed_by == cast.mei else cast.mei
    leaving.ask(case, by=cast.mei, at=timezone.now() - timedelta(days=3))

    def race(by):
        if by is cast.omar:
            return leaving.withdraw(case, by=cast.mei) and 0
        return sumholds.answer(case, by=other, agree=True).pk and 0

    assert 0 in at_once(race, cast.omar, other)
    row.refresh_from_db()
    assert Dispute.objects.get(pk=case.pk).state == "withdrawn"
    assert row.state in {"ended", "lapsed"}, "no sum outlives its case"


@pytest.mark.django_db
def test_a_purge_forgets_who_acted_for_whom(cast):
    case = opened(cast)
    row = named(case, cast)
    speaking.join(case.reference, by=cast.omar)
    sumholds.propose(case, by=cast.omar, amount=Decimal(5), asset="USD", note="secret-note")
    leaving.ask(case, by=cast.omar, at=timezone.now() - timedelta(days=3))
    leaving.withdraw(case, by=cast.omar)
    deadlines.cancel(list(case.deadlines.running()), at=timezone.now())  # nobody's time runs any more
    Dispute.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=8 * 366))
    deadlines.cancel(list(case.deadlines.running()), at=timezone.now())
    assert purging.propose() == 1
    for by in (cast.sun, cast.cody):
        purging.approve(case.purge.pk, by=by)
    left = str([*Representative.objects.values(), *SumHold.objects.values(), *Party.objects.values()])
    for word in ("Omar Haddad", "omar@demo.test", "power.png", "secret-note"):
        assert word.lower() not in left.lower()
    assert default_storage.exists(row.storage_key)
    assert DiscardedFile.objects.filter(storage_key=row.storage_key).exists()
