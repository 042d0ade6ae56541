"""The desk's list of cases by what is due next, in the order its readers rely on."""

from datetime import timedelta

import pytest
from django.db.models import Min, Q

from disputes.models import Dispute, DisputeDeadline
from disputes.operations import ruling
from disputes.states import OUTSIDE
from helpdesk.timers.models import State
from tests.disputes import cases

pytestmark = pytest.mark.django_db


def test_the_next_due_moment_follows_the_clocks(cast, client):
    """Whatever an operation does to clocks, the column says what the clocks say; the list goes by it."""
    later, sooner, paid = cases.with_decider(cast), cases.in_mediation(cast), cases.paid(cast)
    ruling.issue_provisional(later, cases.draft(later), by=cast.dan)
    hurried = sooner.deadlines.filter(state=State.RUNNING).exclude(metric=OUTSIDE).earliest("due_at")
    DisputeDeadline.objects.filter(pk=hurried.pk).update(due_at=hurried.started_at + timedelta(seconds=1))
    ticking = Q(deadlines__state=State.RUNNING) & ~Q(deadlines__metric=OUTSIDE)
    for case in Dispute.objects.annotate(nearest=Min("deadlines__due_at", filter=ticking)):
        assert case.next_due_at == case.nearest, case
    assert Dispute.objects.by_due().first() == sooner
    client.force_login(cast.sun)
    page = client.get("/desk/disputes/").content.decode()
    assert 0 < page.index(sooner.reference) < page.index(later.reference)
    assert page.index(sooner.reference) < page.index(paid.reference)
