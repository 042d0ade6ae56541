"""From the complaint to the platform's answer and the trader's word on it, through the pages."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from disputes.models import Decision, Dispute, DisputeDeadline
from disputes.operations import answering, chain, handling, remedying, responding, ruling, sweeping
from helpdesk.core.errors import Conflict
from helpdesk.notify.models import Notice
from tests.disputes import cases, early
from tests.disputes.steps import at_once, case_events, page, post, state, told
from tests.support.api import Caller

pytestmark = pytest.mark.django_db


def typed(case, **changes):
    """The form of the answer, filled in."""
    fields = {name: f"The {name}." for name in ("facts", "rule_applied", "reasoning", "calculation")}
    fields |= {"not_accepted": "Nothing.", "conclusion": "offer", "outcome": "goodwill", "remedy": "payment"}
    fields |= {"measure": "nothing", "measures": "It was a single mistake."}
    fields |= {"root_cause": "RC-DELAY", "amount": "91", "currency": "USD", "evidence": ["P-1"]}
    for point in case.points.all():
        fields |= {f"point_{point.number}": "It is so.", f"point_{point.number}_finding": "upheld"}
    return fields | changes


class TestTheAnswer:
    def test_written_approved_and_read_by_both(self, cast):
        case = early.investigated(cast)
        assert post(cast.hal, "desk-answer", case, typed(case, do="submit")).status_code == 302
        assert told(cast.sun, "dispute.task", task="answer")
        draft = case.decisions.get()
        assert (draft.kind, draft.issued_at) == ("response", None)
        assert "The reasoning." in page(cast.sun, case)
        for who in (cast.mei, cast.cody, cast.ivo):
            assert "The reasoning." not in page(who, case)
        assert post(cast.sun, "desk-issue", case, {"sha256": early.seal(case)}).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.waiting_on) == ("response_issued", "trader")
        answer = case.decisions.get()
        assert (answer.author, answer.approved_by) == (cast.hal, cast.sun)
        assert answer.rights
        shown = page(cast.mei, case)
        for part in ("The reasoning.", "It is so.", answer.rights[:20], "91.00 USD", answer.sha256):
            assert part in shown
        clocks = dict(case.deadlines.values_list("metric", "state"))
        assert (clocks["response"], clocks["hard_stop"], clocks["accept_response"]) == (
            "fulfilled",
            "fulfilled",
            "running",
        )
        sent = {row.person_id: row.created_at for row in Notice.objects.filter(kind="dispute.answer")}
        assert set(sent) == {cast.mei.pk, cast.sun.pk, cast.hal.pk}
        assert not list(chain.faults(case))

    def test_nothing_is_lost_when_something_is_missing(self, cast):
        case = early.investigated(cast)
        sent = typed(case, do="submit", facts="kept-words", point_1="")
        refused = post(cast.hal, "desk-answer", case, sent)
        assert refused.status_code == 422
        assert "kept-words" in refused.content.decode()
        assert not case.decisions.exists()
        empty = post(cast.hal, "desk-answer", case, {"do": "submit"})
        assert empty.status_code == 422
        assert post(cast.hal, "desk-answer", case, {"do": "keep", "facts": "half"}).status_code == 302
        client = Client()
        client.force_login(cast.hal)
        assert "half" in client.get(reverse("disputes:desk-answer", args=[case.reference])).content.decode()

    @pytest.mark.parametrize(
        "changes",
        [
            {"conclusion": "offer", "remedy": "none", "amount": "", "currency": ""},
            {"conclusion": "reject"},
            {"conclusion": ""},
            {"amount": ""},
            {"evidence": []},
            {"outcome": "settled"},
            {"measure": ""},
            {"measures": " "},
        ],
    )
    def test_what_does_not_fit_together(self, cast, changes):
        case = early.investigated(cast)
        assert post(cast.hal, "desk-answer", case, typed(case, do="submit", **changes)).status_code == 422

    def test_who_writes_and_who_approves(self, cast):
        case = early.investigated(cast)
        wanted = {"mei": 404, "omar": 404, "ada": 404, "sun": 403, "cody": 403}
        assert {
            who: post(getattr(cast, who), "desk-answer", case, typed(case, do="submit")).status_code
            for who in wanted
        } == wanted
        assert post(cast.sun, "desk-issue", case, {"sha256": ""}).status_code == 409
        responding.submit(case, early.text(case), by=cast.hal)
        seal = {"sha256": early.seal(case)}
        assert {
            who: post(getattr(cast, who), "desk-issue", case, seal).status_code
            for who in ("mei", "omar", "hal", "cody", "ivo")
        } == {"mei": 404, "omar": 404, "hal": 403, "cody": 403, "ivo": 403}
        assert post(cast.hal, "desk-answer", case, typed(case, do="keep")).status_code == 409
        assert post(cast.sun, "desk-issue", case, {"sha256": "0" * 64}).status_code == 409
        both = early.also(cast.hal, Role.HANDLER, Role.SUPERVISOR)
        assert post(both, "desk-issue", case, seal).status_code == 409, "not one's own"
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(dispute=case).update(approved_by=both)

    def test_it_goes_back_with_a_reason(self, cast):
        case = early.submitted(cast)
        assert post(cast.sun, "desk-send-back", case, {"reason": ""}).status_code == 422
        assert post(cast.hal, "desk-send-back", case, {"reason": "x"}).status_code == 403
        assert post(cast.sun, "desk-send-back", case, {"reason": "Name the rule."}).status_code == 302
        assert "Name the rule." in page(cast.hal, case)
        assert post(cast.sun, "desk-send-back", case, {"reason": "Again."}).status_code == 409
        responding.submit(case, early.text(case), by=cast.hal)
        responding.issue(case, by=cast.sun, sha256=early.seal(case))
        assert state(case) == "response_issued"
        assert "dispute.answer.returned" not in set(case_events(cast.mei, case))

    def test_a_successor_begins_anew_after_money_was_asked_for(self, cast):
        case = early.submitted(cast)
        responding.send_back(case, by=cast.sun, reason="Name the rule.")
        later = early.also(cast.bo, Role.HANDLER)
        handling.assign(case, by=cast.sun, person=later.email)
        assert "The reasoning." not in page(later, case)
        assert post(later, "desk-answer", case, typed(case, do="submit")).status_code == 302
        answer = case.decisions.get()
        assert (answer.author, answer.returned) == (later, "")
        assert [row.void_at is None for row in answer.authorities.order_by("pk")] == [False, True]
        responding.issue(case, by=cast.sun, sha256=early.seal(case))
        assert state(case) == "response_issued"

    def test_new_evidence_does_not_stop_it_a_new_point_does(self, cast):
        case = early.submitted(cast)
        case.points.create(number=9, title="One more", raised_by=cast.mei)
        assert post(cast.sun, "desk-issue", case, {"sha256": early.seal(case)}).status_code == 409

    @pytest.mark.django_db(transaction=True)
    def test_two_approve_at_once(self, cast):
        case, other = early.submitted(cast), early.also(cast.bo, Role.SUPERVISOR)
        sent = {"sha256": early.seal(case)}
        got = at_once(lambda who: post(who, "desk-issue", case, sent).status_code, cast.sun, other)
        assert sorted(got) == [302, 409]
        assert case.events.filter(action="dispute.respond").count() == 1
        assert not list(chain.faults(Dispute.objects.get(pk=case.pk)))

    def test_no_neutral_takes_it_for_a_decision(self, cast):
        case = early.answered(cast)
        responding.ask_mediation(case, by=cast.mei, reason="Not enough.")
        from disputes.operations import appointing, mediating
        from disputes.operations.appointing import STATEMENTS

        appointing.draw(case, "mediator", by=cast.sun)
        appointing.accept(case, by=cast.nia, statements=STATEMENTS)
        assert "The reasoning of the answer." in page(cast.nia, case), "both sides have read it"
        mediating.report_no_settlement(case, by=cast.nia, note="Apart.")
        appointing.accept(case, by=cast.dan, statements=STATEMENTS)
        case.refresh_from_db()
        assert "Issue the decision" not in page(cast.dan, case)
        with pytest.raises(Conflict):
            ruling.finalise(case, by=cast.dan, comments_answered="x")
        ruling.issue_provisional(case, cases.draft(case), by=cast.dan)
        kinds = list(case.decisions.order_by("number").values_list("kind", flat=True))
        assert kinds == ["response", "provisional"]
        with pytest.raises(Conflict):
            answering.accept(case, by=cast.mei)

    def test_a_half_written_answer_stays_when_a_neutral_writes(self, cast):
        case = early.investigated(cast)
        responding.save_draft(case, early.text(case, conclusion=""), by=cast.hal)
        overdue(case, "response")
        sweeping.sweep_due()
        from disputes.operations import appointing, mediating
        from disputes.operations.appointing import STATEMENTS

        case.refresh_from_db()
        appointing.draw(case, "mediator", by=cast.sun)
        appointing.accept(case, by=cast.nia, statements=STATEMENTS)
        mediating.report_no_settlement(case, by=cast.nia, note="Apart.")
        appointing.accept(case, by=cast.dan, statements=STATEMENTS)
        ruling.save_draft(case, cases.draft(case), by=cast.dan)
        assert set(case.decisions.values_list("kind", flat=True)) == {"response", "provisional"}
        for who in (cast.mei, cast.dan, cast.sun):
            assert "The reasoning of the answer." not in page(who, case)


def overdue(case, key):
    """Time has passed for this clock."""
    clocks = DisputeDeadline.objects.filter(dispute=case, metric=key, state="running")
    assert clocks.update(due_at=F("started_at") - timezone.timedelta(minutes=1), warned_at=F("started_at"))


def aged(case, key, share):
    """So many hundredths of this clock's time have passed."""
    now, hour = timezone.now(), timezone.timedelta(hours=1)
    clocks = DisputeDeadline.objects.filter(dispute=case, metric=key, state="running")
    times = {"started_at": now - share * hour, "due_at": now + (100 - share) * hour}
    assert clocks.update(**times, warn_at=now - hour)


