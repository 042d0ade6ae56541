"""After a provisional decision: a changed result is heard again, an appeal is read by somebody fresh."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.states import Role
from disputes.models import Assignment, Involvement
from disputes.operations import chain
from helpdesk.notify.models import Notice
from tests.disputes.cases import decided, in_mediation, with_decider
from tests.disputes.walking import SIGN, At, decision, lapse, second

WHY = {"ground": "calculation", "reasons": "The sum leaves out the fee."}


def commented(cast):
    """The provisional decision is out, and both sides are done with it."""
    case = with_decider(cast)
    At(cast.dan).post("desk-decision", case, **decision(case))
    At(cast.mei).post("no-comments", case)
    At(cast.sun).post("desk-no-comments", case)
    return case


def under_review(cast, who="mei", *, replies=True):
    """Decided, appealed; Rex was drawn and has signed."""
    case = decided(cast)
    if who == "mei":
        At(cast.mei).post("appeal", case, **WHY)
    else:
        At(cast.sun).post("desk-appeal", case, **WHY)
    At(cast.rex).post("desk-declare", case, **SIGN)
    if replies:
        lapse(case, "reply")
    return case


@pytest.mark.django_db
class TestSecondProvisional:
    def test_a_changed_result_is_sent_again_with_the_same_time_for_both(self, cast):
        case, dan = commented(cast), At(cast.dan)
        page = dan.get("desk-decision", case)
        assert "The facts." in page
        assert 'value="91' in page
        changed = decision(case, amount="60", do="final")
        assert "second provisional" in dan.post("desk-decision", case, 409, **changed)
        assert case.state == "provisional_decision"
        dan.post("desk-decision", case, **changed | {"do": "again"})
        assert (case.state, case.waiting_on) == ("provisional_decision", "both")
        fresh = case.deadlines.running().filter(metric="comment_provisional")
        assert sorted(fresh.values_list("waits_for", "cycle")) == [("platform", 2), ("trader", 2)]
        assert len(set(fresh.values_list("due_at", flat=True))) == 1
        told = Notice.objects.filter(kind="dispute.decision", subject_ref=case.reference)
        assert sorted(told.values_list("person__email", flat=True)) == sorted(
            [cast.mei.email, cast.sun.email] * 2
        )
        dan.post("desk-finalise", case, 409, comments_answered="")
        At(cast.mei).post("no-comments", case)
        At(cast.sun).post("desk-no-comments", case)
        dan.post("desk-decision", case, **changed | {"facts": "The facts, said better."})
        final = case.decisions.get(kind="final")
        assert (case.state, str(final.amount.normalize()), final.facts) == (
            "decided",
            "6E+1",
            "The facts, said better.",
        )
        assert not list(chain.faults(case))

    def test_a_third_is_refused(self, cast):
        case, dan = commented(cast), At(cast.dan)
        dan.post("desk-decision", case, **decision(case, amount="60", do="again"))
        At(cast.mei).post("no-comments", case)
        At(cast.sun).post("desk-no-comments", case)
        third = decision(case, amount="30")
        kept = dan.post("desk-decision", case, 409, **third | {"do": "again", "facts": "typed-text-kept"})
        assert "typed-text-kept" in kept
        dan.post("desk-decision", case, 409, **third | {"do": "final"})
        assert case.decisions.exclude(issued_at=None).count() == 2

    def test_the_same_result_needs_no_second_one(self, cast):
        case = commented(cast)
        At(cast.dan).post("desk-decision", case, 422, **decision(case, do="again"))
        At(cast.dan).post("desk-decision", case, **decision(case, do="final", reasoning="Said better."))
        assert case.decisions.get(kind="final").reasoning == "Said better."

    def test_comments_on_the_first_are_answered_in_the_second(self, cast):
        case = with_decider(cast)
        At(cast.dan).post("desk-decision", case, **decision(case))
        At(cast.dan).post("desk-decision", case, 409, **decision(case, amount="60", do="again"))
        At(cast.mei).post("say", case, channel="open", body="手续费没有算进去。")
        At(cast.mei).post("no-comments", case)
        At(cast.sun).post("desk-no-comments", case)
        again = decision(case, amount="93", do="again")
        At(cast.dan).post("desk-decision", case, 422, **again)
        At(cast.dan).post("desk-decision", case, **again | {"comments_answered": "The fee is added."})
        newest = case.decisions.exclude(issued_at=None).last()
        assert newest.comments_answered == "The fee is added."
        assert "The fee is added." in At(cast.mei).get("dispute", case)

    def test_the_edited_text_is_a_draft_until_it_is_sent(self, cast):
        case = commented(cast)
        At(cast.dan).post("desk-decision", case, do="keep", facts="half-written")
        assert "half-written" in At(cast.dan).get("desk-decision", case)
        assert "half-written" not in At(cast.mei).get("dispute", case)
        At(cast.sun).get("desk-decision", case, 403)
        At(cast.omar).get("desk-decision", case, 404)
        At(cast.dan).post("desk-finalise", case, comments_answered="")
        assert case.decisions.get(kind="final").facts == "The facts."
        assert not case.decisions.filter(issued_at=None).exists()


@pytest.mark.django_db
class TestFiling:
    def test_both_windows_open_with_the_decision(self, cast):
        case = decided(cast)
        clocks = case.deadlines.running().filter(metric__in=["accept_decision", "file_appeal"])
        assert sorted(clocks.values_list("metric", "waits_for")) == [
            ("accept_decision", "trader"),
            ("file_appeal", "platform"),
            ("file_appeal", "trader"),
        ]
        assert len(set(clocks.values_list("due_at", flat=True))) == 1

    def test_the_trader_asks_and_somebody_fresh_is_drawn(self, cast):
        case = decided(cast)
        assert "申请复核" in At(cast.mei).get("dispute", case)
        At(cast.mei).post("appeal", case, **WHY)
        assert (case.state, case.waiting_on) == ("under_appeal", "reviewer")
        seat = case.assignments.active().get(role="appeal_reviewer")
        assert seat.user == cast.rex
        assert not case.assignments.active().exclude(pk=seat.pk).exists()
        rules = {row["person"]: row["rules"] for row in seat.draw.excluded}
        assert set(rules) <= {cast.nia.pk, cast.dan.pk}
        told = Notice.objects.filter(subject_ref=case.reference, context__step="appeal_trader")
        assert {notice.person for notice in told} == {cast.mei, cast.sun}
        for reader in (At(cast.mei).get("dispute", case), At(cast.sun).get("desk-dispute", case)):
            assert WHY["reasons"] in reader
        At(cast.dan).get("desk-dispute", case, 404)

    def test_what_is_missing_is_asked_for_and_what_was_typed_stays(self, cast):
        case = decided(cast)
        page = At(cast.mei).post("appeal", case, 422, ground="", reasons="没有算手续费")
        assert "没有算手续费" in page
        page = At(cast.mei).post("appeal", case, 422, ground="procedure", reasons=" ")
        assert '<option value="procedure" selected>' in page
        At(cast.mei).post("appeal", case, 422, ground="because", reasons="x")
        assert case.state == "decided"
        assert not case.appeals.exists()

    def test_only_the_sides_and_only_in_time(self, cast):
        case = decided(cast)
        for who in ("dan", "hal", "cody", "ivo"):
            At(getattr(cast, who)).post("desk-appeal", case, 403, **WHY)
        for who in ("omar", "nia", "rex", "fin", "ada"):
            At(getattr(cast, who)).post("desk-appeal", case, 404, **WHY)
        At(cast.omar).post("appeal", case, 404, **WHY)
        At(cast.mei).post("appeal", in_mediation(cast, subject="Another"), 409, **WHY)
        lapse(case, "file_appeal", waits_for="platform")
        At(cast.sun).post("desk-appeal", case, 409, **WHY)
        At(cast.mei).post("appeal", case, **WHY)
        At(cast.mei).post("appeal", case, 409, **WHY)

    def test_whoever_worked_on_the_case_is_refused_by_the_database(self, cast):
        case = decided(cast)
        Involvement.objects.create(dispute=case, user=cast.rex, how="replied")
        cast.rex.is_superuser = True
        cast.rex.save()
        At(cast.mei).post("appeal", case, **WHY)
        assert not case.assignments.active().exists()
        task = Notice.objects.filter(subject_ref=case.reference, context__task="draw_appeal_reviewer")
        assert task.exists()
        At(cast.sun).post("desk-draw", case, 409, role="appeal_reviewer")
        for person in (cast.rex, cast.dan, cast.nia, cast.mei):
            with pytest.raises(IntegrityError), transaction.atomic():
                Assignment.objects.create(dispute=case, role="appeal_reviewer", user=person)
        other = second(cast, "eva", Role.APPEAL_REVIEWER)
        At(cast.sun).post("desk-draw", case, role="appeal_reviewer")
        assert case.assignments.active().get().user == other

    def test_what_was_asked_never_changes(self, cast):
        case = under_review(cast)
        for change in ({"reasons": "x"}, {"ground": "conflict"}, {"side": "platform"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                case.appeals.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            case.appeals.all().delete()

    def test_the_side_that_asked_can_take_it_back(self, cast):
        case = under_review(cast)
        At(cast.sun).post("desk-drop-appeal", case, 403)
        At(cast.mei).post("drop-appeal", case, 422)
        At(cast.mei).post("drop-appeal", case, sure="on")
        assert (case.state, case.waiting_on) == ("decided", "trader")
        At(cast.mei).post("appeal", case, 409, **WHY)
        assert f'action="/disputes/{case.reference}/appeal/"' not in At(cast.mei).get("dispute", case)
        At(cast.mei).post("accept", case, sure="on")
        assert case.state == "remedy_due"
