"""Whether a complaint is heard: proposed by one, approved by another, reviewed once by a third."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.states import Role
from disputes.models import Admission, DelayNotice, Dispute
from disputes.operations import admitting, appointing, chain, handling, sweeping
from disputes.operations.appointing import STATEMENTS
from helpdesk.core import clock
from helpdesk.notify.models import Notice
from tests.disputes import cases, early
from tests.disputes.steps import at_once, case_events, page, post, state
from tests.support.api import Caller

pytestmark = pytest.mark.django_db


def statutory(case):
    rows = case.deadlines.filter(kind="statutory").order_by("metric")
    return {row.metric: (row.state, row.due_at) for row in rows}


class TestRefusing:
    def test_proposed_and_approved(self, cast):
        case = early.complained(cast)
        assert post(cast.hal, "desk-propose", case, early.REFUSAL).status_code == 302
        assert state(case) == "acknowledged"
        assert early.REFUSAL["explanation"] not in page(cast.mei, case), "it is a proposal yet"
        assert "dispute.admission.proposed" not in set(case_events(cast.mei, case))
        assert early.REFUSAL["explanation"] in page(cast.sun, case)
        assert post(cast.sun, "desk-approve-refusal", case).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.outcome, case.is_open) == ("inadmissible", "inadmissible", False)
        for part in early.REFUSAL["explanation"], early.REFUSAL["elsewhere"]:
            assert part in page(cast.mei, case)
        letters = Notice.objects.filter(kind="dispute.inadmissible")
        assert set(letters.values_list("person", flat=True)) == {cast.mei.pk, cast.sun.pk}
        letter = case.letters.get(number=letters.get(person=cast.mei).context["letter"])
        assert early.REFUSAL["elsewhere"] in letter.body
        assert {key: state for key, (state, _due) in statutory(case).items()} == {
            "ack": "fulfilled",
            "response": "cancelled",
            "hard_stop": "cancelled",
        }
        assert not list(chain.faults(case))

    def test_the_ticket_is_worked_on_again(self, cast):
        case = early.refused(cast)
        case.ticket.refresh_from_db()
        assert case.ticket.status == "open", "complaining made nothing worse"

    def test_wrong_people_and_empty_words(self, cast):
        case = early.complained(cast)
        wanted = {"mei": 404, "omar": 404, "ada": 404, "sun": 403, "cody": 403, "ivo": 403}
        sent = early.REFUSAL
        assert {w: post(getattr(cast, w), "desk-propose", case, sent).status_code for w in wanted} == wanted
        refused = post(cast.hal, "desk-propose", case, sent | {"elsewhere": "", "explanation": "kept-words"})
        assert refused.status_code == 422
        assert "kept-words" in refused.content.decode()
        assert post(cast.hal, "desk-propose", case, sent | {"reason": "late"}).status_code == 422
        assert post(cast.sun, "desk-approve-refusal", case).status_code == 409, "nothing is proposed"
        admitting.propose(case, by=cast.hal, **sent)
        assert post(cast.hal, "desk-propose", case, sent).status_code == 409
        wanted = {"mei": 404, "omar": 404, "hal": 403, "cody": 403, "ivo": 403}
        got = {w: post(getattr(cast, w), "desk-approve-refusal", case).status_code for w in wanted}
        assert got == wanted

    def test_nobody_approves_their_own(self, cast):
        case = early.proposed(cast)
        both = early.also(cast.hal, Role.HANDLER, Role.SUPERVISOR)
        assert post(both, "desk-approve-refusal", case).status_code == 409
        assert post(both, "desk-turn-down", case, {"reason": "x"}).status_code == 409
        with pytest.raises(IntegrityError), transaction.atomic():
            Admission.objects.filter(dispute=case).update(approved_by=both)

    def test_abuse_takes_a_supervisor_and_compliance(self, cast):
        case = early.proposed(cast, reason="abusive")
        assert post(cast.cody, "desk-approve-refusal", case).status_code == 302
        assert state(case) == "acknowledged"
        assert post(cast.cody, "desk-approve-refusal", case).status_code == 409
        assert post(cast.sun, "desk-approve-refusal", case).status_code == 302
        assert state(case) == "inadmissible"

    def test_turned_down_it_is_heard(self, cast):
        case = early.proposed(cast)
        assert post(cast.hal, "desk-take", case).status_code == 409, "first somebody rules on it"
        assert post(cast.sun, "desk-turn-down", case, {"reason": ""}).status_code == 422
        assert post(cast.sun, "desk-turn-down", case, {"reason": "No court has it."}).status_code == 302
        assert post(cast.hal, "desk-take", case).status_code == 302
        assert post(cast.hal, "desk-propose", case, early.REFUSAL).status_code == 409, "too late now"
        assert state(case) == "investigating"

    def test_not_for_a_case_in_mediation(self, cast):
        case = cases.opened(cast)
        assert post(cast.hal, "desk-propose", case, early.REFUSAL).status_code == 409
        assert post(cast.sun, "desk-approve-refusal", case).status_code == 409

    @pytest.mark.django_db(transaction=True)
    def test_two_approve_at_once(self, cast):
        case, other = early.proposed(cast), early.also(cast.bo, Role.SUPERVISOR)
        found = at_once(lambda who: post(who, "desk-approve-refusal", case).status_code, cast.sun, other)
        assert sorted(found) == [302, 409]
        assert case.events.filter(action="dispute.refuse_admission").count() == 1


class TestReviewing:
    def asked(self, cast):
        case = early.refused(cast)
        assert post(cast.mei, "ask-review", case, {"reason": "没有法院。"}).status_code == 302
        case.refresh_from_db()
        return case

    def test_a_fresh_reviewer_admits_it_and_the_old_dates_go_on(self, cast):
        case = early.refused(cast)
        before = statutory(case)
        post(cast.mei, "ask-review", case)
        seat = case.assignments.active().get()
        assert (seat.role, seat.user) == ("appeal_reviewer", cast.rex)
        assert post(cast.rex, "desk-review", case, {"admit": "yes", "text": "x"}).status_code == 403
        appointing.accept(case, by=cast.rex, statements=STATEMENTS)
        assert "Review of the refusal" in page(cast.rex, case)
        assert post(cast.rex, "desk-review", case, {"admit": "", "text": "kept-words"}).status_code == 422
        assert post(cast.rex, "desk-review", case, {"admit": "yes", "text": "Heard."}).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.outcome, case.closed_at) == ("acknowledged", "", None)
        after = statutory(case)
        assert {key: due for key, (_s, due) in after.items()} == {
            key: due for key, (_s, due) in before.items()
        }
        assert {key: state for key, (state, _due) in after.items()} == {
            "ack": "fulfilled",
            "response": "running",
            "hard_stop": "running",
        }
        assert case.deadlines.running().filter(metric="assign_handler").count() == 1
        assert not case.assignments.active().exists()
        case.ticket.refresh_from_db()
        assert case.ticket.status == "mediation"
        assert not list(chain.faults(case))
        assert post(cast.hal, "desk-propose", case, early.REFUSAL).status_code == 409, "it stays so"
        handling.take(case, by=cast.hal)

    def test_confirmed_and_only_once(self, cast):
        case = self.asked(cast)
        assert post(cast.mei, "ask-review", case).status_code == 409
        appointing.accept(case, by=cast.rex, statements=STATEMENTS)
        assert (
            post(cast.rex, "desk-review", case, {"admit": "no", "text": "It is in court."}).status_code == 302
        )
        assert state(case) == "inadmissible"
        assert "It is in court." in page(cast.mei, case)
        assert case.deadlines.get(metric="decide_appeal").state == "fulfilled"
        assert post(cast.mei, "ask-review", case).status_code == 409
        assert not list(chain.faults(Dispute.objects.get(pk=case.pk)))

    def test_a_letter_of_delay_lies_ready_although_its_day_passed_while_nothing_ran(self, cast):
        case = early.refused(cast)
        post(cast.mei, "ask-review", case)
        appointing.accept(case, by=cast.rex, statements=STATEMENTS)
        last = case.deadlines.get(metric="hard_stop")
        with clock.at(last.started_at + (last.due_at - last.started_at) * 0.8):
            admitting.review(case, by=cast.rex, admit=True, text="Heard.")
            sweeping._handle(case.pk)
        ready = {notice.deadline.metric: notice.sent_at is None for notice in DelayNotice.objects.all()}
        assert ready == {"response": False, "hard_stop": True}

    def test_who_had_a_part_in_it_does_not_review(self, cast):
        case = self.asked(cast)
        sent = {"admit": "no", "text": "Fine as it is."}
        assert post(cast.hal, "desk-review", case, sent).status_code == 403
        assert post(cast.cody, "desk-review", case, sent).status_code == 403
        assert post(cast.omar, "desk-review", case, sent).status_code == 404
        assert post(cast.sun, "desk-review", case, sent).status_code == 409
        with pytest.raises(IntegrityError), transaction.atomic():
            Admission.objects.filter(dispute=case).update(reviewed_by=cast.sun)

    def test_another_supervisor_when_nobody_can_be_drawn(self, cast):
        early.also(cast.rex, Role.EDITOR)
        case = self.asked(cast)
        other = early.also(cast.bo, Role.SUPERVISOR)
        assert Notice.objects.filter(person=other, context__task="review").count() == 0, (
            "named a moment later"
        )
        assert post(other, "desk-review", case, {"admit": "yes", "text": "Heard."}).status_code == 302
        assert state(case) == "acknowledged"

    def test_a_reviewer_who_sits_is_not_passed_over(self, cast):
        case = self.asked(cast)
        other = early.also(cast.bo, Role.SUPERVISOR)
        sent = {"admit": "yes", "text": "Heard."}
        assert post(other, "desk-review", case, sent).status_code == 409
        case.deadlines.filter(metric="decide_appeal").update(due_at=case.opened_at - timedelta(days=1))
        from disputes.operations import sweeping

        sweeping.sweep_due()
        assert post(other, "desk-review", case, sent).status_code == 302

    def test_nothing_to_review(self, cast):
        case = early.proposed(cast)
        assert post(cast.mei, "ask-review", case).status_code == 409
        assert post(cast.sun, "desk-review", case, {"admit": "yes", "text": "x"}).status_code == 409


def test_by_program(cast):
    case = early.complained(cast)
    root = f"/api/v1/disputes/{case.reference}/"

    def step(person, name, status=200, **data):
        got = Caller(person).post(root + "transitions/", {"step": name} | data)
        assert got.status_code == status, got.content

    refusal = {"reason": "other_firm", "note": "Not ours.", "elsewhere": "Theirs."}
    step(cast.sun, "propose_refusal", 403, **refusal)
    step(cast.hal, "propose_refusal", 400, reason="other_firm")
    step(cast.hal, "propose_refusal", **refusal)
    assert Caller(cast.mei).get(root + "admission/").status_code == 404
    step(cast.sun, "turn_down_refusal", 400)
    step(cast.sun, "approve_refusal")
    assert Caller(cast.mei).get(root + "admission/").json()["elsewhere"] == "Theirs."
    step(cast.mei, "review", 403, yes=True, note="x")
    step(cast.mei, "ask_review")
    step(cast.mei, "ask_review", 409)
    appointing.accept(case, by=cast.rex, statements=STATEMENTS)
    step(cast.rex, "review", 400, yes=True)
    step(cast.rex, "review", yes=True, note="Heard.")
    assert state(case) == "acknowledged"