class TestTheTradersWord:
    def test_accepted_and_owed(self, cast):
        case = early.answered(cast)
        sent = {"sha256": case.decisions.get().sha256}
        refused = post(cast.mei, "accept-answer", case, sent)
        assert refused.status_code == 422, "said once"
        assert post(cast.mei, "accept-answer", case, {"sure": "on", "sha256": "0" * 64}).status_code == 409
        for who in (cast.omar, cast.sun, cast.hal):
            assert post(who, "accept-answer", case, sent | {"sure": "on"}).status_code == 404
        assert post(cast.mei, "accept-answer", case, sent | {"sure": "on"}).status_code == 302
        case.refresh_from_db()
        remedy = case.remedies.get()
        assert (case.state, case.outcome, remedy.proposed_by) == ("remedy_due", "upheld", cast.hal)
        event = case.events.get(action="dispute.accept_response")
        assert sent["sha256"] in event.body
        remedying.pay(case, by=cast.fin, proof="ledger 1")
        remedying.confirm(case, by=cast.mei)
        assert state(case) == "closed"
        assert post(cast.mei, "accept-answer", case, sent | {"sure": "on"}).status_code == 409

    def test_accepted_and_nothing_owed(self, cast):
        case = early.answered(cast, **early.NOTHING)
        sent = {"sure": "on", "sha256": case.decisions.get().sha256}
        assert post(cast.mei, "accept-answer", case, sent).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.outcome, case.remedies.count()) == ("closed", "not_upheld", 0)

    def test_no_and_mediation_without_a_reason(self, cast):
        case = early.answered(cast)
        assert post(cast.omar, "say-no", case).status_code == 404
        assert post(cast.mei, "say-no", case).status_code == 302
        assert state(case) == "mediation_pending"
        assert case.deadlines.running().filter(metric="appoint_mediator").exists()
        assert told(cast.sun, "dispute.task", task="draw")
        assert post(cast.mei, "say-no", case).status_code == 409

    def test_silence_closes_after_two_reminders(self, cast):
        case = early.answered(cast)
        for share in (51, 76):
            aged(case, "accept_response", share)
            sweeping.sweep_due()
        assert len(told(cast.mei, "dispute.soon", key="accept_response")) == 2
        overdue(case, "accept_response")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert (case.state, case.outcome, case.remedies.count()) == ("closed", "no_reply", 0)
        assert told(cast.mei, "dispute.step", step="no_reply")
        assert not list(chain.faults(case))

    def test_reminders_that_came_all_at_once_are_one(self, cast):
        case = early.answered(cast)
        aged(case, "accept_response", 95)
        sweeping.sweep_due()
        overdue(case, "accept_response")
        sweeping.sweep_due()
        assert state(case) == "response_issued"

    def test_without_reminders_the_time_begins_anew(self, cast):
        case = early.answered(cast)
        overdue(case, "accept_response")
        sweeping.sweep_due()
        assert state(case) == "response_issued"
        again = case.deadlines.running().get(metric="accept_response")
        assert again.due_at > timezone.now()
        assert told(cast.mei, "dispute.step", step="time_again")

    def test_solved_early_and_simply(self, cast):
        case = early.investigated(cast)
        assert post(cast.mei, "solved", case, {"words": " "}).status_code == 422
        assert post(cast.sun, "solved", case, {"words": "x"}).status_code == 404
        assert post(cast.mei, "solved", case, {"words": "钱到了，谢谢。"}).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("closed", "settled")
        assert "钱到了" in case.events.get(action="dispute.close_simply").data.text
        assert told(cast.mei, "dispute.solved", words="钱到了，谢谢。")

    def test_not_simply_when_the_time_for_it_is_over(self, cast):
        case = early.complained(cast)
        Dispute.objects.filter(pk=case.pk).update(received_at=timezone.now() - timezone.timedelta(days=20))
        case.refresh_from_db()
        assert "It is solved" not in page(cast.mei, case)
        assert post(cast.mei, "solved", case, {"words": "kept-words"}).status_code == 409
        assert state(case) == "acknowledged"


