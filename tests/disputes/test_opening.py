"""Escalation opens exactly one case, with everything in it, in the same transaction."""

import pytest

from disputes.models import Dispute
from disputes.operations import chain
from helpdesk.notify.models import Notice
from tests.support.builders import answer, file
from tests.support.samples import pdf, picture
from tickets.operations import lifecycle

pytestmark = pytest.mark.django_db


def test_escalation_opens_one_case_with_everything_in_it(cast):
    ticket = file(cast.mei, "WDR-DELAY", files=[("shot.png", picture()), ("list.pdf", pdf())])
    answer(ticket, cast.ada)
    ticket = lifecycle.escalate(ticket, by=cast.mei, reason="答复没有解决问题")
    dispute = Dispute.objects.get(ticket=ticket)
    assert ticket.dispute_reference == dispute.reference
    assert dispute.state == "mediation_pending"
    assert [i.index_no for i in dispute.evidence.order_by("id")] == ["P-1", "T-1", "T-2"]
    assert not list(chain.faults(dispute))
    assert set(dispute.involvements.values_list("user__name", "how")) >= {(cast.ada.name, "replied")}
    print([(e.seq, e.action) for e in dispute.events.all()])
    print([(d.metric, d.waits_for, d.due_at, d.state) for d in dispute.deadlines.all()])
    print(dispute.events.last().body)
    print(list(Notice.objects.filter(subject_ref=dispute.reference).values_list("kind", "person__email")))
