"""F18: the disputed sum is held only while both sides want it, and never longer than the case."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from disputes.events import SumHoldChanged
from disputes.models import SumHold
from disputes.operations import leaving, proposing, sumholds
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from tests.disputes.cases import decided, in_mediation, opened
from tests.disputes.copies import members, taken
from tests.disputes.steps import told
from tests.disputes.walking import At
from tests.support.api import Caller

pytestmark = pytest.mark.django_db
SUM = {"do": "propose", "amount": "1200", "asset": "usdt", "rule": "case", "note": "等结果"}


def acts(case):
    rows = case.events.filter(action__startswith="dispute.sum.").order_by("seq")
    return [action.removeprefix("dispute.sum.") for action in rows.values_list("action", flat=True)]


def test_one_proposes_the_other_agrees_and_it_ends_with_the_case(cast, monkeypatch):
    case, heard = in_mediation(cast), []
    monkeypatch.setitem(events._inside, SumHoldChanged, [heard.append])
    mei, hal, sun, nia = (At(person) for person in (cast.mei, cast.hal, cast.sun, cast.nia))
    assert 'value="0"' in mei.post("sum", case, 422, **SUM | {"amount": "0"})
    assert "等结果" in mei.post("sum", case, 422, **SUM | {"rule": "day"})
    mei.post("sum", case, 422, do="nonsense")
    nia.post("sum", case, 403, **SUM)
    At(cast.omar).post("sum", case, 404, **SUM)
    mei.post("sum", case, **SUM)
    assert told(cast.sun, "dispute.sides", step="sum_proposed", side="trader")
    mei.post("sum", case, 409, **SUM)
    mei.post("sum", case, 409, do="agree")
    assert "等结果" not in nia.get("desk-dispute", case), "what is only wished for is between the sides"
    assert "等结果" in hal.get("desk-dispute", case)
    hal.post("sum", case, do="agree")
    row = case.sum_holds.get()
    assert (row.state, row.asset, row.agreed_by) == ("active", "USDT", cast.hal)
    assert "1,200.00 USDT" in nia.get("desk-dispute", case)
    assert told(cast.mei, "dispute.sides", step="sum_held", money="1,200.00 USDT"), "in mails as on the page"
    assert "等结果" not in nia.get("desk-dispute", case), "a word to the other side"
    assert not case.remedies.exists(), "nothing is awarded"
    mei.post("sum", case, 403, do="lock", reference="L-1")
    hal.post("sum", case, do="lock", reference="wallet lock 77")
    assert "wallet lock 77" in mei.get("dispute", case)
    sun.post("sum", case, do="release")
    sun.post("sum", case, 409, do="release")
    assert "平台希望提前" in sun.get("desk-dispute", case)
    assert "wants it free earlier" not in nia.get("desk-dispute", case)
    assert not Caller(cast.nia).get(f"/api/v1/disputes/{case.reference}/sum-holds/").json()[0]["end_side"]
    mei.post("sum", case, do="keep")
    asked = clock.now()
    leaving.ask(case, by=cast.mei, at=asked - timedelta(days=3))
    files = members(taken(case, cast.mei))
    assert "wallet lock 77" in files["index.html"].decode()
    assert "1,200.00 USDT" in files["index.html"].decode()
    assert json.loads(files["case.json"])["sum_holds"][0]["sum"] == "1200", "plain for programs"
    leaving.withdraw(case, by=cast.mei, at=asked)
    row.refresh_from_db()
    assert (row.state, row.end_reason, row.ended_at) == ("ended", "case", asked)
    assert acts(case) == ["proposed", "held", "locked", "end_asked", "kept", "ended"]
    assert [fact.state for fact in heard] == ["proposed", "active", "active", "active", "active", "ended"]
    mei.post("sum", case, 409, **SUM)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_agreement_no_hold_and_both_may_end_it(cast):
    case, bad = opened(cast), []
    propose = {"amount": Decimal("5"), "asset": "BTC"}
    sumholds.propose(case, by=cast.sun, **propose)
    sumholds.take_back(case, by=cast.sun)
    sumholds.propose(case, by=cast.sun, **propose)
    sumholds.answer(case, by=cast.mei, agree=False)
    for act in (sumholds.release, sumholds.keep, sumholds.take_back):
        with pytest.raises(Conflict):
            act(case, by=cast.mei)
    with pytest.raises(Forbidden):
        sumholds.propose(case, by=cast.cody, **propose)
    zone_day = (timezone.now() + timedelta(days=2)).date()
    row = sumholds.propose(case, by=cast.mei, rule="day", day=zone_day, **propose)
    for wrong in (
        {"agreed_by": cast.omar, "agreed_side": "platform", "state": "active", "started_at": row.proposed_at},
        {"agreed_by": cast.mei, "agreed_side": "platform", "state": "active", "started_at": row.proposed_at},
        {"agreed_by": cast.sun, "agreed_side": "trader", "state": "active", "started_at": row.proposed_at},
        {"amount": Decimal("6")}, {"amount": Decimal("-1")}, {"state": "active"}, {"dispute": None},
    ):  # fmt: skip
        try:
            with transaction.atomic():
                SumHold.objects.filter(pk=row.pk).update(**wrong)
        except DatabaseError:
            bad.append(wrong)
    assert len(bad) == 7, "a sum is held by one of each side, and its terms never change"
    sumholds.answer(case, by=cast.sun, agree=True)
    assert sumholds.free_due() == 0
    with clock.at(row.until + timedelta(seconds=1)):
        assert sumholds.free_due() == 1
    row.refresh_from_db()
    assert (row.state, row.end_reason) == ("ended", "day")
    sumholds.propose(case, by=cast.mei, **propose)
    sumholds.answer(case, by=cast.hal, agree=True)
    sumholds.release(case, by=cast.mei)
    assert sumholds.release(case, by=cast.sun).end_reason == "both"
    with pytest.raises(DatabaseError), transaction.atomic():
        SumHold.objects.filter(pk=row.pk).delete()


def test_a_result_frees_it_and_programs_do_the_same(cast):
    case = in_mediation(cast)
    mei, sun = Caller(cast.mei), Caller(cast.sun)
    address = f"/api/v1/disputes/{case.reference}/sum-holds/"
    assert mei.post(address, {"step": "propose", "amount": "-1", "asset": "USD"}).status_code == 400
    made = mei.post(address, {"step": "propose", "amount": "9", "asset": "USD", "rule": "result"})
    assert (made.status_code, made.json()["state"]) == (200, "proposed")
    assert sun.post(address, {"step": "agree"}).json()["state"] == "active"
    assert Caller(cast.nia).post(address, {"step": "release"}).status_code == 403
    assert Caller(cast.nia).get(address).json()[0]["amount"] == "9"
    offer = proposing.make(case, by=cast.mei, text="An apology.", remedy="apology")
    proposing.accept(case, offer.number, by=cast.sun, sha256=offer.text_sha256)
    assert (case.sum_holds.get().state, case.sum_holds.get().end_reason) == ("ended", "result")
    with pytest.raises(Invalid):
        sumholds.propose(decided(cast), by=cast.mei, amount=Decimal(1), asset="USD", rule="result")
