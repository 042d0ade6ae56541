"""The desk's list of cases by what is due next, in the order its readers rely on, and what narrows it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db.models import F

from disputes.models import Dispute, DisputeDeadline
from disputes.operations import ruling, sweeping
from disputes.reads import board
from helpdesk.core import clock
from helpdesk.timers.models import State
from tests.disputes import cases, early
from tests.support.api import Caller

pytestmark = pytest.mark.django_db


def nearest(case):
    clocks = case.deadlines.exclude(metric__in=board.NOT_COUNTED)
    stage = clocks.exclude(kind="statutory")
    late = clocks.filter(state=State.BREACHED, fulfilled_at=None, warn_at__isnull=False)
    if stage.filter(state=State.RUNNING).exists():
        late = late.exclude(kind="statutory")
    return min((row.moment for row in [*clocks.filter(state=State.RUNNING), *late]), default=None)


def test_the_board_goes_by_the_clocks_and_is_narrowed(cast, client, monkeypatch):
    """Whatever an operation does to clocks, the column says what the clocks say; what is late stays first."""
    later, sooner, owed = cases.with_decider(cast), cases.in_mediation(cast), cases.accepted(cast)
    handled = early.investigated(cast)
    ruling.issue_provisional(later, cases.draft(later), by=cast.dan)
    promise = owed.deadlines.get(metric="pay_remedy")
    gone = promise.due_at - promise.started_at + timedelta(days=3)
    DisputeDeadline.objects.filter(pk=promise.pk).update(
        started_at=F("started_at") - gone, resumed_at=F("resumed_at") - gone, due_at=F("due_at") - gone
    )
    sweeping.sweep_due()
    hurried = sooner.deadlines.filter(state=State.RUNNING).exclude(metric__in=board.NOT_COUNTED)
    first = hurried.earliest("due_at")
    DisputeDeadline.objects.filter(pk=first.pk).update(due_at=clock.now() + timedelta(hours=3))
    for case in Dispute.objects.all():
        assert case.next_due_at == nearest(case), case
    assert list(Dispute.objects.open().by_due())[:2] == [owed, sooner]
    client.force_login(cast.sun)

    def shown(query=""):
        page = client.get(f"/desk/disputes/?{query}").content.decode()
        every = (later, sooner, owed, handled)
        there = [case for case in every if f">{case.reference}<" in page]
        return sorted(there, key=lambda case: page.index(f">{case.reference}<")), page

    rows, page = shown()
    assert rows[:2] == [owed, sooner]
    assert 'class="case-late"' in page
    assert "Hal Novak" in page
    assert shown("due=late")[0] == [owed]
    assert shown("due=day")[0] == [sooner]
    assert shown("stage=provisional_decision")[0] == [later]
    assert shown("turn=mediator")[0] == [sooner]
    assert shown(f"handler={cast.hal.pk}")[0] == [handled]
    assert handled not in shown("handler=none")[0]
    assert shown("law=UK-FCA")[0] == []
    assert set(shown("law=HOUSE")[0]) == {later, sooner, owed, handled}
    assert shown(f"q={sooner.reference[-6:]}")[0] == [sooner]
    assert shown(f"q={later.ticket.reference.lower()}")[0] == [later]
    assert len(shown("q=" + quote("林"))[0]) == 4
    for nonsense in ("due=x&turn=%00&handler=9999999999999&page=0", "page=-1&stage=x&law=%27&q=%00%25"):
        assert client.get(f"/desk/disputes/?{nonsense}").status_code == 200
    monkeypatch.setattr(board, "ROWS", 3)
    assert len(shown()[0]) == 3
    assert "?page=2" in shown()[1]
    assert len(shown("page=2")[0]) == 1
    api = {
        "due=late": [owed],
        "waiting_on=mediator&state=in_mediation": [sooner],
        "handler=hal@demo.test": [handled],
        f"q={later.reference}": [later],
        "jurisdiction=UK-FCA": [],
    }
    sun, nia = Caller(cast.sun), Caller(cast.nia)
    for query, found in api.items():
        told = sun.get(f"/api/v1/disputes/?{query}").json()["results"]
        assert [row["reference"] for row in told] == [case.reference for case in found], query
        assert nia.get(f"/api/v1/disputes/?{query}").status_code == 403
    assert sun.get("/api/v1/disputes/?due=never").status_code == 400
    client.force_login(cast.nia)
    assert shown("due=late&q=D-")[0] == [sooner]
    assert 'role="search"' not in shown()[1]