class TestWithoutAnAnswer:
    def test_the_clock_alone_takes_it_to_mediation(self, cast):
        case = early.investigated(cast)
        overdue(case, "response")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert (case.state, case.platform_default, case.remedies.count()) == ("mediation_pending", True, 0)
        assert told(cast.mei, "dispute.delay")
        assert told(cast.mei, "dispute.step", step="escalated", late=True)
        assert "default: the answer" in page(cast.ivo, case)
        assert not list(chain.faults(case))

    def test_unless_the_trader_wants_to_be_asked(self, cast):
        case = early.investigated(cast)
        assert post(cast.omar, "automatic", case, {"automatic": "off"}).status_code == 404
        assert post(cast.mei, "automatic", case, {"automatic": "off"}).status_code == 302
        assert post(cast.mei, "escalate", case).status_code == 409, "we still have time"
        overdue(case, "response")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert (case.state, case.platform_default) == ("investigating", True)
        assert told(cast.mei, "dispute.step", step="your_choice")
        assert post(cast.mei, "escalate", case).status_code == 302
        assert state(case) == "mediation_pending"

    def test_a_supervisor_at_will_with_a_reason(self, cast):
        case = early.complained(cast)
        assert post(cast.sun, "desk-escalate", case, {"reason": ""}).status_code == 422
        assert post(cast.hal, "desk-escalate", case, {"reason": "x"}).status_code == 403
        assert post(cast.sun, "desk-escalate", case, {"reason": "Needs somebody neutral."}).status_code == 302
        case.refresh_from_db()
        assert (case.state, case.platform_default) == ("mediation_pending", False)
        assert told(cast.mei, "dispute.step", step="escalated", reason="Needs somebody neutral.")

    def test_nobody_takes_it_in_time(self, cast):
        case = early.complained(cast)
        overdue(case, "assign_handler")
        sweeping.sweep_due()
        assert told(cast.sun, "dispute.late", key="assign_handler")
        assert state(case) == "acknowledged"


