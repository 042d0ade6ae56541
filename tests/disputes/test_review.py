"""An appeal is read by somebody fresh, decided with reasons, and lost to nobody by clocks alone."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.states import Role
from disputes.models import Assignment, Decision, Dispute
from disputes.operations import appealing, chain, proposing, talking
from helpdesk.core.errors import Conflict, Forbidden
from helpdesk.notify.models import Notice
from tests.disputes.cases import decided, draft, in_mediation
from tests.disputes.test_appeal import WHY, under_review
from tests.disputes.walking import SIGN, At, decision, lapse, second


@pytest.mark.django_db
class TestReview:
    def test_the_reviewer_reads_what_the_decider_may(self, cast):
        case = in_mediation(cast)
        talking.post(case, by=cast.mei, channel="caucus_trader", body="secret-91")
        talking.post(case, by=cast.sun, channel="internal", body="secret-house")
        proposing.make(case, by=cast.mei, text="secret-offer", amount=91, currency="USD")
        At(cast.nia).post("desk-no-settlement", case, note="Apart.")
        At(cast.dan).post("desk-declare", case, **SIGN)
        At(cast.dan).post("desk-decision", case, **decision(case))
        At(cast.mei).post("no-comments", case)
        At(cast.sun).post("desk-no-comments", case)
        At(cast.dan).post("desk-finalise", case, comments_answered="")
        At(cast.mei).post("appeal", case, **WHY)
        At(cast.rex).get("desk-dispute", case, 403)
        At(cast.rex).get("desk-appeal-decision", case, 403)
        At(cast.rex).post("desk-declare", case, **SIGN)
        for page in (At(cast.rex).get("desk-dispute", case), At(cast.rex).get("desk-appeal-decision", case)):
            assert "secret-" not in page
            assert WHY["reasons"] in page

    def test_confirmed_and_accepted(self, cast):
        case = under_review(cast)
        ruling = decision(case, review="confirm", outcome="", amount="")
        At(cast.rex).post("desk-appeal-decision", case, **ruling)
        assert (case.state, case.waiting_on, case.outcome) == ("final", "trader", "upheld")
        ruled = case.decisions.get(kind="appeal")
        assert (ruled.review, str(ruled.amount.normalize()), ruled.currency) == ("confirm", "91", "USD")
        page = At(cast.mei).get("dispute", case)
        assert "复核已完成" in page
        At(cast.sun).post("desk-close", case, 409)
        At(cast.mei).post("accept", case, sure="on")
        assert case.state == "remedy_due"
        remedy = case.remedies.get()
        assert (remedy.decision, remedy.proposed_by) == (ruled, cast.rex)
        assert not list(chain.faults(case))

    def test_varied_is_what_is_owed(self, cast):
        case = under_review(cast)
        same = decision(case, review="vary", facts="typed-text-kept")
        assert "typed-text-kept" in At(cast.rex).post("desk-appeal-decision", case, 422, **same)
        At(cast.rex).post("desk-appeal-decision", case, **same | {"amount": "120"})
        At(cast.mei).post("accept", case, sure="on")
        assert str(case.remedies.get().amount.normalize()) == "1.2E+2"

    def test_a_review_that_orders_nothing_closes_on_acceptance(self, cast):
        case = under_review(cast, "sun")
        nothing = {"outcome": "not_upheld", "remedy": "none", "amount": "", "currency": ""}
        At(cast.rex).post("desk-appeal-decision", case, **decision(case, review="vary", **nothing))
        At(cast.mei).post("accept", case, sure="on")
        assert (case.state, case.outcome, case.remedies.count()) == ("closed", "not_upheld", 0)

    @pytest.mark.parametrize(
        "gone", ["facts", "reasoning", "point_2", "point_2_finding", "review", "evidence"]
    )
    def test_every_block_and_every_point(self, cast, gone):
        case = under_review(cast)
        values = {k: v for k, v in decision(case, review="confirm").items() if k != gone}
        At(cast.rex).post("desk-appeal-decision", case, 422, **values)
        assert (case.state, case.decisions.filter(kind="appeal").exclude(issued_at=None).count()) == (
            "under_appeal",
            0,
        )

    def test_only_the_reviewer_and_only_after_the_replies(self, cast):
        case = under_review(cast, replies=False)
        ruling = decision(case, review="confirm")
        At(cast.rex).post("desk-appeal-decision", case, 409, **ruling)
        for who in ("sun", "hal", "cody", "ivo"):
            At(getattr(cast, who)).post("desk-appeal-decision", case, 403, **ruling)
        for who in ("mei", "omar", "dan", "nia", "fin"):
            At(getattr(cast, who)).post("desk-appeal-decision", case, 404, **ruling)
        lapse(case, "reply")
        At(cast.rex).post("desk-appeal-decision", case, do="keep", facts="half-written")
        assert "half-written" in At(cast.rex).get("desk-appeal-decision", case)
        assert "half-written" not in At(cast.mei).get("dispute", case)
        At(cast.rex).post("desk-appeal-decision", case, **ruling)
        At(cast.rex).post("desk-appeal-decision", case, 409, **ruling)

    def test_sent_back_to_a_decider_who_never_had_it(self, cast):
        case = under_review(cast)
        eva = second(cast, "eva", Role.DECIDER)
        At(cast.rex).post("desk-appeal-decision", case, **decision(case, review="send_back"))
        assert (case.state, case.waiting_on, case.outcome) == ("in_determination", "decider", "")
        assert case.assignments.active().get().user == eva
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(dispute=case, role="decider", user=cast.dan)
        old = Assignment.objects.filter(dispute=case, user=cast.dan)
        case.assignments.active().update(ended_at=case.opened_at, end_reason="test")
        for change in ({"ended_at": None}, {"user": cast.omar}, {"role": "mediator"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                old.update(**change)

    def test_sent_back_once_only_and_then_heard_twice_again(self, cast):
        case = under_review(cast)
        eva, bo = At(second(cast, "eva", Role.DECIDER)), second(cast, "omar", Role.APPEAL_REVIEWER)
        At(cast.rex).post("desk-appeal-decision", case, **decision(case, review="send_back"))
        eva.post("desk-declare", case, **SIGN)
        for do in ("issue", "again"):
            eva.post("desk-decision", case, **decision(case, do=do, amount="91" if do == "issue" else "50"))
            At(cast.mei).post("no-comments", case)
            At(cast.sun).post("desk-no-comments", case)
        eva.post("desk-decision", case, **decision(case, do="final", amount="50"))
        At(cast.mei).post("appeal", case, **WHY)
        seat = case.assignments.active().get()
        assert seat.user == bo
        At(bo).post("desk-declare", case, **SIGN)
        lapse(case, "reply")
        At(bo).post("desk-appeal-decision", case, 409, **decision(case, review="send_back"))
        At(bo).post("desk-appeal-decision", case, **decision(case, review="confirm"))
        assert case.state == "final"
        assert not list(chain.faults(case))
        page = At(cast.mei).get("dispute", case)
        assert page.count("复核申请</h2>") == 2


@pytest.mark.django_db
class TestClocksAlone:
    def test_both_windows_pass_and_nobody_is_bound(self, cast):
        case = decided(cast)
        lapse(case, "accept_decision")
        assert case.state == "decided"
        lapse(case, "file_appeal")
        assert (case.state, case.remedies.count()) == ("final", 0)

    def test_a_reviewed_decision_that_is_not_accepted_closes_with_the_rights_repeated(self, cast):
        case = under_review(cast)
        At(cast.rex).post("desk-appeal-decision", case, **decision(case, review="confirm"))
        lapse(case, "accept_decision")
        assert (case.state, case.remedies.count()) == ("closed", 0)
        assert Notice.objects.filter(person=cast.mei, context__step="lapsed").count() == 1
        assert case.deadlines.running().get().metric == "reopen_window"
        lapse(case, "reopen_window")
        assert case.state == "closed"
        assert "法院" in At(cast.mei).get("dispute", case)

    def test_the_platforms_appeal_keeps_the_trader_waiting_so_long_and_no_longer(self, cast):
        case = under_review(cast, "sun")
        At(cast.mei).post("accept", case, 409, sure="on")
        lapse(case, "decide_appeal")
        assert (case.state, case.appeals.get().result) == ("decided", "lapsed")
        assert not case.assignments.active().exists()
        assert "申请复核" in At(cast.mei).get("dispute", case)
        At(cast.sun).post("desk-appeal", case, 409, **WHY)
        At(cast.mei).post("accept", case, sure="on")
        assert case.state == "remedy_due"

    def test_the_traders_appeal_is_not_lost_because_the_reviewer_is_late(self, cast):
        case = under_review(cast)
        lapse(case, "decide_appeal")
        assert case.state == "under_appeal"
        assert case.assignments.active().get().user == cast.rex
        case = under_review_again(cast)
        eva = second(cast, "eva", Role.APPEAL_REVIEWER)
        lapse(case, "decide_appeal")
        assert (case.state, case.assignments.active().get().user) == ("under_appeal", eva)
        assert case.deadlines.running().filter(metric="decide_appeal", cycle=2).exists()


def under_review_again(cast):
    """Another case of Mei's, at the same stage."""
    return under_review(cast)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def both(self, *works):
        ready, results = threading.Barrier(len(works), timeout=10), []

        def run(work):
            try:
                ready.wait()
                work()
                results.append("kept")
            except (IntegrityError, Conflict, Forbidden) as error:
                results.append(type(error).__name__)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(results)

    def test_two_appeals_one_review(self, cast):
        case = decided(cast)
        file = lambda by: appealing.file(  # noqa: E731
            Dispute.objects.get(pk=case.pk), by=by, ground="procedure", reasons="x"
        )
        assert self.both(lambda: file(cast.mei), lambda: file(cast.sun)) == ["Conflict", "kept"]
        assert case.appeals.count() == 1
        assert case.assignments.active().count() == 1

    def test_two_reviewers_one_seat(self, cast):
        case = decided(cast)
        eva = second(cast, "eva", Role.APPEAL_REVIEWER)
        take = lambda who: Assignment.objects.create(  # noqa: E731
            dispute=case, role="appeal_reviewer", user=who
        )
        assert self.both(lambda: take(cast.rex), lambda: take(eva)) == ["IntegrityError", "kept"]

    def test_the_review_and_its_withdrawal_cannot_both_happen(self, cast):
        case = under_review(cast)
        got = self.both(
            lambda: appealing.decide(
                Dispute.objects.get(pk=case.pk), draft(case), review="confirm", by=cast.rex
            ),
            lambda: appealing.drop(Dispute.objects.get(pk=case.pk), by=cast.mei),
        )
        # Whoever comes second finds the appeal decided, or has no seat any more.
        assert got in (["Conflict", "kept"], ["Forbidden", "kept"])
        issued = Decision.objects.filter(dispute=case, kind="appeal").exclude(issued_at=None).count()
        case.refresh_from_db()
        assert (issued, case.state) in {(1, "final"), (0, "decided")}
