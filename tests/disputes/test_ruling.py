"""Reasons for every point or no decision; the same for both sides; four eyes on what is owed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from disputes.errors import CommentsOpen, Incomplete, NotApproved, SameHands, TooEarly
from disputes.models import BLOCKS, Decision, PointFinding
from disputes.operations import (
    answering,
    authorising,
    leaving,
    mediating,
    proposing,
    remedying,
    ruling,
    talking,
)
from disputes.states import TABLE, Actor, State, transition
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from helpdesk.notify.models import Notice
from tests.disputes.cases import accepted, decided, draft, in_mediation, opened, paid, with_decider

pytestmark = pytest.mark.django_db


class TestDecision:
    @pytest.mark.parametrize("block", BLOCKS)
    def test_no_block_may_be_empty(self, cast, block):
        case = with_decider(cast)
        blocks = draft(case).blocks | {block: "  \n"}
        with pytest.raises(Incomplete) as told:
            ruling.issue_provisional(case, draft(case, blocks=blocks), by=cast.dan)
        assert set(told.value.fields) == {block}

    def test_no_point_may_be_left_unanswered(self, cast):
        case = with_decider(cast)
        for findings in ({}, {1: ("upheld", "")}, {1: ("", "Yes.")}, {1: ("upheld", "Yes.")}):
            with pytest.raises(Incomplete) as told:
                ruling.issue_provisional(case, draft(case, findings=findings), by=cast.dan)
            assert "point_2" in told.value.fields
        case.refresh_from_db()
        assert case.state == "in_determination"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"outcome": "settled"}, "outcome"),
            ({"remedy": ""}, "remedy"),
            ({"root_cause": "RC-NOPE"}, "root_cause"),
            ({"amount": None}, "amount"),
            ({"currency": ""}, "amount"),
            ({"evidence": ()}, "evidence"),
            ({"evidence": ("P-1", "P-99")}, "evidence"),
        ],
    )
    def test_the_result_has_to_be_whole(self, cast, change, field):
        case = with_decider(cast)
        with pytest.raises(Incomplete) as told:
            ruling.issue_provisional(case, draft(case, **change), by=cast.dan)
        assert set(told.value.fields) == {field}

    def test_what_only_one_side_can_open_is_not_relied_on(self, cast):
        case = with_decider(cast)
        case.evidence.filter(side="trader").update(visibility="restricted", restricted_reason="third_party")
        with pytest.raises(Incomplete):
            ruling.issue_provisional(case, draft(case), by=cast.dan)

    @pytest.mark.parametrize("who", ["nia", "sun", "ada", "mei", "rex", "root"])
    def test_nobody_else_decides(self, cast, who):
        case = with_decider(cast)
        with pytest.raises(Forbidden):
            ruling.issue_provisional(case, draft(case), by=getattr(cast, who))

    def test_a_draft_is_read_by_its_author_alone(self, cast):
        from disputes import access

        case = with_decider(cast)
        ruling.save_draft(case, draft(case, outcome=""), by=cast.dan)
        assert access.decisions_for(cast.dan, case).count() == 1
        for name in ("mei", "sun", "cody", "ivo"):
            assert not access.decisions_for(getattr(cast, name), case).exists()

    def test_both_sides_get_it_in_the_same_moment(self, cast):
        case = with_decider(cast)
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        told = Notice.objects.filter(kind="dispute.decision", subject_ref=case.reference)
        assert {notice.person for notice in told} == {cast.mei, cast.sun}
        assert len({notice.created_at for notice in told}) == 1

    def test_both_sides_have_the_same_time_to_comment(self, cast):
        case = with_decider(cast)
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        clocks = case.deadlines.running().filter(metric="comment_provisional")
        assert sorted(clocks.values_list("waits_for", flat=True)) == ["platform", "trader"]
        assert len(set(clocks.values_list("due_at", flat=True))) == 1
        with pytest.raises(CommentsOpen):
            ruling.finalise(case, by=cast.dan)
        ruling.close_comments(case, by=cast.mei)
        with pytest.raises(CommentsOpen):
            ruling.finalise(case, by=cast.dan)
        ruling.close_comments(case, by=cast.sun)
        assert ruling.finalise(case, by=cast.dan).kind == "final"

    def test_comments_deserve_an_answer(self, cast):
        case = with_decider(cast)
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        talking.post(case, by=cast.mei, channel="open", body="您漏看了第二张截图。")
        ruling.close_comments(case, by=cast.mei)
        ruling.close_comments(case, by=cast.sun)
        with pytest.raises(Incomplete):
            ruling.finalise(case, by=cast.dan)
        ruling.finalise(case, by=cast.dan, comments_answered="It was looked at.")

    def test_an_issued_decision_is_never_changed(self, cast):
        case = decided(cast)
        decision = case.decisions.get(kind="final")
        finding = decision.findings.first()
        for change in (
            lambda: Decision.objects.filter(pk=decision.pk).update(outcome="not_upheld"),
            lambda: PointFinding.objects.filter(pk=finding.pk).update(answer="No."),
            decision.delete,
            finding.delete,
            lambda: PointFinding.objects.create(decision=decision, point=case.points.create(
                number=9, title="New", raised_by=cast.mei), finding="upheld", answer="x"),
        ):  # fmt: skip
            with pytest.raises((IntegrityError, Exception)), transaction.atomic():
                change()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE disputes_decision SET amount = 1000000 WHERE id = %s", [decision.pk])

    def test_the_text_hashes_to_what_the_letter_says(self, cast):
        import hashlib

        decision = decided(cast).decisions.get(kind="final")
        text = ruling.text_of(Decision.objects.get(pk=decision.pk))
        assert hashlib.sha256(text.encode()).hexdigest() == decision.sha256

    def test_the_database_wants_it_complete_too(self, cast):
        case = with_decider(cast)
        decision = ruling.save_draft(case, draft(case, outcome=""), by=cast.dan)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(issued_at=clock.now(), sha256="x", rights="x")


class TestAfterwards:
    def test_silence_and_no_are_not_yes(self, cast):
        case = decided(cast)
        answering.decline(case, by=cast.mei)
        case.refresh_from_db()
        assert (case.state, case.remedies.count()) == ("final", 0)

    def test_a_decision_without_a_remedy_closes_on_acceptance(self, cast):
        case = decided(cast, outcome="not_upheld", remedy="none", amount=None, currency="")
        answering.accept(case, by=cast.mei)
        case.refresh_from_db()
        case.ticket.refresh_from_db()
        assert (case.state, case.ticket.status, case.outcome) == ("closed", "closed", "not_upheld")

    @pytest.mark.parametrize("who", ["omar", "sun", "dan", "fin"])
    def test_nobody_accepts_for_the_trader(self, cast, who):
        case = decided(cast)
        with pytest.raises(Forbidden):
            answering.accept(case, by=getattr(cast, who))

    def test_nothing_is_paid_before_it_is_approved(self, cast):
        with pytest.raises(NotApproved):
            remedying.pay(accepted(cast), by=cast.fin, proof="ledger 1")

    def test_whoever_approves_does_not_pay(self, cast):
        cast.sun.roles = ["supervisor", "finance"]
        cast.sun.save()
        case = accepted(cast)
        remedying.approve(case, by=cast.sun)
        with pytest.raises(SameHands):
            remedying.pay(case, by=cast.sun, proof="ledger 1")

    def test_larger_sums_need_a_second_approval(self, cast):
        case = accepted(cast, amount=Decimal("100.01"))
        remedying.approve(case, by=cast.sun)
        with pytest.raises(NotApproved):
            remedying.pay(case, by=cast.fin, proof="ledger 1")
        with pytest.raises(SameHands):
            remedying.approve(case, by=cast.sun)
        remedying.approve(case, by=cast.cody)
        remedying.pay(case, by=cast.fin, proof="ledger 1")

    def test_the_trader_has_the_last_word(self, cast):
        case = paid(cast)
        remedying.confirm(case, by=cast.mei)
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("closed", "upheld")

    def test_a_withdrawal_is_confirmed_after_two_days(self, cast):
        case = in_mediation(cast)
        leaving.ask(case, by=cast.mei)
        with pytest.raises(TooEarly):
            leaving.withdraw(case, by=cast.mei)
        with pytest.raises(Forbidden):
            leaving.ask(case, by=cast.sun)
        leaving.withdraw(case, by=cast.mei, at=clock.now() + timedelta(hours=49))
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("withdrawn", "withdrawn")
        assert not case.assignments.active().exists()


class TestOffers:
    def test_both_accept_the_same_text(self, cast):
        case = in_mediation(cast)
        offer = proposing.make(case, by=cast.hal, text="We pay 60.", amount=Decimal(60), currency="usd")
        authorising.approve(offer.authority, by=cast.sun)
        with pytest.raises(Conflict):
            proposing.accept(case, offer.number, by=cast.mei, sha256="0" * 64)
        with pytest.raises(Conflict):
            proposing.accept(case, offer.number, by=cast.sun, sha256=offer.text_sha256)
        proposing.accept(case, offer.number, by=cast.mei, sha256=offer.text_sha256)
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("remedy_due", "settled")
        remedy = case.remedies.get()
        assert (remedy.proposed_by, remedy.amount, remedy.currency) == (cast.hal, Decimal(60), "USD")

    def test_the_platform_declines_with_a_reason(self, cast):
        case = in_mediation(cast)
        offer = proposing.make(case, by=cast.mei, text="91 美元", amount=Decimal(91), currency="USD")
        with pytest.raises(Invalid):
            proposing.decline(case, offer.number, by=cast.sun)
        proposing.decline(case, offer.number, by=cast.sun, reason="The price stands.")
        with pytest.raises(NotFound):
            proposing.decline(case, 99, by=cast.sun, reason="x")

    def test_what_stands_lapses_with_the_mediation(self, cast):
        case = in_mediation(cast)
        proposing.make(case, by=cast.mei, text="91 美元", amount=Decimal(91), currency="USD")
        mediating.report_no_settlement(case, by=cast.nia, note="No.")
        assert case.offers.get().state == "lapsed"
        with pytest.raises(Conflict):
            proposing.make(case, by=cast.mei, text="80", amount=Decimal(80), currency="USD")


class TestTable:
    def test_every_state_can_be_reached_and_left(self):
        targets = {row.target for row in TABLE.values()}
        sources = {state for row in TABLE.values() for state in row.sources}
        assert set(State) - targets == {State.DRAFT}
        assert set(State) - sources == set()

    @pytest.mark.parametrize("name", TABLE)
    def test_each_move_is_for_its_own_people_and_states_only(self, name):
        row = TABLE[name]
        for state in State:
            for actor in Actor:
                if state in row.sources and actor in row.actors:
                    assert transition(name, state, actor) is row
                else:
                    with pytest.raises(DomainError):
                        transition(name, state, actor)

    def test_nobody_but_the_one_function_moves_a_case(self, cast):
        case = opened(cast)
        with pytest.raises(Forbidden):
            answering.close_final(case, by=cast.ada)
        with pytest.raises(Conflict):
            answering.close_final(case, by=cast.sun)
