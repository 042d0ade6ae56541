"""Tickets for programs: Mei files, Ada answers, Omar must never see it."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.core import refs
from tests.support import samples
from tests.support.api import Caller
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"
NEW = {"category": "WDR-DELAY", "subject": "提现未到账", "body": "昨晚申请的提现还没有到。", "channel": "api"}


@pytest.fixture
def mei(cast):
    return Caller(cast.mei)


@pytest.fixture
def ada(cast):
    return Caller(cast.ada)


@pytest.fixture
def omar(cast):
    return Caller(cast.omar)


@pytest.fixture
def ticket(mei):
    return mei.post(TICKETS, NEW).json()


def at(ticket, part=""):
    return f"{TICKETS}{ticket['reference']}/{part}"


def problem(answer, status, code=None):
    assert answer.status_code == status, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert code is None or body["code"] == code, body
    return body


# --- shapes -----------------------------------------------------------------------------------------
def test_a_ticket_is_filed_with_its_promises(mei, cast):
    answer = mei.post(TICKETS, NEW)
    assert answer.status_code == 201
    ticket = answer.json()
    assert {
        "reference", "subject", "category", "priority", "status", "requester", "assignee", "team", "channel",
        "language", "created_at", "updated_at", "version", "timers", "dispute",
    } <= set(ticket)  # fmt: skip
    assert (ticket["category"], ticket["status"], ticket["channel"]) == ("WDR-DELAY", "new", "api")
    assert ticket["dispute"] is None
    first = ticket["timers"][0]
    assert {
        "metric", "cycle", "state", "started_at", "due_at", "target_seconds", "fulfilled_at", "breached_at",
        "detected_at", "pause_reason",
    } <= set(first)  # fmt: skip
    assert (first["metric"], first["cycle"], first["state"]) == ("first_response", 1, "running")
    assert first["pause_reason"] is None
    assert mei.get(at(ticket)).json() == ticket


def test_the_conversation(mei, ada, ticket):
    said = mei.post(at(ticket, "messages/"), {"body": "还没有到。", "kind": "public"})
    assert said.status_code == 201
    answered = ada.post(at(ticket, "reply/"), {"body": "We are looking."})
    assert answered.status_code == 201
    assert ada.post(at(ticket, "note/"), {"body": "CANARY-NOTE"}).status_code == 201
    assert ada.post(at(ticket, "messages/"), {"body": "CANARY-2", "kind": "note"}).status_code == 201
    told = [message["body"] for message in mei.get(at(ticket, "messages/")).json()["results"]]
    assert told == [NEW["body"], "还没有到。", "We are looking."]
    assert len(ada.get(at(ticket, "messages/")).json()["results"]) == 5
    timers = {t["metric"]: t["state"] for t in mei.get(at(ticket, "timers/")).json()["results"]}
    assert timers["first_response"] == "fulfilled"


def test_nothing_internal_reaches_the_requester(mei, ada, cast, ticket):
    ada.post(at(ticket, "note/"), {"body": "CANARY-NOTE"})
    ada.post(at(ticket, "assign/"), {"assignee": "me", "reason": "CANARY-REASON"})
    Ticket.objects.update(tags=["canary-tag"])
    ada.post(at(ticket, "reply/"), {"body": "Looking."})
    parts = ["", "messages/", "attachments/", "timers/", "events/"]
    seen = b"".join(mei.get(at(ticket, part)).content for part in parts) + mei.get(TICKETS).content
    assert b"CANARY" not in seen
    assert b"canary-tag" not in seen
    assert cast.ada.email.encode() not in seen
    assert b"ticket.assigned" not in seen
    for_staff = b"".join(ada.get(at(ticket, part)).content for part in parts)
    assert b"CANARY-NOTE" in for_staff
    assert b"ticket.assigned" in for_staff


def test_the_record_is_a_cursor_page(mei, ada, ticket):
    ada.post(at(ticket, "reply/"), {"body": "Looking."})
    page = ada.get(at(ticket, "events/?limit=1")).json()
    assert set(page["results"][0]) == {"id", "at", "action", "actor", "data"}
    assert page["results"][0]["action"] == "ticket.filed"
    assert page["previous"] is None
    following = ada.get(page["next"].partition("/api")[1] + page["next"].partition("/api")[2]).json()
    assert following["results"][0]["action"] == "ticket.public.posted"
    assert following["previous"]


def test_files_are_kept_as_received_and_given_back(mei, omar, ticket):
    data = samples.picture()
    sent = mei.upload(at(ticket, "attachments/"), files=SimpleUploadedFile("截图 1.png", data), body="see")
    assert sent.status_code == 201, sent.content
    listed = mei.get(at(ticket, "attachments/")).json()["results"]
    assert len(listed) == 1
    assert listed[0]["size"] == len(data)
    path = "/api" + listed[0]["url"].partition("/api")[2]
    got = mei.get(path)
    assert b"".join(got.streaming_content) == data
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    problem(omar.get(path), 404)
    problem(mei.get(at(ticket, "attachments/nothing/")), 404)


def test_what_is_no_file_we_take_is_refused_by_name(mei, ticket):
    bad = SimpleUploadedFile("x.png", b"<html><script>1</script>")
    assert "files" in problem(mei.upload(at(ticket, "attachments/"), files=bad), 400, "file_type")["errors"]
    assert "files" in problem(mei.upload(at(ticket, "attachments/")), 400)["errors"]
    problem(mei.post(at(ticket, "attachments/"), {"files": 1}), 415)


def test_lists_are_ones_own_and_narrow(mei, omar, ada, ticket, cast):
    omar.post(TICKETS, NEW | {"category": "GEN-ASK", "subject": "How do I begin", "body": "A question."})
    assert [t["reference"] for t in mei.get(TICKETS).json()["results"]] == [ticket["reference"]]
    assert len(ada.get(TICKETS).json()["results"]) == 2
    ada.post(at(ticket, "assign/"), {"assignee": "me"})

    def found(query, who=ada):
        answer = who.get(f"{TICKETS}?{query}")
        assert answer.status_code == 200, answer.content
        return [t["subject"] for t in answer.json()["results"]]

    assert found("category=GEN-ASK") == found("category=GEN") == ["How do I begin"]
    assert found("assignee=me") == found(f"assignee={cast.ada.email}") == ["提现未到账"]
    assert found("assignee=none") == ["How do I begin"]
    assert found("q=提现") == ["提现未到账"]
    assert found("q=begin") == ["How do I begin"]
    assert found("q=...") == []
    assert found("status=closed") == []
    assert found("updated_since=2100-01-01T00:00:00Z") == []
    assert len(found("updated_since=2020-01-01T00:00:00+00:00")) == 2
    assert len(found("updated_since=2020-01-01T00:00:00%2B23:59")) == 2
    assert found("q=提现", omar) == []


def test_pages_meet_without_gap_or_double(mei):
    references = [mei.post(TICKETS, NEW).json()["reference"] for _ in range(5)][::-1]
    seen, address = [], f"{TICKETS}?limit=2"
    while address:
        page = mei.get(address).json()
        seen += [ticket["reference"] for ticket in page["results"]]
        last, address = page, page["next"] and "/api" + page["next"].partition("/api")[2]
    assert seen == references
    before = mei.get("/api" + last["previous"].partition("/api")[2]).json()
    assert [ticket["reference"] for ticket in before["results"]] == references[2:4]


def test_the_list_asks_a_fixed_number_of_questions(mei, ada, django_assert_max_num_queries):
    for _ in range(12):
        mei.post(TICKETS, NEW)
    with django_assert_max_num_queries(5):
        assert len(ada.get(TICKETS).json()["results"]) == 12


# --- acts -------------------------------------------------------------------------------------------
def test_from_answer_to_reopening(mei, ada, ticket):
    assert ada.post(at(ticket, "reply/"), {"body": "Done.", "then": "resolve"}).status_code == 201
    assert mei.get(at(ticket)).json()["status"] == "resolved"
    assert mei.post(at(ticket, "reopen/")).json()["status"] == "open"
    assert ada.post(at(ticket, "resolve/")).json()["status"] == "resolved"
    problem(ada.post(at(ticket, "resolve/")), 409)


def test_assigning(ada, ticket, cast):
    given = ada.post(at(ticket, "assign/"), {"assignee": cast.bo.email})
    assert given.json()["assignee"]["email"] == cast.bo.email
    assert ada.post(at(ticket, "assign/"), {"assignee": None}).json()["assignee"] is None
    problem(ada.post(at(ticket, "assign/"), {"assignee": cast.omar.email}), 400)
    problem(ada.post(at(ticket, "assign/"), {}), 400)


def test_escalating_needs_a_reason_to(mei, ada, ticket):
    problem(mei.post(at(ticket, "escalate/"), {"reason": "late"}), 409, "escalation_not_open")
    ada.post(at(ticket, "reply/"), {"body": "No."})
    answer = mei.post(at(ticket, "escalate/"), {"reason": "not solved"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "mediation"
    assert refs.DISPUTE.match(answer.json()["dispute"])


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("", None), ("messages/", None), ("attachments/", None), ("timers/", None), ("events/", None),
        ("messages/", {"body": "x"}), ("reply/", {"body": "x"}), ("note/", {"body": "x"}),
        ("assign/", {"assignee": "me"}), ("resolve/", {}), ("reopen/", {}), ("escalate/", {"reason": "x"}),
    ],
)  # fmt: skip
def test_strangers_find_nothing(omar, cast, ticket, part, body):
    for who in (omar, Caller(cast.root), Caller(cast.faye)):
        answer = who.get(at(ticket, part)) if body is None else who.post(at(ticket, part), body)
        problem(answer, 404, "not_found")


@pytest.mark.parametrize("part", ["note/", "assign/"])
def test_the_requester_may_not_do_what_staff_do(mei, ticket, part):
    problem(mei.post(at(ticket, part), {"body": "x"}), 403, "forbidden")
    problem(mei.post(at(ticket, "messages/"), {"body": "x", "kind": "note"}), 403, "forbidden")


def test_an_auditor_reads_and_changes_nothing(cast, ticket):
    ivo = Caller(cast.ivo)
    assert ivo.get(at(ticket)).status_code == 200
    for part, body in (("reply/", {"body": "x"}), ("note/", {"body": "x"}), ("resolve/", {})):
        problem(ivo.post(at(ticket, part), body), 403)


def test_only_a_supervisor_escalates_for_the_trader(ada, cast, ticket):
    problem(ada.post(at(ticket, "escalate/"), {"reason": "x"}), 403)
    assert Caller(cast.sun).post(at(ticket, "escalate/"), {"reason": "x"}).status_code == 200


def test_scopes_bind(cast, ticket):
    reader = Caller(cast.mei, scopes=["tickets:read"])
    assert reader.get(TICKETS).status_code == 200
    problem(reader.post(TICKETS, NEW), 403, "scope_missing")


# --- bad input --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": "NONE"}, "category"), ({"category": None}, "category"),
        ({"category": ["WDR"]}, "category"),
        ({"subject": ""}, "subject"), ({"subject": 7}, "subject"), ({"subject": "x" * 201}, "subject"),
        ({"subject": "a\u202eb"}, "subject"), ({"body": "   "}, "body"), ({"body": "x" * 20_001}, "body"),
        ({"body": {"a": 1}}, "body"), ({"channel": "phone"}, "channel"), ({"fields": "x"}, "fields"),
        ({"fields": {"a": 1}}, "fields.a"), ({"language": "xx"}, "language"),
        ({"status": "closed"}, "status"),
        ({"requester": "omar@demo.test"}, "requester"), ({"reference": "T-222222"}, "reference"),
        ({"priority": "P1"}, "priority"), ({"version": 9}, "version"), ({"assignee": "me"}, "assignee"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named(mei, change, field):
    assert field in problem(mei.post(TICKETS, NEW | change), 400, "invalid")["errors"]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"", 400), (b"[]", 400), (b'"x"', 400), (b"null", 400), (b"7", 400), (b"\xff\xfe", 400),
        (b"[" * 100_000, 400), (b'{"a":' * 50_000, 400), (b'{"subject": NaN}', 400), (b"1" * 5000, 400),
        (json.dumps(NEW | {"body": "a\x00b"}).encode(), 400), (b'{"body": "\\ud800"}', 400),
        (json.dumps(NEW | {"\x00": 1}).encode(), 400),
        (json.dumps(NEW | {"body": "x" * 1_000_000}).encode(), 400),
        (json.dumps(NEW | {"body": "x" * 1_100_000}).encode(), 413),
    ],
)  # fmt: skip
def test_broken_bodies_are_answered_clearly(mei, body, status):
    problem(mei.post(TICKETS, body), status)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "reference", ["T-222222", "T-0", "T-%00", "t-7k2m9q", "T-7K2M9Q'--", "..%2f..", "x" * 3000, "提现"]
)
def test_foreign_and_forged_references_look_alike(mei, reference):
    problem(mei.get(f"{TICKETS}{reference}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=x", "status"), ("priority=P9", "priority"), ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-11-22T09:00:00", "updated_since"),
        ("updated_since=2026-99-99T09:00:00Z", "updated_since"),
        ("updated_since=9999-12-31T23:59:00-23:59", "updated_since"),
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("limit=²", "limit"),
        ("cursor=x", "cursor"), ("nonsense=1", "nonsense"), ("assignee=ada@demo.test", "assignee"),
    ],
)  # fmt: skip
def test_wrong_filters_are_named(mei, query, field):
    assert field in problem(mei.get(f"{TICKETS}?{query}"), 400, "invalid")["errors"]


# --- once per key -------------------------------------------------------------------------------------
def test_a_repeated_request_is_done_once(mei):
    first, again = (mei.post(TICKETS, NEW, once="key-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Ticket.objects.count() == 1


def test_a_key_is_for_one_request(mei, omar, ticket):
    mei.post(TICKETS, NEW, once="key-1")
    problem(mei.post(TICKETS, NEW | {"subject": "other"}, once="key-1"), 422, "idempotency_key_reused")
    problem(mei.post(at(ticket, "reply/"), {"body": "x"}, once="key-1"), 422, "idempotency_key_reused")
    assert omar.post(TICKETS, NEW, once="key-1").status_code == 201, "keys belong to their owner"


def test_a_refused_request_may_be_repeated_with_its_key(mei):
    problem(mei.post(TICKETS, NEW | {"category": "NONE"}, once="key-1"), 400)
    assert mei.post(TICKETS, NEW, once="key-1").status_code == 201


def test_uploads_and_replies_are_done_once_too(mei, ticket):
    for _ in range(2):
        file = SimpleUploadedFile("a.txt", b"words")
        assert mei.upload(at(ticket, "attachments/"), once="k1", files=file, body="see").status_code == 201
        assert mei.post(at(ticket, "reply/"), {"body": "x"}, once="k2").status_code == 201
    assert Message.objects.count() == 3


@pytest.mark.parametrize("key", ["x" * 256, "с", "a\tb"])
def test_a_key_has_a_shape(mei, key):
    assert "Idempotency-Key" in problem(mei.post(TICKETS, NEW, once=key), 400)["errors"]


# --- promises -----------------------------------------------------------------------------------------
POLICY = {
    "name": "Three seconds",
    "position": 1,
    "conditions": {"category": ["GEN-ASK"]},
    "calendar": "24x7",
    "targets": [{"metric": "first_response", "seconds": 3, "mode": "calendar"}],
}


def test_a_supervisor_makes_a_promise(cast, mei):
    made = Caller(cast.sun).post("/api/v1/sla-policies/", POLICY)
    assert made.status_code == 201, made.content
    assert made.json()["targets"] == POLICY["targets"]
    ticket = mei.post(TICKETS, NEW | {"category": "GEN-ASK"}).json()
    assert ticket["timers"][0]["target_seconds"] == 3
    listed = Caller(cast.root).get("/api/v1/sla-policies/").json()["results"]
    assert listed[0]["name"] == "Three seconds"


@pytest.mark.parametrize("who", ["mei", "ada", "ivo"])
def test_others_make_no_promises(cast, who):
    problem(Caller(getattr(cast, who)).post("/api/v1/sla-policies/", POLICY), 403)
    problem(Caller(getattr(cast, who)).get("/api/v1/sla-policies/"), 403)


@pytest.mark.parametrize(
    "change",
    [
        {"calendar": "none"}, {"targets": []}, {"targets": [{"metric": "x", "seconds": 1}]}, {"name": ""},
        {"targets": [{"metric": "first_response", "seconds": 0}]}, {"conditions": {"x": ["y"]}},
        {"targets": [{"metric": "first_response", "seconds": True}]}, {"conditions": {"category": ["NONE"]}},
        {"position": -1}, {"position": 10**12}, {"targets": "x"}, {"conditions": []}, {"unknown": 1},
    ],
)  # fmt: skip
def test_a_faulty_promise_is_refused(cast, change):
    assert problem(Caller(cast.sun).post("/api/v1/sla-policies/", POLICY | change), 400)["errors"]


def test_categories_tell_their_questions(mei):
    page = mei.get("/api/v1/categories/?limit=100").json()
    codes = {row["code"]: row for row in page["results"]}
    assert {"WDR-DELAY", "GEN-ASK"} <= set(codes)
    assert set(codes["WDR-DELAY"]) >= {"code", "name", "name_en", "name_zh", "subject", "fields"}
    assert codes["WDR-DELAY"]["subject"] == "WDR"
