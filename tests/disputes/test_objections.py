"""F5: one objection without a reason for each side; further ones say why, and somebody uninvolved rules."""

import pytest
from django.db import IntegrityError, transaction

from accounts.states import Role
from disputes.models import Objection
from disputes.operations import appointing, involving, objecting
from disputes.states import How
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.notify.models import Notice
from tests.disputes.cases import opened
from tests.disputes.walking import At, second

pytestmark = pytest.mark.django_db


def test_f5_three_objections(cast):
    for name in ("rex", "dan", "fin"):
        second(cast, name, Role.MEDIATOR)
    other, hand = second(cast, "bo", Role.SUPERVISOR), second(cast, "hal", Role.SUPERVISOR)
    case = opened(cast)
    trader, desk, judge = At(cast.mei), At(cast.sun), At(cast.cody)

    def drawn():
        appointing.draw(case, "mediator", by=cast.sun)
        return case.assignments.active().neutral().get()

    first = drawn()
    clocks = case.deadlines.running().filter(metric="object_mediator")
    assert clocks.count() == 2
    assert clocks.values("due_at").distinct().count() == 1
    trader.post("object", case)
    second_seat = drawn()
    assert "尚可无理由提出一次异议" in desk.get("desk-dispute", case)
    desk.post("desk-object", case)
    third = drawn()
    assert len({first.user_id, second_seat.user_id, third.user_id}) == 3
    assert case.objections.filter(upheld=True, ruled_by=None).count() == 2
    # The third needs a reason, and is not the end of the seat.
    assert 'id="object-reason' in trader.post("object", case, 422, reason="  ")
    with pytest.raises(Invalid) as refused:
        appointing.object_to(case, by=cast.mei, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    trader.post("object", case, reason="He knows the bank's manager.")
    trader.post("object", case, 409, reason="Once more.")
    third.refresh_from_db()
    assert third.ended_at is None
    found = case.objections.get(upheld=None)
    assert "He knows the bank" in desk.get("desk-dispute", case)
    # Who drew it, who touched the ticket, who objected: none of them rules.
    for person in (cast.sun, cast.ada, cast.mei, cast.ivo):
        with pytest.raises(Forbidden):
            objecting.rule(case, by=person, uphold=False, reason="No.")
    involving.add(case, hand, How.ACTED)
    At(hand).post("desk-rule-objection", case, 403, do="dismiss", ruling="No.")
    judge.post("desk-rule-objection", case, 422, do="dismiss", ruling=" ")
    judge.post("desk-rule-objection", case, do="dismiss", ruling="They met once, in public.")
    found.refresh_from_db()
    assert (found.upheld, found.ruled_by) == (False, cast.cody)
    for person, page in ((cast.mei, trader.get("dispute", case)), (cast.sun, desk.get("desk-dispute", case))):
        assert "They met once, in public." in page
        assert Notice.objects.filter(
            person=person, context__step="objection_dismissed", context__reason="They met once, in public."
        ).exists()
    with pytest.raises(Conflict):
        objecting.rule(case, by=cast.cody, uphold=True, reason="Again.")
    # The other side's second one is upheld by an uninvolved supervisor: T13, somebody else is drawn.
    desk.post("desk-object", case, reason="He wrote the terms in dispute.")
    At(other).post("desk-rule-objection", case, do="uphold", ruling="He did.")
    third.refresh_from_db()
    assert third.ended_at
    assert case.state == "mediation_pending"
    said = list(case.events.filter(seq__gt=0).values_list("action", flat=True).order_by("seq"))[-2:]
    assert said == ["dispute.objection.upheld", "dispute.replace_mediator"]
    fourth = drawn()
    assert fourth.user_id not in {first.user_id, second_seat.user_id, third.user_id}
    with pytest.raises(IntegrityError), transaction.atomic():  # a second one for free: not by any script
        Objection.objects.create(
            dispute=case, assignment=fourth, side="trader", by=cast.mei, at=fourth.started_at, upheld=True
        )
