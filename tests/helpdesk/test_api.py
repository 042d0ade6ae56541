"""What every resource of the API has in common: keys, scopes, problem documents, limits, its description."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from accounts.operations import api_keys, registration
from helpdesk.api import paging
from tests.support.api import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(cast):
    return Caller(cast.mei)


def refused(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "code", "errors"}
    assert (problem["status"], problem["code"]) == (status, code)
    return problem


def test_a_key_speaks_for_its_owner(mei):
    answer = mei.get("/api/v1/me/")
    assert answer.status_code == 200
    assert answer.json()["email"] == "mei@demo.test"


def test_the_last_use_of_a_key_is_remembered(mei):
    mei.get("/api/v1/me/")
    mei.key.refresh_from_db()
    assert (timezone.now() - mei.key.last_used_at).total_seconds() < 5


@pytest.mark.parametrize(
    "header",
    [None, "Bearer hd_wrong", "Bearer ", "Bearer", "Basic bWVpOng=", "Bearer ключ", "Bearer " + "x" * 9000],
)
def test_without_a_valid_key_nothing_opens(db, header):
    answer = Client().get("/api/v1/me/", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_browsers_session_does_not_open_the_api(client, cast):
    client.force_login(cast.mei)
    assert client.get("/api/v1/me/").status_code == 401


def test_revoked_expired_and_suspended_keys_are_void(cast):
    first, second, third = Caller(cast.mei), Caller(cast.mei, expires_at=timezone.now()), Caller(cast.omar)
    api_keys.revoke(first.key, by=cast.mei)
    registration.set_active(cast.omar, False, by=cast.root)
    assert [caller.get("/api/v1/me/").status_code for caller in (first, second, third)] == [401, 401, 401]


def test_a_key_does_only_what_its_scopes_say(cast):
    refused(Caller(cast.mei, scopes=["tickets:read"]).get("/api/v1/me/"), 403, "scope_missing")
    assert Caller(cast.mei, scopes=["me:read"]).get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/", "/api/v1/", "/api/v1/me/more/", "/api/v2/me/"])
def test_what_is_not_there_is_a_problem_document(mei, path):
    refused(mei.get(path), 404, "not_found")
    refused(mei.post(path, {}), 404, "not_found")


def test_a_forgotten_slash_leads_to_the_address(mei):
    answer = mei.get("/api/v1/me?x=1")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/me/?x=1")


def test_another_method_is_refused_by_name(mei):
    assert refused(mei.post("/api/v1/me/", {}), 405, "method_not_allowed")
    assert "GET" in mei.post("/api/v1/me/", {})["Allow"]


def test_null_bytes_in_the_address_are_refused(mei):
    refused(mei.get("/api/v1/me/?q=%00"), 400, "parse_error")


def test_too_many_requests_are_told_when_to_come_back(mei, settings):
    settings.API_PER_MINUTE = {"read": 2}
    answers = [mei.get("/api/v1/me/") for _ in range(2)]
    while answers[-1].status_code == 200 and len(answers) < 6:  # a new minute may begin meanwhile
        answers.append(mei.get("/api/v1/me/"))
    assert len(answers) > 2, "the third is one too many, not the second"
    refused(answers[-1], 429, "throttled")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60


def test_a_fault_of_ours_tells_nothing_of_itself(mei, monkeypatch):
    from accounts.api.resources import Me

    def fail(self, request):
        raise RuntimeError("secret internals")

    monkeypatch.setattr(Me, "get", fail)
    mei.client.raise_request_exception = False
    answer = mei.get("/api/v1/me/")
    refused(answer, 500, "error")
    assert b"secret" not in answer.content


def test_answers_are_never_kept_by_caches(mei):
    assert "no-store" in mei.get("/api/v1/me/")["Cache-Control"]


def test_the_description_is_whole(client):
    answer = client.get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    described = json.loads(answer.content)
    assert described["openapi"] == "3.1.0"
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for methods in described["paths"].values():
        for operation in methods.values():
            assert "application/problem+json" in operation["responses"]["401"]["content"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_documentation_page_is_made_from_it(client, language):
    answer = client.get("/api/docs/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert "/api/v1/me/" in answer.content.decode()


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "WyJuIiwieCJd", "WyJuIiwtMV0", "%F0%9F%98%80", "WyJuIiw1LjVd"]
)
def test_a_foreign_cursor_is_refused_by_name(rf, cursor):
    from rest_framework.exceptions import ValidationError
    from rest_framework.request import Request

    with pytest.raises(ValidationError) as said:
        paging.read_cursor(Request(rf.get(f"/?cursor={cursor}")))
    assert "cursor" in said.value.detail
