"""Keeping and erasing (T29, 3.6): holds, two different people, and a chain that still verifies."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, InternalError, connection, models, transaction
from django.utils import timezone

from accounts.states import Role
from disputes.errors import Held, SecondPerson
from disputes.models import (
    CaseHold,
    DiscardedFile,
    Dispute,
    DisputeMessage,
    Event,
    EventData,
    EvidenceDraft,
    Purge,
    RetentionRule,
)
from disputes.operations import (
    asking,
    bundling,
    chain,
    deadlines,
    keeping,
    leaving,
    purging,
    redacting,
    remedying,
    staging,
    talking,
)
from disputes.reads import keeping as reads
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid, NotFound
from helpdesk.notify.models import Notice
from tests.disputes.cases import in_mediation, paid
from tests.disputes.early import also
from tests.disputes.rooms import aside, stored
from tests.disputes.steps import at_once, case_events
from tests.support.api import Caller
from tickets.models import Message

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=7 * 366)


def closed(cast, ago=YEARS) -> Dispute:
    """Paid and confirmed, and then a long time passes."""
    case = paid(cast)
    talking.post(case, by=cast.sun, channel="internal", body="inner-words")
    remedying.confirm(case, by=cast.mei)
    Dispute.objects.filter(pk=case.pk).update(closed_at=timezone.now() - ago)
    case.refresh_from_db()
    deadlines.cancel(list(case.deadlines.running()), at=timezone.now())
    return case


def due(cast) -> Purge:
    case = closed(cast)
    assert purging.propose() == 1
    return Purge.objects.get(dispute=case)


def denied(work):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        work()


def refused(work, *errors):
    with pytest.raises(errors), transaction.atomic():
        work()


def test_a_file_is_erased_by_two_and_its_chain_stays(cast):
    case = closed(cast, ago=YEARS - timedelta(days=20))
    copy = bundling.take(case, by=cast.mei).read()
    assert purging.propose() == 0
    assert not Purge.objects.exists()
    Dispute.objects.filter(pk=case.pk).update(closed_at=timezone.now() - YEARS)
    assert (purging.propose(), purging.propose()) == (1, 0)
    purge, head = case.purge, case.chain_head
    stored = [key for pair in case.evidence.values_list("storage_key", "preview_key") for key in pair if key]
    assert stored
    assert all(default_storage.exists(key) for key in stored)
    for nobody, error in (
        (cast.mei, NotFound),
        (cast.hal, NotFound),
        (cast.root, NotFound),
        (cast.ivo, Forbidden),
    ):
        refused(lambda by=nobody: purging.approve(purge.pk, by=by), error)
    # No door but this one: rows of people are kept, whoever asks the database.
    denied(lambda: EventData.objects.filter(event__dispute=case).delete())
    denied(lambda: DisputeMessage.objects.filter(dispute=case).update(body="x"))
    denied(lambda: Purge.objects.filter(pk=purge.pk).update(first_by=cast.sun, second_by=cast.sun))
    denied(lambda: Purge.objects.filter(pk=purge.pk).update(done_at=timezone.now()))
    purging.approve(purge.pk, by=cast.sun)
    refused(lambda: purging.approve(purge.pk, by=cast.sun), SecondPerson)
    also(cast.ada, Role.SUPERVISOR)
    refused(lambda: purging.approve(purge.pk, by=cast.ada), Forbidden)
    purging.approve(purge.pk, by=cast.cody)
    refused(lambda: purging.approve(purge.pk, by=cast.cody), Conflict)
    _everything_is_gone(cast, case, stored)
    tomb = Event.objects.filter(dispute=case).latest("seq")
    told = json.loads(tomb.body)["facts"]
    purge.refresh_from_db()
    assert tomb.action == "dispute.purged"
    assert told["approvers"] == [cast.sun.pk, cast.cody.pk]
    assert (told["class"], told["sha256"], told["items"]) == ("case", purge.sha256, case.evidence.count())
    assert len(told["head"]) == 64
    assert purge.files == DiscardedFile.objects.count()
    # Nothing of it can be undone or done again, and nobody finds it by its number any more.
    denied(lambda: Purge.objects.filter(pk=purge.pk).update(done_at=None))
    denied(lambda: CaseHold.objects.create(dispute=case, kind="preservation"))
    denied(lambda: DisputeMessage.objects.filter(dispute=case).update(body="x"))
    assert [
        Caller(by).get(f"/api/v1/disputes/{case.reference}/").status_code for by in (cast.mei, cast.sun)
    ] == [404] * 2
    assert list(chain.faults(case)) == []
    assert bundling.check(io.BytesIO(copy)).ok
    assert head in {row.prev for row in case.events.all()}
    _a_later_change_is_found(case)


def _everything_is_gone(cast, case, stored):
    case.refresh_from_db()
    assert not EventData.objects.filter(event__dispute=case).exists()
    assert not Notice.objects.filter(subject_ref__in=[case.reference, case.ticket.reference]).exists()
    assert set(Message.objects.filter(ticket=case.ticket).values_list("body", flat=True)) == {"–"}
    # What anybody typed is in no column of any row that hangs on the case.
    for word in ("inner-words", "答复没有解决问题", "ledger 8871", "It is so.", "shot.png"):
        assert not _found_anywhere(case, word), word
    assert (case.subject, case.purged_at is not None, case.state) == ("–", True, "closed")
    # The files go afterwards; a crash in between loses nothing, and twice does no harm.
    assert all(default_storage.exists(key) for key in stored)
    assert purging.delete_files() == len(set(stored))
    assert purging.delete_files() == 0
    assert not any(default_storage.exists(key) for key in stored)


def _found_anywhere(case, word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(disputes|tickets|notify)_'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def _a_later_change_is_found(case):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE disputes_event DISABLE TRIGGER disputes_event_append_only")
        cursor.execute(
            "UPDATE disputes_event SET role = 'finance' WHERE dispute_id = %s AND seq = 3", [case.pk]
        )
        cursor.execute("ALTER TABLE disputes_event ENABLE TRIGGER disputes_event_append_only")
    [fault] = chain.faults(case)
    assert fault.seq == 3


def test_holds_are_set_by_one_ended_by_two_and_stop_everything(cast):
    purge = due(cast)
    case = purge.dispute
    refused(lambda: keeping.put(case.reference, kind="legal", reason="Court", by=cast.sun), Forbidden)
    refused(lambda: keeping.put("D-2026-999999", kind="legal", reason="", by=cast.cody), Invalid)
    row = keeping.put(case.reference.lower(), kind="legal", reason="Court 7 C 12", by=cast.cody)
    refused(lambda: keeping.put(case.reference, kind="legal", reason="Again", by=cast.cody), Conflict)
    aml = keeping.put(case.reference, kind="aml", reason="aml-secret", by=cast.cody)
    case.refresh_from_db()
    assert case.hold == "legal"
    refused(lambda: purging.approve(purge.pk, by=cast.cody), Held)
    for hands in ({"first_by": cast.sun}, {"first_by": cast.sun, "second_by": cast.cody}):
        denied(lambda hands=hands: Purge.objects.filter(pk=purge.pk).update(**hands))
    # Of a compliance hold nobody else learns anything, not even from the log.
    for other in (cast.sun, cast.ivo, cast.mei):
        assert "hold" not in " ".join(case_events(other, case)) or other != cast.mei
        assert not [hold for hold in reads.overview(other)["holds"] if hold["hold"].pk == aml.pk]
    assert case.events.filter(action="dispute.hold.set").count() == 1
    assert not EventData.objects.filter(text__contains="aml-secret").exists()
    refused(lambda: keeping.ask_end(row.pk, reason="Over", by=cast.sun), Forbidden)
    refused(lambda: keeping.agree_end(row.pk, by=cast.sun), Conflict)
    refused(lambda: keeping.ask_end(aml.pk, reason="x", by=cast.sun), NotFound)
    denied(lambda: CaseHold.objects.filter(pk=row.pk).update(lifted_at=timezone.now(), lifted_by=cast.cody))
    denied(lambda: CaseHold.objects.filter(pk=row.pk).update(reason="Other"))
    for hold in (row, aml):
        keeping.ask_end(hold.pk, reason="Over", by=cast.cody)
        refused(lambda pk=hold.pk: keeping.agree_end(pk, by=cast.cody), SecondPerson)
    refused(lambda: keeping.agree_end(aml.pk, by=cast.sun), NotFound)
    keeping.agree_end(row.pk, by=cast.sun)
    refused(lambda: purging.approve(purge.pk, by=cast.sun), NotFound)
    second = also(cast.bo, Role.COMPLIANCE)
    keeping.agree_end(aml.pk, by=second)
    case.refresh_from_db()
    assert case.hold == "none"
    purging.approve(purge.pk, by=second)
    purging.approve(purge.pk, by=cast.cody)
    assert Dispute.objects.get(pk=case.pk).purged_at


def test_what_is_open_is_preserved_and_released_by_its_end(cast):
    case = in_mediation(cast)
    hold = case.holds.get()
    assert (hold.kind, hold.lifted_at) == ("preservation", None)
    denied(lambda: Purge.objects.create(dispute=case, due_on="2020-01-01", reason="x", first_by=cast.sun))
    leaving.ask(case, by=cast.mei)
    leaving.withdraw(case, by=cast.mei, at=clock.now() + timedelta(hours=49))
    hold.refresh_from_db()
    assert hold.lifted_at is not None
    assert not reads.held(case)
    Dispute.objects.filter(pk=case.pk).update(closed_at=timezone.now() - YEARS, jurisdiction="HOUSE")
    keeping.put(case.reference, kind="legal", reason="Court", by=cast.cody)
    assert purging.propose() == 0


def test_years_are_those_of_the_policy_then_of_the_table(cast):
    case = closed(cast)
    policy = case.policy_version
    assert reads.span_of(policy) == (7, "years")
    policy.rule = policy.rule | {"retention_years": 3}
    assert reads.span_of(policy) == (3, "years")
    policy.rule = policy.rule | {"retention_years": None}
    RetentionRule.objects.filter(retained="case", jurisdiction="").update(n=6)
    assert reads.span_of(policy) == (6, "years")
    policy.jurisdiction = "AE-VARA"
    assert reads.span_of(policy) == (8, "years")
    day = timezone.now().date().replace
    assert str(reads.later(day(2024, 2, 29), 1, "years")) == "2025-02-28"
    assert str(reads.later(day(2025, 12, 31), 2, "months")) == "2026-02-28"
    assert str(reads.later(day(2025, 12, 31), 30, "days")) == "2026-01-30"


@pytest.mark.django_db(transaction=True)
def test_two_second_words_and_a_hold_at_once(cast):
    purge = due(cast)
    purging.approve(purge.pk, by=cast.sun)
    other = also(cast.bo, Role.COMPLIANCE)

    def act(by):
        if by == other:
            return keeping.put(purge.dispute.reference, kind="legal", reason="Court", by=by) and "held"
        return purging.approve(purge.pk, by=by) and "erased"

    found = {str(one) for one in at_once(act, other, cast.cody)}
    case = Dispute.objects.get(pk=purge.dispute_id)
    # Whichever came first, never both.
    assert found in ({"held", "409"}, {"erased", "400"}, {"erased", "409"})
    assert (case.purged_at is not None) == ("erased" in found) != case.holds.filter(kind="legal").exists()


# Codes, hashes, names of staff, and what says why something is kept.
KEPT = {
    "Dispute.reference", "Dispute.subject", "Dispute.reason", "Dispute.category", "Dispute.language",
    "Dispute.jurisdiction", "Dispute.cause", "Dispute.outcome", "Dispute.chain_head", "CaseHold.reason",
    "CaseHold.lift_reason", "Purge.reason", "Purge.sha256", "Restriction.ticket",
    "Lapse.reason",
}  # fmt: skip
CODES = re.compile(
    r"^(side|role|kind|language|currency|state|number|metric|unit|mode|key|mime_\w+|sha256|\w*_sha256|"
    r"storage_key|preview_key|preview_mime|av_scan|retention_class|status|visibility|channel|transform|"
    r"captured_by_clock|restricted_reason|exclusion_reason|on_behalf_of|how|note|seed|result|ground|remedy|outcome|"
    r"root_cause|conclusion|review|chain_head|told_as|ours|source|team|reason_code|hash|prev|action|body|"
    r"register_no|received_channel|received_language|category|entity|jurisdiction|waits_for|pause_reason|salt|"
    r"text_sha256|finding|name_code|rung|ticket|waited_on|requested_role|asset|proof_mime|proof_sha256)$"
)


def test_what_is_in_the_evidence_room_goes_with_the_case(cast):
    case = in_mediation(cast)
    draft, held = (*aside(case, cast.sun, "never.png"), *aside(case, cast.sun, ("held.txt", b"secret-bytes")))
    staging.change(held, {"held_back": "security", "summary": "secret-summary"}, by=cast.sun)
    item = staging.submit(case, [held.pk], by=cast.sun)[0]
    refusing = {"by": cast.cody, "approve": False, "refusal": "secret-refusal"}
    redacting.decide(case.redactions.get(), **refusing)
    places = [{"place": "secret-place", "reason": "security"}]
    redacting.request(item, by=cast.sun, places=places, file=stored("edited.png")[0])
    asked = asking.ask(case, "trader", [asking.Wanted("secret-title")], by=cast.nia, note="secret-note")
    asking.answer(asked.items.get(), by=cast.mei, because="secret-because")
    keys = {draft.storage_key, item.storage_key, case.redactions.last().storage_key}
    case.holds.update(lifted_at=timezone.now())
    old = timezone.now() - YEARS
    Dispute.objects.filter(pk=case.pk).update(state="closed", closed_at=old)
    deadlines.cancel(list(case.deadlines.running()), at=timezone.now())
    assert purging.propose() == 1
    for by in (cast.sun, cast.cody):
        purging.approve(case.purge.pk, by=by)
    for rows in (case.redactions, asked.items, case.info_requests, case.drafts, case.evidence):
        assert "secret" not in str(list(rows.values()))
    assert keys <= set(DiscardedFile.objects.values_list("storage_key", flat=True))
    assert not case.drafts.exists()


def test_every_text_of_a_case_is_either_erased_or_known_to_be_no_persons(cast):
    """A new column must say which it is before it can forget somebody."""
    from django.apps import apps

    open_ = []
    for model in apps.get_app_config("disputes").get_models():
        if model in (EventData, EvidenceDraft):
            continue  # they go as a whole
        _way, names = purging.ERASED.get(model, ("", ()))
        fks = {field.name for field in model._meta.fields if field.is_relation}
        if (
            not fks & {"dispute", "decision", "deadline", "evidence", "item", "point", "event", "request"}
            and model is not Dispute
        ):
            continue
        for field in model._meta.fields:
            text = isinstance(field, models.CharField | models.TextField)
            known = f"{model.__name__}.{field.name}" in KEPT or (
                CODES.match(field.name) and field.name not in names
            )
            if text and not field.choices and field.name not in names and not known:
                open_.append(f"{model.__name__}.{field.name}")
    assert not open_, open_


def test_the_page_and_the_programs(cast, client):
    purge = due(cast)
    for by, status in ((cast.sun, 200), (cast.cody, 200), (cast.ivo, 200), (cast.hal, 404), (cast.mei, 404)):
        client.force_login(by)
        assert client.get("/desk/disputes/keeping/").status_code == status
        assert Caller(by).get("/api/v1/disputes/keeping/").status_code == status
    client.force_login(cast.cody)
    sent = client.post(
        "/desk/disputes/keeping/holds/", {"reference": "D-1", "kind": "legal", "reason": "因诉讼"}
    )
    assert sent.status_code == 422
    assert "因诉讼" in sent.content.decode()
    api, ada = Caller(cast.cody), Caller(cast.sun)
    made = api.post(
        "/api/v1/disputes/keeping/holds/",
        {"dispute": purge.dispute.reference, "kind": "legal", "reason": "Court"},
    )
    assert made.status_code == 201
    end = f"/api/v1/disputes/keeping/holds/{made.json()['id']}/"
    assert client.post(f"/desk/disputes/keeping/{purge.pk}/").status_code == 409
    assert api.post(end, {"reason": "Over"}).status_code == 200
    assert [one.post(end, {"agree": True}).status_code for one in (api, ada, ada)] == [409, 200, 409]
    assert client.post(f"/desk/disputes/keeping/{purge.pk}/").status_code == 302
    done = ada.post(f"/api/v1/disputes/keeping/{purge.pk}/approve/", {})
    assert done.status_code == 200
    assert done.json()["done_at"]
    body = client.get("/desk/disputes/keeping/").content.decode()
    assert purge.dispute.reference in body
    assert done.json()["sha256"] in body
