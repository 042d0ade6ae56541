"""Disputes for programs: the same doors, the same refusals, one chain that anyone can recompute."""

import hashlib

import pytest

from accounts.operations import api_keys
from disputes.operations import appointing, talking
from tests.disputes.cases import decided, in_mediation, opened
from tests.support.samples import picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client):
    """`call(person, "GET", path)` with a key of theirs."""

    def send(person, method, path, data=None, status=200, **extra):
        _row, key = api_keys.issue(person, name="test", by=person)
        kind = {} if extra.pop("files", False) else {"content_type": "application/json"}
        if method == "GET":
            kind = {}
        answer = getattr(client, method.lower())(
            path, data, headers={"Authorization": f"Bearer {key}"}, **kind
        )
        assert answer.status_code == status, answer.content
        return answer.json() if "json" in answer["Content-Type"] else answer

    return send


def test_the_owner_sees_the_case_others_see_nothing(call, cast):
    case = opened(cast)
    path = f"/api/v1/disputes/{case.reference}/"
    told = call(cast.mei, "GET", path)
    assert (told["reference"], told["state"], told["waiting_on"]) == (
        case.reference,
        "mediation_pending",
        "platform",
    )
    assert {clock["key"] for clock in told["deadlines"]} >= {"response", "appoint_mediator"}
    assert [row["reference"] for row in call(cast.mei, "GET", "/api/v1/disputes/")["results"]] == [
        case.reference
    ]
    assert call(cast.omar, "GET", "/api/v1/disputes/")["results"] == []
    for part in ("", "points/", "evidence/", "messages/", "offers/", "decisions/", "events/"):
        assert call(cast.omar, "GET", path + part, status=404)["code"] == "not_found"
        call(cast.mei, "GET", path + part)
        call(cast.sun, "GET", path + part)


def test_the_chain_can_be_recomputed_from_what_the_api_says(call, cast):
    case = opened(cast)
    rows = call(cast.ivo, "GET", f"/api/v1/disputes/{case.reference}/events/?limit=100")["results"]
    prev = "0" * 64
    for row in rows:
        assert row["prev"] == prev
        prev = hashlib.sha256((prev + row["body"]).encode()).hexdigest()
        assert prev == row["hash"]
    assert prev == call(cast.ivo, "GET", f"/api/v1/disputes/{case.reference}/")["chain_head"]


def test_evidence_in_and_out(call, cast):
    case = in_mediation(cast)
    path = f"/api/v1/disputes/{case.reference}/evidence/"
    data = picture(text="order 871204")
    made = call(cast.mei, "POST", path, {"files": [upload("order.png", data)]}, status=201, files=True)
    assert (made[0]["index_no"], made[0]["sha256"]) == ("T-2", hashlib.sha256(data).hexdigest())
    got = call(cast.nia, "GET", made[0]["url"].partition("/api")[1] + made[0]["url"].partition("/api")[2])
    assert b"".join(got.streaming_content) == data
    refused = call(
        cast.mei, "POST", path, {"files": [upload("x.svg", b"<svg onload=1>")]}, status=400, files=True
    )
    assert refused["code"] == "file_type"


def test_steps(call, cast):
    case = opened(cast)
    path = f"/api/v1/disputes/{case.reference}/transitions/"
    assert call(cast.mei, "POST", path, {"step": "draw", "role": "mediator"}, status=403)
    assert call(cast.sun, "POST", path, {"step": "draw", "role": "decider"}, status=409)
    assert call(cast.sun, "POST", path, {"step": "draw", "role": "nobody"}, status=400)
    assert call(cast.sun, "POST", path, {"step": "decide"}, status=400)["errors"]
    call(cast.sun, "POST", path, {"step": "draw", "role": "mediator"})
    assert (
        call(cast.nia, "GET", f"/api/v1/disputes/{case.reference}/", status=403)["code"]
        == "declaration_missing"
    )
    assert call(cast.mei, "POST", path, {"step": "accept"}, status=409)


def test_the_decider_finds_no_offers_and_no_caucus(call, cast):
    case = in_mediation(cast)
    talking.post(case, by=cast.mei, channel="caucus_trader", body="secret-91")
    case = _with_dan(cast, case)
    for part in ("offers/", "messages/"):
        assert call(cast.dan, "GET", f"/api/v1/disputes/{case.reference}/{part}")["results"] == []


def _with_dan(cast, case):
    from disputes.operations import mediating

    mediating.report_no_settlement(case, by=cast.nia, note="No.")
    appointing.accept(case, by=cast.dan, statements=appointing.STATEMENTS)
    return case


def test_a_decision_as_it_was_issued(call, cast):
    case = decided(cast)
    rows = call(cast.mei, "GET", f"/api/v1/disputes/{case.reference}/decisions/")["results"]
    assert [(row["kind"], row["amount"], row["currency"]) for row in rows] == [
        ("provisional", "91", "USD"),
        ("final", "91", "USD"),
    ]
    accepted = call(cast.mei, "POST", f"/api/v1/disputes/{case.reference}/transitions/", {"step": "accept"})
    assert accepted["state"] == "remedy_due"
