"""Escalation opens exactly one case, with everything in it, in the same transaction."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import LegalEntity, TradingAccount
from disputes.models import Complaint, Dispute
from disputes.operations import chain, opening
from helpdesk.notify.models import Notice
from tests.disputes.cases import opened
from tests.support.builders import answer, file
from tests.support.samples import pdf, picture
from tickets.models import Attachment
from tickets.operations import attaching, breaches, lifecycle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_escalation_opens_one_case_with_everything_in_it(cast):
    ticket = file(cast.mei, "WDR-DELAY", files=[("shot.png", picture()), ("list.pdf", pdf())])
    answer(ticket, cast.ada)
    answer(ticket, cast.bo, body="Careful with this one.", kind="note")
    ticket = lifecycle.escalate(ticket, by=cast.mei, reason="答复没有解决问题")
    case = Dispute.objects.get(ticket=ticket)
    assert (ticket.status, ticket.dispute_reference) == ("mediation", case.reference)
    assert (case.state, case.waiting_on, case.platform_default) == ("mediation_pending", "platform", False)
    assert case.received_at == ticket.messages.order_by("id").first().created_at
    assert [item.index_no for item in case.evidence.order_by("id")] == ["P-1", "T-1", "T-2"]
    assert [point.title for point in case.points.all()] == ["提现未到账", "答复没有解决问题"]
    assert Complaint.objects.get(dispute=case).received_at == case.received_at
    people = set(case.involvements.values_list("user__email", "how"))
    assert {(cast.ada.email, "replied"), (cast.bo.email, "noted"), (cast.ada.email, "assigned")} <= people
    assert not case.involvements.filter(user=cast.mei).exists()
    clocks = dict(case.deadlines.values_list("metric", "state"))
    assert clocks == {
        "ack": "fulfilled",
        "response": "running",
        "hard_stop": "running",
        "assign_handler": "cancelled",
        "appoint_mediator": "running",
    }
    assert not list(chain.faults(case))
    told = set(Notice.objects.filter(subject_ref=case.reference).values_list("kind", "person__email"))
    assert told == {("dispute.opened", cast.mei.email), ("dispute.task", cast.sun.email)}


def test_files_of_internal_notes_stay_internal(cast):
    ticket = file(cast.mei, "WDR-DELAY")
    answer(ticket, cast.ada)
    from io import BytesIO

    from tickets.operations import attaching

    stored = attaching.store([attaching.Upload(BytesIO(picture()), "inner.png")])
    answer(ticket, cast.ada, body="For us.", kind="note", files=stored)
    lifecycle.escalate(ticket, by=cast.mei, reason="x")
    case = Dispute.objects.get(ticket=ticket)
    assert Attachment.objects.filter(ticket=ticket).count() == 1
    assert [item.index_no for item in case.evidence.all()] == ["P-1"]


def test_a_broken_solution_promise_on_a_complaint_opens_it_by_itself(cast):
    ticket = file(cast.mei, "WDR-DELAY", at=timezone.now() - 3 * DAY)
    breaches.break_due()
    case = Dispute.objects.get(ticket=ticket)
    assert (case.cause, case.platform_default, case.state) == ("promise", True, "mediation_pending")
    breaches.break_due()
    assert Dispute.objects.count() == 1


def test_a_question_does_not_become_a_dispute(cast):
    file(cast.mei, "GEN-ASK", at=timezone.now() - 30 * DAY)
    breaches.break_due()
    assert not Dispute.objects.exists()


def test_when_the_case_cannot_open_the_ticket_is_not_escalated(cast, monkeypatch):
    ticket = file(cast.mei)
    answer(ticket, cast.ada)
    monkeypatch.setattr(opening.evidence, "admit_ticket", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lifecycle.escalate(ticket, by=cast.mei, reason="x")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.dispute_reference) == ("open", "")
    assert not Dispute.objects.exists()


def test_a_ticket_has_one_case(cast):
    case = opened(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        opening.open_for(case.ticket_id, cause="trader", reason="again")


def test_references_count_within_the_year_without_gaps(cast):
    first = opened(cast)
    year = timezone.now().year
    assert first.reference == f"D-{year}-000001"
    with transaction.atomic():
        opened(cast)
        transaction.set_rollback(True)
    assert opened(cast).reference == f"D-{year}-000002"


def test_the_contracting_entity_decides_the_jurisdiction(cast):
    entity = LegalEntity.objects.create(code="uk", name="Helpdesk UK Ltd", jurisdiction="UK-FCA")
    TradingAccount.objects.create(holder=cast.mei, entity=entity, number="8800123")
    case = opened(cast)
    assert (case.jurisdiction, case.policy_version.number) == ("UK-FCA", 1)
    assert case.complaint.entity == "uk"


def test_the_outside_window_counts_from_the_incident(cast):
    entity = LegalEntity.objects.create(code="fc", name="FC Ltd", jurisdiction="FINCOM")
    TradingAccount.objects.create(holder=cast.mei, entity=entity, number="8800124")
    happened = timezone.now() - 10 * DAY
    ticket = file(cast.mei, "BIN-EXPIRY", fields=_fields(happened))
    answer(ticket, cast.ada)
    lifecycle.escalate(ticket, by=cast.mei, reason="x")
    case = Dispute.objects.get(ticket=ticket)
    assert case.incident_at is not None
    assert (case.external_latest_at.date() - case.incident_at.date()).days == 45


def _fields(happened):
    return {
        "trade": "871204",
        "instrument": "EURUSD",
        "happened_at": timezone.localtime(happened).strftime("%Y-%m-%dT%H:%M"),
        "expected": "1.08421",
    }


def test_evidence_that_is_not_what_arrived_is_left_out(cast):
    ticket = file(cast.mei, files=[("shot.png", picture())])
    answer(ticket, cast.ada)
    Attachment.objects.filter(ticket=ticket).update(sha256="0" * 64)
    lifecycle.escalate(ticket, by=cast.mei, reason="x")
    item = Dispute.objects.get(ticket=ticket).evidence.get(side="trader")
    assert (item.status, item.exclusion_reason) == ("excluded", "hash_mismatch")
    assert len(item.sha256) == 64
    assert item.sha256 != item.claimed_sha256


def test_a_file_that_was_never_sent_is_no_evidence(cast):
    ticket = file(cast.mei, "WDR-DELAY")
    answer(ticket, cast.ada)
    wrong = attaching.store([attaching.Upload(io.BytesIO(pdf()), "another-customer.pdf")])
    answer(ticket, cast.ada, files=wrong, undo_seconds=10)
    lifecycle.escalate(ticket, by=cast.mei, reason="答复没有解决问题")
    shown = Dispute.objects.get(ticket=ticket).evidence.values_list("original_filename", flat=True)
    assert list(shown) == [f"{ticket.reference}.txt"]
