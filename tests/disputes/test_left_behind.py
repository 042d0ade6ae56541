"""What a case leaves behind when it goes another way stops nobody who takes it up again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.states import Role
from disputes.models import DelayNotice, DisputeDeadline
from disputes.operations import (
    admitting,
    answering,
    appointing,
    chain,
    extending,
    handling,
    leaving,
    mediating,
    referring,
    remedying,
    reopening,
    responding,
    ruling,
    solving,
    sweeping,
)
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden
from tests.disputes import early
from tests.disputes.cases import accepted, draft, in_mediation, opened, with_decider

pytestmark = pytest.mark.django_db


def gone_and_back(case, mei):
    """Withdrawn, and taken up again."""
    leaving.ask(case, by=mei)
    type(case).objects.filter(pk=case.pk).update(withdrawal_asked_at="2026-01-01T00:00Z")
    leaving.withdraw(case, by=mei)
    reopening.reopen(case, by=mei, reason="There is more.")
    case.refresh_from_db()


def test_a_proposal_not_to_admit_ends_with_the_question(cast):
    case = early.proposed(cast)
    solving.solve(case, by=cast.mei, words="The money is here.")
    reopening.reopen(case, by=cast.mei, reason="It was taken back.")
    handling.take(case, by=cast.hal)
    with pytest.raises(Conflict):
        admitting.approve(case, by=cast.sun)


def test_a_debt_of_before_is_not_asked_for_and_an_answer_of_before_is_written_anew(cast):
    case = accepted(cast)
    leaving.ask(case, by=cast.mei)
    gone_and_back(case, cast.mei)
    handling.take(case, by=cast.hal)
    responding.submit(case, early.text(case), by=cast.hal)
    gone_and_back(case, cast.mei)
    assert not case.decisions.answers().exclude(submitted_at=None).exists()
    handling.take(case, by=cast.hal)
    responding.submit(case, early.text(case, **early.NOTHING), by=cast.hal)
    responding.issue(case, by=cast.sun, sha256=early.seal(case))
    answer = case.decisions.answers().get()
    responding.accept(case, by=cast.mei, sha256=answer.sha256)
    assert case.remedies.get().paid_at is None
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "not_upheld")


def test_what_was_to_be_let_out_before_lets_nothing_else_out(cast):
    """An answer that gave only words waited when the case was left; the next one gives money."""
    case = early.submitted(cast, remedy="apology", amount=None, currency="")
    gone_and_back(case, cast.mei)
    handling.take(case, by=cast.hal)
    responding.submit(case, early.text(case), by=cast.hal)
    responding.issue(case, by=cast.sun, sha256=early.seal(case))
    responding.accept(case, by=cast.mei, sha256=case.decisions.answers().get().sha256)
    remedying.pay(case, by=cast.fin, proof="ledger 8871")
    assert case.remedies.get().authority.amount == case.remedies.get().amount == 91


def test_the_answer_to_a_case_taken_up_again_has_no_older_extension(cast):
    case = early.investigated(cast)
    solving.solve(case, by=cast.mei, words="The money is here.")
    with clock.at(case.received_at + timedelta(days=29)):
        reopening.reopen(case, by=cast.mei, reason="It was taken back.")
        assert "response" not in extending.movable(case, frozenset({"supervisor"}))
        with pytest.raises(Conflict, match="no_extension"):
            extending.extend(case, "response", by=cast.sun, reason="The feed is late.")


def test_no_reviewer_before_somebody_asked_for_one(cast):
    case = early.refused(cast)
    with pytest.raises(Conflict, match="no_review"):
        appointing.draw(case, "appeal_reviewer", by=cast.sun)
    admitting.ask_review(case, by=cast.mei)


def test_the_delay_notice_lies_ready_even_if_its_rung_was_slept_through(cast):
    case = early.investigated(cast)
    row = case.deadlines.get(metric="response")
    with clock.at(row.started_at + (row.due_at - row.started_at) * 0.95):
        DisputeDeadline.objects.exclude(pk=row.pk).update(warn_at=None)
        sweeping._handle(case.pk)
    assert DelayNotice.objects.get(deadline=row).sent_at is None


def test_a_decider_who_steps_back_after_the_provisional_decision_is_followed_by_another(cast):
    case = with_decider(cast)
    eva = early.also(cast.eva, Role.DECIDER)
    ruling.issue_provisional(case, draft(case), by=cast.dan)
    appointing.recuse(case, by=cast.dan, reason="My sister works for them.")
    for person in (cast.mei, cast.sun):
        ruling.close_comments(case, by=person)
    row = case.deadlines.get(metric="final_decision")
    with clock.at(row.started_at + (row.due_at - row.started_at) * 0.8):
        sweeping._handle(case.pk)  # with the reminder somebody is drawn, and the round goes on
        row.refresh_from_db()
        assert row.postponed_until is None
    appointing.accept(case, by=eva, statements=appointing.STATEMENTS)
    ruling.finalise(case, by=eva)
    case.refresh_from_db()
    assert (case.state, list(chain.faults(case))) == ("decided", [])


def test_comments_are_not_closed_again_once_their_time_is_over(cast):
    """Otherwise a side that is late would give the decider more time."""
    case = with_decider(cast)
    ruling.issue_provisional(case, draft(case), by=cast.dan)
    with clock.at(case.deadlines.filter(metric="comment_provisional").latest("due_at").due_at):
        sweeping._handle(case.pk)
        due = case.deadlines.get(metric="final_decision").due_at
    with clock.at(due - timedelta(hours=1)):
        for person in (cast.mei, cast.sun):
            with pytest.raises(Conflict) as refused:
                ruling.close_comments(case, by=person)
            assert refused.value.code == "comments_closed"
    assert [row.due_at for row in case.deadlines.filter(metric="final_decision")] == [due]


def test_who_ended_a_case_may_handle_it_again(cast):
    case, today = early.investigated(cast), timezone.now().date()
    told = {"body": None, "body_name": "Court", "day": today, "their_reference": "7 C 12"}
    referring.tell(case, by=cast.mei, **told)
    referring.record_outcome(case, by=cast.hal, outcome="not_upheld", text="It is so.", day=today)
    reopening.reopen(case, by=cast.mei, reason="There is more.")
    assert handling.take(case, by=cast.hal).user == cast.hal


def test_not_yours_comes_before_not_now_and_not_complete(cast):
    """The same answer at every stage: nobody learns from it how far a case is."""
    early_on, later = opened(cast), in_mediation(cast)
    for work in (
        lambda: answering.accept(early_on, by=cast.sun),
        lambda: leaving.withdraw(early_on, by=cast.hal),
        lambda: remedying.confirm(early_on, by=cast.sun),
        lambda: remedying.pay(early_on, by=cast.cody, proof="x"),
        lambda: extending.extend(early_on, "decide", by=cast.mei, reason="More time."),
        lambda: mediating.report_no_settlement(later, by=cast.cody, note=""),
    ):
        with pytest.raises(Forbidden):
            work()
    leaving.ask(early_on, by=cast.mei)
    type(early_on).objects.filter(pk=early_on.pk).update(withdrawal_asked_at="2026-01-01T00:00Z")
    leaving.withdraw(early_on, by=cast.mei)
    with pytest.raises(Conflict):
        leaving.keep(early_on, by=cast.mei)
