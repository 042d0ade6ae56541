"""A case that is over can be taken up again by its trader for a while."""

import threading

import pytest
from django.db import connection

from disputes.models import Dispute
from disputes.operations import answering, appointing, chain, leaving, referring, reopening, responding
from helpdesk.core import clock
from helpdesk.core.errors import Conflict
from helpdesk.notify.models import Notice
from tests.disputes import early
from tests.disputes.cases import decided, in_mediation, paid
from tests.disputes.walking import At, lapse
from tests.support.api import Caller
from tests.support.samples import picture, upload

NOTHING = {"outcome": "not_upheld", "remedy": "none", "amount": None, "currency": ""}


def closed(cast):
    case = decided(cast, **NOTHING)
    answering.accept(case, by=cast.mei)
    case.refresh_from_db()
    return case


def withdrawn(cast):
    case = in_mediation(cast)
    leaving.ask(case, by=cast.mei)
    leaving.withdraw(case, by=cast.mei, at=clock.now() + leaving.THINK)
    case.refresh_from_db()
    return case


@pytest.mark.django_db
@pytest.mark.parametrize("over", [closed, withdrawn])
def test_the_trader_takes_it_up_again(cast, over):
    case = over(cast)
    window = case.deadlines.running().get()
    assert (window.metric, window.waits_for, window.n, window.unit) == (
        "reopen_window", "trader", 30, "calendar_days",
    )  # fmt: skip
    assert "重新开启案件" in At(cast.mei).get("dispute", case)
    At(cast.mei).post(
        "reopen", case, reason="我找到了新的截图。", files=[upload("new.png", picture(text="x"))]
    )
    case.ticket.refresh_from_db()
    assert (case.state, case.waiting_on, case.outcome, case.closed_at) == (
        "investigating",
        "platform",
        "",
        None,
    )
    assert (case.ticket.status, case.ticket.closed_at) == ("mediation", None)
    running = set(case.deadlines.running().values_list("metric", "cycle"))
    assert {("response", 2), ("hard_stop", 2)} <= running
    assert case.deadlines.get(metric="reopen_window").state == "fulfilled"
    assert case.evidence.filter(original_filename="new.png", side="trader").exists()
    for page in (At(cast.mei).get("dispute", case), At(cast.sun).get("desk-dispute", case)):
        assert "我找到了新的截图。" in page
    told = Notice.objects.filter(subject_ref=case.reference, context__step="reopened")
    assert {notice.person for notice in told} == {cast.mei, cast.sun}
    assert Notice.objects.filter(person=cast.hal, context__task="reopened").exists()
    assert not list(chain.faults(case))


@pytest.mark.django_db
def test_seats_stay_ended_and_are_not_taken_again(cast):
    case = closed(cast)
    At(cast.mei).post("reopen", case, reason="There is more.")
    assert not case.assignments.active().exists()
    _pool, excluded = appointing.candidates(case, "mediator")
    assert {"person": cast.nia.pk, "rules": ["F2:former_role"]} in excluded
    At(cast.nia).get("desk-dispute", case, 404)


@pytest.mark.django_db
def test_work_that_was_taken_up_again_can_be_left_again(cast):
    """The body still has the case: its row keeps when the work here ended first."""
    case = in_mediation(cast)
    told = {"body": None, "body_name": "High Court", "day": clock.now().date(), "their_reference": "HC-1"}
    referring.tell(case, by=cast.mei, stops=True, **told)
    case.refresh_from_db()
    leaving.ask(case, by=cast.mei)
    leaving.withdraw(case, by=cast.mei, at=clock.now() + leaving.THINK)
    At(cast.mei).post("reopen", case, reason="There is more.")
    assert "之后又重新处理" in At(cast.mei).get("dispute", case)
    first = case.referrals.get().stopped_at
    At(cast.mei).post("stop-work", case, sure="on")
    case.refresh_from_db()
    assert (case.state, case.referrals.get().stopped_at) == ("referred", first)
    assert case.events.filter(action="dispute.refer").count() == 2
    assert not list(chain.faults(case))


