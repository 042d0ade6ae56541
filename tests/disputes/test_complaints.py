"""A message becomes a case, and a handler who was not on the ticket takes it, through the pages."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.states import Role
from disputes.models import Assignment, Complaint, Dispute
from disputes.operations import chain, handling, responding
from helpdesk.audit.models import Entry
from helpdesk.core.errors import Conflict
from tests.disputes import cases, early
from tests.disputes.steps import at_once, case_events, page, post, state, told
from tests.support.api import Caller
from tests.support.builders import answer, file, say
from tickets.operations import conversation, lifecycle

pytestmark = pytest.mark.django_db


class TestTheComplaint:
    def mark(self, person, ticket, message, **data):
        client = Client()
        client.force_login(person)
        sent = {"message": message.pk, "complaint": "yes"} | data
        return client.post(reverse("tickets:desk-complaint", args=[ticket.reference]), sent)

    def talk(self, cast):
        ticket = file(cast.mei)
        answer(ticket, cast.ada)
        return ticket, say(ticket, cast.mei, early.WORDS)

    @pytest.mark.parametrize("who", ["ada", "hal", "sun"])
    def test_a_message_becomes_a_case_that_counts_from_it(self, cast, who):
        ticket, said = self.talk(cast)
        assert self.mark(getattr(cast, who), ticket, said).status_code == 302
        case = Dispute.objects.get(ticket=ticket)
        assert (case.state, case.cause, case.waiting_on) == ("acknowledged", "complaint", "platform")
        assert case.received_at == said.created_at
        assert Complaint.objects.get(dispute=case).message == said
        assert case.points.get().text == early.WORDS
        clocks = dict(case.deadlines.values_list("metric", "state"))
        assert clocks["ack"] == "fulfilled"
        assert {clocks[key] for key in ("response", "hard_stop", "assign_handler")} == {"running"}
        assert told(cast.mei, "dispute.opened", handled=True)
        assert told(cast.hal, "dispute.task", task="take")
        ticket.refresh_from_db()
        assert (ticket.status, ticket.dispute_reference) == ("mediation", case.reference)
        assert not list(chain.faults(case))

    def test_who_may_say_so(self, cast):
        ticket, said = self.talk(cast)
        wanted = {"mei": 404, "omar": 404, "nia": 404, "ivo": 403, "cody": 403}
        assert {who: self.mark(getattr(cast, who), ticket, said).status_code for who in wanted} == wanted
        assert not Dispute.objects.exists()

    def test_a_ticket_has_one_case(self, cast):
        ticket, said = self.talk(cast)
        self.mark(cast.ada, ticket, said)
        again = self.mark(cast.ada, ticket, said)
        assert again.status_code == 409
        assert "already has a case" in again.content.decode()
        assert Dispute.objects.count() == 1
        with pytest.raises(Conflict):
            lifecycle.escalate(ticket, by=cast.mei, reason="Again.")

    def test_that_it_is_none_needs_a_reason_and_is_recorded(self, cast):
        ticket, said = self.talk(cast)
        assert self.mark(cast.ada, ticket, said, complaint="no").status_code == 422
        assert self.mark(cast.ada, ticket, said, complaint="no", reason="只是询问进度").status_code == 302
        entry = Entry.objects.get(subject=ticket.reference, action="ticket.complaint.dismissed")
        assert (entry.actor_id, entry.data["message"], entry.data["reason"]) == (
            cast.ada.pk,
            said.pk,
            "只是询问进度",
        )
        assert not Dispute.objects.exists()

    def test_what_was_typed_is_kept(self, cast):
        ticket, _said = self.talk(cast)
        client = Client()
        client.force_login(cast.ada)
        sent = {"complaint": "no", "reason": "kept-words"}
        refused = client.post(reverse("tickets:desk-complaint", args=[ticket.reference]), sent)
        assert refused.status_code == 422
        assert "kept-words" in refused.content.decode()

    def test_only_what_the_trader_said_or_a_note_of_it(self, cast):
        ticket, _said = self.talk(cast)
        ours = ticket.messages.filter(from_staff=True).get()
        assert self.mark(cast.ada, ticket, ours).status_code == 422
        strange = say(file(cast.omar), cast.omar, "Other.")
        assert self.mark(cast.ada, ticket, strange).status_code == 422
        note = conversation.post_message(ticket, by=cast.ada, body="secret-call", kind="note")
        assert self.mark(cast.ada, ticket, note).status_code == 302
        case = Dispute.objects.get(ticket=ticket)
        assert case.received_at == note.created_at
        assert "secret-call" not in page(cast.mei, case)

    def test_by_program(self, cast):
        ticket, said = self.talk(cast)
        path = f"/api/v1/tickets/{ticket.reference}/complaint/"
        assert Caller(cast.mei).post(path, {"message": said.pk, "complaint": True}).status_code == 403
        assert Caller(cast.omar).post(path, {"message": said.pk, "complaint": True}).status_code == 404
        assert Caller(cast.ada).post(path, {"message": said.pk, "complaint": False}).status_code == 400
        assert Caller(cast.ada).post(path, {"message": said.pk, "complaint": True}).status_code == 200
        assert Caller(cast.ada).post(path, {"message": said.pk, "complaint": True}).status_code == 409

    def test_a_closed_ticket_stays_closed(self, cast):
        ticket, said = self.talk(cast)
        lifecycle.change_status(answered_ticket(ticket, cast), "close", by=cast.ada)
        assert self.mark(cast.ada, ticket, said).status_code == 302
        ticket.refresh_from_db()
        assert (ticket.status, bool(ticket.dispute_reference)) == ("closed", True)

    def test_two_at_once_open_one(self, transactional_db, cast):
        ticket, said = self.talk(cast)
        assert sorted(at_once(lambda who: self.mark(who, ticket, said).status_code, cast.ada, cast.bo)) == [
            302,
            409,
        ]
        assert Dispute.objects.filter(ticket=ticket).count() == 1


def answered_ticket(ticket, cast):
    answer(ticket, cast.ada)
    return ticket


class TestTheHandler:
    def test_a_handler_takes_it(self, cast):
        case = early.complained(cast)
        assert "Take the case" in page(cast.hal, case)
        assert post(cast.hal, "desk-take", case).status_code == 302
        assert state(case) == "investigating"
        seat = case.assignments.get()
        assert (seat.role, seat.user) == ("handler", cast.hal)
        assert case.deadlines.get(metric="assign_handler").state == "fulfilled"
        assert case.involvements.filter(user=cast.hal, how="supervised").exists()
        assert told(cast.mei, "dispute.step", step="handled")
        assert "Hal Novak" in page(cast.sun, case)

    def test_wrong_people(self, cast):
        case = early.complained(cast)
        wanted = {"mei": 404, "omar": 404, "ada": 404, "sun": 403, "cody": 403, "ivo": 403}
        assert {who: post(getattr(cast, who), "desk-take", case).status_code for who in wanted} == wanted

    def test_nobody_who_was_on_the_ticket(self, cast):
        case = early.complained(cast)
        both = early.also(cast.ada, Role.AGENT, Role.HANDLER)
        assert post(both, "desk-take", case).status_code == 409
        assert post(cast.sun, "desk-assign", case, {"person": both.email}).status_code == 422
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(dispute=case, role="handler", user=both)

    def test_whoever_marked_it_is_on_the_ticket(self, cast):
        case = early.complained(cast, by="hal")
        assert post(cast.hal, "desk-take", case).status_code == 409

    def test_nobody_who_is_named(self, cast):
        case = early.complained(cast)
        assert post(cast.cody, "desk-name", case, {"person": cast.hal.email}).status_code == 302
        assert post(cast.hal, "desk-take", case).status_code == 409
        assert post(cast.ivo, "desk-name", case, {"person": cast.bo.email}).status_code == 403
        assert post(cast.cody, "desk-name", case, {"person": cast.mei.email}).status_code == 422
        assert "dispute.named" not in set(case_events(cast.mei, case))

    def test_a_supervisor_who_is_named_directs_nothing(self, cast):
        case = early.complained(cast)
        handling.name(case, by=cast.cody, person=cast.sun.email)
        assert post(cast.sun, "desk-assign", case, {"person": cast.hal.email}).status_code == 403
        assert post(cast.sun, "desk-escalate", case, {"reason": "x"}).status_code == 403
        handling.take(case, by=cast.hal)
        responding.submit(case, early.text(case), by=cast.hal)
        assert not told(cast.sun, "dispute.task", task="answer")
        assert post(cast.sun, "desk-issue", case, {"sha256": early.seal(case)}).status_code == 403

    def test_a_supervisor_gives_it_and_gives_it_on(self, cast):
        case, other = early.complained(cast), early.also(cast.rex, Role.HANDLER)
        assert post(cast.sun, "desk-assign", case, {"person": cast.hal.email}).status_code == 302
        assert told(cast.hal, "dispute.task", task="handle")
        assert post(cast.sun, "desk-assign", case, {"person": cast.hal.email}).status_code == 422
        assert post(cast.sun, "desk-assign", case, {"person": other.email}).status_code == 302
        assert case.assignments.active().get().user == other
        assert post(cast.hal, "desk-answer", case, {"do": "keep"}).status_code == 403
        assert post(other, "desk-answer", case, {"do": "keep", "facts": "So far."}).status_code == 302

    def test_not_after_it_went_on(self, cast):
        assert post(cast.hal, "desk-take", cases.opened(cast)).status_code == 409

    @pytest.mark.django_db(transaction=True)
    def test_two_take_it_at_once(self, cast):
        case, other = early.complained(cast), early.also(cast.rex, Role.HANDLER)
        got = at_once(lambda who: post(who, "desk-take", case).status_code, cast.hal, other)
        assert sorted(got) == [302, 409]
        assert case.assignments.active().count() == 1