def test_the_whole_way_by_program(cast):
    case = early.complained(cast)
    root = f"/api/v1/disputes/{case.reference}/"

    def step(person, name, status=200, **data):
        got = Caller(person).post(root + "transitions/", {"step": name} | data)
        assert got.status_code == status, got.content
        return got.json()

    step(cast.mei, "take_case", 403)
    step(cast.omar, "take_case", 404)
    step(cast.hal, "take_case")
    step(cast.hal, "take_case", 409)
    body = {"conclusion": "accept", "outcome": "upheld", "root_cause": "RC-DELAY", "remedy": "payment"}
    body |= {"amount": "91.00", "currency": "USD", "evidence": ["P-1"]}
    body |= {"measure": "nothing", "measures": "It was a single mistake."}
    body |= {name: "Text." for name in ("facts", "rule_applied", "reasoning", "calculation", "not_accepted")}
    assert Caller(cast.hal).post(root + "answer/", body).status_code == 400, "a point has no answer"
    assert Caller(cast.hal).post(root + "answer/", body | {"keep": True}).status_code == 200
    body["points"] = [{"point": p.number, "finding": "upheld", "answer": "Yes."} for p in case.points.all()]
    assert Caller(cast.sun).post(root + "answer/", body).status_code == 403
    assert Caller(cast.hal).post(root + "answer/", body).status_code == 200
    assert Caller(cast.mei).get(root + "answer/").status_code == 404
    seal = Caller(cast.sun).get(root + "answer/").json()["sha256"]
    step(cast.sun, "return_answer", 400)
    step(cast.sun, "approve_answer", 409, sha256="x")
    assert step(cast.sun, "approve_answer", sha256=seal)["state"] == "response_issued"
    issued = Caller(cast.mei).get(root + "decisions/").json()["results"]
    assert [(row["kind"], row["conclusion"]) for row in issued] == [("response", "accept")]
    accepted = step(cast.mei, "accept_answer", sha256=issued[0]["sha256"])
    assert accepted["state"] == "remedy_due"