@pytest.mark.django_db
def test_the_answer_is_owed_and_given_anew(cast):
    case = closed(cast)
    At(cast.mei).post("reopen", case, reason="There is more.")
    At(cast.hal).post("desk-take", case)
    responding.submit(case, early.text(case), by=cast.hal)
    responding.issue(case, by=cast.sun, sha256=early.seal(case))
    case.refresh_from_db()
    assert case.state == "response_issued"
    assert case.deadlines.get(metric="response", cycle=2).state == "fulfilled"
    responding.accept(case, by=cast.mei, sha256=case.decisions.answers().issued().get().sha256)
    case.refresh_from_db()
    assert (case.state, case.remedies.count()) == ("remedy_due", 1)


@pytest.mark.django_db
def test_a_reason_or_new_evidence(cast):
    case = closed(cast)
    At(cast.mei).post("reopen", case, 422, reason="  ")
    page = At(cast.mei).post(
        "reopen", case, 422, reason="typed-text-kept", files=[upload("a.svg", b"<svg/>")]
    )
    assert "typed-text-kept" in page
    assert case.state == "closed"
    At(cast.mei).post("reopen", case, reason="", files=[upload("new.png", picture(text="y"))])
    assert case.state == "investigating"


@pytest.mark.django_db
def test_only_the_trader_only_what_is_over_only_in_time(cast):
    case = closed(cast)
    assert At(cast.sun).client.post(f"/disputes/{case.reference}/reopen/", {"reason": "x"}).status_code == 404
    At(cast.omar).post("reopen", case, 404, reason="x")
    path = f"/api/v1/disputes/{case.reference}/transitions/"
    assert Caller(cast.sun).post(path, {"step": "reopen", "text": "x"}).status_code == 403
    At(cast.mei).post("reopen", decided(cast), 409, reason="x")
    lapse(case, "reopen_window")
    assert case.state == "closed"
    page = At(cast.mei).post("reopen", case, 409, reason="typed-text-kept")
    assert "typed-text-kept" not in page or "reopen-reason" in page
    assert Caller(cast.mei).post(path, {"step": "reopen", "text": "x"}).status_code == 409


@pytest.mark.django_db
def test_nobody_is_reminded_of_a_case_that_is_over(cast):
    case = paid(cast)
    At(cast.mei).post("confirm", case)
    row = case.deadlines.running().get()
    assert (row.metric, row.warn_at) == ("reopen_window", None)
    lapse(case, "reopen_window")
    assert not Notice.objects.filter(
        subject_ref=case.reference, kind__in=["dispute.soon", "dispute.late"]
    ).exists()
    assert case.events.filter(action="dispute.clock.over").count() == 1


@pytest.mark.django_db
def test_it_can_be_paid_decided_and_closed_a_second_time(cast):
    case = paid(cast)
    At(cast.mei).post("confirm", case)
    Caller(cast.mei).post(
        f"/api/v1/disputes/{case.reference}/transitions/", {"step": "reopen", "text": "Only half came."}
    )
    case.refresh_from_db()
    assert case.state == "investigating"
    assert case.remedies.filter(paid_at=None).count() == 0
    leaving.ask(case, by=cast.mei)
    leaving.withdraw(case, by=cast.mei, at=clock.now() + leaving.THINK)
    case.refresh_from_db()
    assert case.deadlines.running().get().cycle == 2
    At(cast.mei).post("reopen", case, reason="Again.")
    assert case.withdrawal_asked_at is None


@pytest.mark.django_db(transaction=True)
def test_two_clicks_reopen_once(cast):
    case, ready, results = closed(cast), threading.Barrier(2, timeout=10), []

    def click():
        try:
            ready.wait()
            reopening.reopen(Dispute.objects.get(pk=case.pk), by=cast.mei, reason="There is more.")
            results.append("kept")
        except Conflict as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["dispute_reopen_not_open", "kept"]
    assert case.messages.count() == 1
