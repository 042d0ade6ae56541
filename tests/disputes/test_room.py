"""Prepared and submitted, late, replied to: an item's way into the file, and what others see of it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.utils import timezone
from time_machine import travel

from disputes import access
from disputes.access import room as doors
from disputes.models import EvidenceDraft
from disputes.operations import asking, mediating, replying, ruling, staging, tending, weighing
from helpdesk.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from tests.disputes import cases
from tests.disputes.rooms import aside, handed_in
from tests.disputes.steps import told
from tests.disputes.walking import At, lapse
from tests.support import samples

pytestmark = pytest.mark.django_db


def refused(status, work, *args, **more):
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        work(*args, **more)
    assert refusal.value.status == status, refusal.value.message
    return refusal.value


def test_prepared_is_seen_by_no_other_side_and_submitted_is_fixed(cast):
    case = cases.in_mediation(cast)
    links, notices = case.events.count(), len(told(cast.sun, "dispute.step"))
    mei = At(cast.mei)
    mei.post(
        "prepare", case, files=[samples.upload("a.png", samples.picture()), samples.upload("b.txt", b"x")]
    )
    first, second = EvidenceDraft.objects.order_by("id")
    written = {
        "title": "Chart of 14:05", "description": "The <b>tick</b>.", "kind": "screenshot",
        "captured_at": "2026-11-01T14:05", "captured_by_clock": "client", "language": "zh-hans",
        "supersedes": "T-1",
    }  # fmt: skip
    url = f"/disputes/{case.reference}/prepare/{first.pk}/"
    assert mei.client.post(url, written | {"supports": ["1", "9"]}).status_code == 422  # there is no point 9
    assert mei.client.post(url, written | {"supports": ["1"]}).status_code == 302
    assert "Chart of 14:05" in mei.get("prepare", case)
    for person in (cast.sun, cast.hal, cast.nia, cast.cody, cast.ivo, cast.omar, cast.ada):
        assert not doors.drafts_for(person, case).exists()
    for person in (cast.sun, cast.nia):
        page = At(person).get("prepare", case)
        assert "Chart of 14:05" not in page
        assert (
            At(person).client.get(f"/disputes/{case.reference}/prepare/{first.pk}/file/").status_code == 404
        )
    assert At(cast.omar).client.get(f"/disputes/{case.reference}/prepare/").status_code == 404
    refused(404, staging.submit, case, [first.pk], by=cast.sun)
    case.refresh_from_db()
    assert (case.events.count(), len(told(cast.sun, "dispute.step"))) == (links, notices)

    at = len(case.evidence.filter(side="trader"))
    mei.post("submit-prepared", case, status=422)
    mei.post("submit-prepared", case, picked=[first.pk, second.pk])
    new = list(case.evidence.filter(side="trader").order_by("number"))[at:]
    assert [item.number for item in new] == [at + 1, at + 2]
    assert new[0].supersedes.index_no == "T-1"
    assert (new[0].title, new[0].supports, new[0].captured_by_clock) == ("Chart of 14:05", [1], "client")
    receipt = mei.client.get(f"/disputes/{case.reference}/evidence/{new[0].key}/receipt/").content.decode()
    assert all(item.sha256 in receipt for item in new)
    assert not EvidenceDraft.objects.exists()
    assert told(cast.sun, "dispute.step", step="evidence", items=f"T-{at + 1}, T-{at + 2}")
    for change in ("title = 'x'", "supports = '{2}'", "kind = 'other'", "supersedes_id = NULL", "number = 77",
                   "captured_at = now()", "language = 'en'", "late_reason = 'x'"):  # fmt: skip
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE disputes_evidence SET {change} WHERE id = %s", [new[0].pk])
    with pytest.raises(Error), transaction.atomic():
        new[0].delete()
    sun = At(cast.sun).get("desk-dispute", case)
    assert "superseded by" in sun or "取代" in sun


def test_old_drafts_are_removed_with_their_files(cast):
    case = cases.in_mediation(cast)
    old, new = (*aside(case, cast.mei, "old.png"), *aside(case, cast.mei, "new.png"))
    EvidenceDraft.objects.filter(pk=old.pk).update(changed_at=timezone.now() - timedelta(days=31))
    assert tending.tend() == 1
    assert list(EvidenceDraft.objects.all()) == [new]
    staging.remove(new, by=cast.mei)
    assert not EvidenceDraft.objects.exists()
    refused(403, staging.prepare, case, [], by=cast.ivo)


def test_upload_on_the_last_minute(cast):
    case = cases.in_mediation(cast)
    clock = case.deadlines.running().get(metric="mediation")
    with travel(clock.due_at - timedelta(minutes=1), tick=False):
        handed_in(case, cast.mei, "late.png")
        clock.refresh_from_db()
        reply = case.deadlines.running().get(metric="reply")
        assert (reply.waits_for, clock.due_at) == ("platform", reply.due_at)
        assert reply.due_at >= timezone.now() + timedelta(days=3)
        assert clock.extensions.get().reason
        # Neither the mediator nor the side that brought it in can close the file on the other side.
        for by in (cast.nia, cast.mei):
            told_until = refused(409, mediating.report_no_settlement, case, by=by, note="No.")
            assert (told_until.code, "2026" in str(told_until.message)) == ("reply_open", True)
        refused(409, replying.waive, case, by=cast.mei)
        # The side whose time it is gives it up, in words or by ending the mediation itself.
        At(cast.sun).post("no-reply", case)
        handed_in(case, cast.sun, "answer.png")
        assert case.deadlines.running().get(metric="reply").waits_for == "trader"
        mediating.report_no_settlement(case, by=cast.mei, note="No.")
        case.refresh_from_db()
    assert (case.state, case.deadlines.running().filter(metric="reply").count()) == ("in_determination", 0)


def test_by_itself_the_file_closes_after_the_reply(cast):
    case = cases.in_mediation(cast)
    handed_in(case, cast.nia, "note.png")
    assert {row.waits_for for row in case.deadlines.running().filter(metric="reply")} == {
        "trader",
        "platform",
    }
    lapse(case, "mediation")
    assert case.state == "in_mediation"
    lapse(case, "reply")
    lapse(case, "mediation")
    assert case.state == "in_determination"


def test_late_needs_a_reason_a_reply_and_a_ruling(cast):
    case = cases.with_decider(cast)
    mei, sun, dan = At(cast.mei), At(cast.sun), At(cast.dan)
    page = mei.post(
        "add-evidence", case, status=422, title="Late", files=[samples.upload("l.png", samples.picture())]
    )
    assert "late_reason" in page
    assert not case.evidence.filter(status="late").exists()
    mei.post(
        "add-evidence",
        case,
        title="Late",
        late_reason="银行今天才给。",
        files=[samples.upload("l.png", samples.picture())],
    )
    item = case.evidence.get(status="late")
    assert item.late_reason == "银行今天才给。"
    assert told(cast.sun, "dispute.step", step="evidence_late", items=item.index_no)
    for person, name in ((cast.mei, "dispute"), (cast.sun, "desk-dispute"), (cast.dan, "desk-dispute")):
        assert "银行今天才给" in At(person).get(name, case)
    wait = refused(409, ruling.issue_provisional, case, cases.draft(case), by=cast.dan)
    assert (wait.code, "until" in str(wait.message) or "之前" in str(wait.message)) == ("reply_open", True)
    # While its window runs, what the other side brings in is its reply, and not late.
    handed_in(case, cast.sun, "reply.png")
    assert case.evidence.filter(side="platform").order_by("-number").first().status == "admitted"
    sun.post("no-reply", case)
    mei.post("no-reply", case)
    assert (
        refused(409, ruling.issue_provisional, case, cases.draft(case), by=cast.dan).code == "late_item_open"
    )
    refused(403, weighing.rule, item, by=cast.sun, admit=True, reason="x")
    url = f"/disputes/{case.reference}/evidence/{item.key}/"
    assert "rule/" in dan.client.get(f"{url}about/").content.decode()
    assert dan.client.post(f"{url}rule/", {"admit": "no", "reason": ""}).status_code == 422
    assert (
        dan.client.post(f"{url}rule/", {"admit": "no", "reason": "It was there in May."}).status_code == 302
    )
    item.refresh_from_db()
    assert (item.status, item.exclusion_reason, item.ruled_by) == ("excluded", "ruled", cast.dan)
    for person in (cast.mei, cast.sun):
        assert told(person, "dispute.step", step="late_left_out", reason="It was there in May.")
    assert dan.client.post(f"{url}rule/", {"admit": "yes", "reason": "x"}).status_code == 409
    with pytest.raises(Invalid):
        ruling.issue_provisional(case, cases.draft(case, evidence=("P-1", item.index_no)), by=cast.dan)
    ruling.issue_provisional(case, cases.draft(case), by=cast.dan)
    # Comments are open: late again, admitted this time, and it counts.
    handed_in(case, cast.sun, "ledger.png", late_reason="Found in the archive.")
    other = case.evidence.get(status="late")
    weighing.rule(other, by=cast.dan, admit=True, reason="It decides the sum.")
    ruling.close_comments(case, by=cast.mei)
    ruling.close_comments(case, by=cast.sun)
    assert refused(409, ruling.finalise, case, by=cast.dan).code == "reply_open"
    lapse(case, "reply")
    ruling.finalise(case, by=cast.dan)
    case.refresh_from_db()
    refused(409, handed_in, case, cast.mei, "after.png", late_reason="x")


def test_what_was_said_last_can_be_answered_before_the_decision(cast):
    from disputes.operations import talking
    from disputes.operations.appointing import STATEMENTS, accept

    case = cases.in_mediation(cast)
    talking.post(case, by=cast.sun, channel="open", body="One more argument.")
    mediating.report_no_settlement(case, by=cast.nia, note="No.")
    assert case.deadlines.running().get(metric="reply").waits_for == "trader"
    accept(case, by=cast.dan, statements=STATEMENTS)
    refused(409, ruling.issue_provisional, case, cases.draft(case), by=cast.dan)
    talking.post(case, by=cast.mei, channel="open", body="我不同意。")
    assert case.deadlines.running().filter(metric="reply", waits_for="platform").exists()
    lapse(case, "reply")
    ruling.issue_provisional(case, cases.draft(case), by=cast.dan)


def wanted(*titles, **more):
    return [asking.Wanted(title, **more) for title in titles]


def test_asked_for_answered_and_complete(cast):
    case = cases.in_mediation(cast)
    nia, mei = At(cast.nia), At(cast.mei)
    page = nia.post("ask", case, status=422, side="trader", item_1="")
    assert "item_1" in page
    # A document the file holds is never asked for; pointing at its number is offered.
    held = case.evidence.get(side="trader", number=1)
    assert "T-1" in nia.post("ask", case, status=422, side="trader", item_3=f" {held.title.upper()} ")
    refused(400, asking.ask, case, "trader", wanted("x", held="T-1"), by=cast.nia, note="Why")
    refused(400, asking.ask, case, "trader", wanted("x"), by=cast.nia, note=" ")
    nia.post("ask", case, side="trader", item_1="Bank statement", kind_1="bank_proof", item_2="Log",
             note="Why", item_4="The picture", held_4="T-1")  # fmt: skip
    asked = case.info_requests.get()
    row = asked.deadline
    assert (case.waiting_on, row.metric, row.waits_for, row.n) == ("trader", "info_request", "trader", 7)
    assert [item.answered_at is not None for item in asked.items.all()] == [False, False, True]
    for person, name in ((cast.mei, "dispute"), (cast.sun, "desk-dispute"), (cast.nia, "desk-dispute")):
        assert "Bank statement" in At(person).get(name, case)
        assert 'value="1"' in At(person).get(name, case)
    assert told(cast.sun, "dispute.step", step="asked", side="trader")
    refused(409, asking.ask, case, "trader", wanted("More"), by=cast.nia, note="Why")
    refused(403, asking.ask, case, "platform", wanted("More"), by=cast.sun, note="Why")
    refused(403, asking.ask, case, "trader", wanted("More"), by=cast.cody, note="Why")
    first, second, _third = asked.items.all()
    refused(403, asking.answer, first, by=cast.sun, because="x")
    url = f"/disputes/{case.reference}/asked/1/"
    assert mei.client.post(f"{url}1/", {}).status_code == 422
    assert mei.client.post(f"{url}1/", {"files": samples.upload("b.pdf", samples.pdf())}).status_code == 302
    first.refresh_from_db()
    item = case.evidence.get(side="trader", original_filename="b.pdf")
    assert (first.answered_with, item.title, item.kind) == ([item.index_no], "Bank statement", "bank_proof")
    assert case.deadlines.running().get(metric="reply").waits_for == "platform"
    assert mei.client.post(f"{url}1/", {"because": "x"}).status_code == 409
    assert mei.client.post(f"{url}2/", {"because": "手机丢了。"}).status_code == 302
    asked.refresh_from_db(), case.refresh_from_db()
    assert (asked.state, asked.deadline.state, case.waiting_on) == ("complete", "fulfilled", "mediator")
    assert "手机丢了" in At(cast.sun).client.get(url).content.decode()
    assert told(cast.nia, "dispute.step", step="info_complete")
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE disputes_infoitem SET missing_because = 'other' WHERE id = %s", [second.pk])
    # The same kind again only by saying what differs.
    refused(
        400,
        asking.ask,
        case,
        "trader",
        wanted("Statement of May", kind="bank_proof"),
        by=cast.nia,
        note="Why",
    )
    asking.ask(
        case, "platform", wanted("Statement", kind="bank_proof", differs="May"), by=cast.nia, note="Why"
    )
    case.refresh_from_db()
    assert case.waiting_on == "platform"


def test_silence_has_no_consequence_but_is_told_to_both(cast):
    case = cases.in_mediation(cast)
    asking.ask(case, "trader", wanted("Bank statement"), by=cast.nia, note="Why")
    asking.ask(
        case, "platform", wanted("Server log"), by=cast.nia, note="Why",
        until=timezone.now().date() + timedelta(days=9),
    )  # fmt: skip
    case.refresh_from_db()
    assert case.waiting_on == "both"
    lapse(case, "info_request", waits_for="trader")
    assert (case.state, case.waiting_on, case.outcome) == ("in_mediation", "platform", "")
    lapse(case, "info_request", waits_for="platform")
    assert (case.state, case.waiting_on) == ("in_mediation", "mediator")
    for person in (cast.mei, cast.sun):
        assert len(told(person, "dispute.step", step="info_lapsed")) == 2
    # It may still be answered, and is then made good.
    asked = case.info_requests.first()
    asking.answer(asked.items.get(), by=cast.mei, because="No bank.")
    asked.refresh_from_db()
    assert (asked.state, asked.deadline.fulfilled_at is not None) == ("complete", True)
    mediating.report_no_settlement(case, by=cast.nia, note="No.")
    refused(409, asking.ask, case, "trader", wanted("More"), by=cast.sun, note="Why")
    with pytest.raises((Conflict, Forbidden, NotFound)):
        asking.ask(case, "trader", wanted("More"), by=cast.nia, note="Why")
    assert access.evidence_for(cast.mei, case).exists()
