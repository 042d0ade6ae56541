"""Every address, as every role, as another trader and as nobody: the table in doors.py is what happens."""

import re

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.support.cast import PEOPLE

from . import doors, worlds
from .rows import NOBODY, Row, every_address, parse

ROWS = parse(doors.TABLE)
WHO = (*PEOPLE, NOBODY)
MOVING = re.compile(
    rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|hx-headers=\'[^\']*\'|"csrf[^"]*"'
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, files_of_their_own):
    """The cases everybody tries to reach, built once; everything is rolled back at the end."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            built = worlds.build()
            built.sessions = {who: signed_in(getattr(built.cast, who)) for who in PEOPLE}
            connection.check_constraints()  # once: what is open would be looked at again after every request
            yield built
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
            connection.close()


def signed_in(person) -> str:
    """A session of this person's; used again and again, because signing in is slow."""
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def ask(world, db):
    """`ask(row, "mei")` – what she is answered. What the request wrote is undone."""

    def asked(row: Row, who: str, args: tuple | None = None):
        client = Client(raise_request_exception=False, enforce_csrf_checks=False)
        headers = {}
        if row.api and who != NOBODY:
            headers["Authorization"] = f"Bearer {world.keys[who]}"
        elif who != NOBODY:
            client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
        if row.name.startswith("/"):
            address = row.name
        else:
            address = reverse(row.name, args=[world.known(a) for a in row.args] if args is None else args)
        address += doors.QUERY.get(row.name, "")
        data = doors.DATA.get((row.method, row.name), {})
        data = data(world) if callable(data) else data
        kind = (
            {"content_type": "application/json"}
            if row.api and row.method != "GET" and "files" not in data
            else {}
        )
        with transaction.atomic():
            answer = getattr(client, row.method.lower())(address, data, headers=headers, **kind)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer

    return asked


def status_of(answer) -> str:
    where = answer.headers.get("Location", "")
    return (
        "login"
        if answer.status_code == 302 and where.startswith(reverse("account_login"))
        else str(answer.status_code)
    )


def test_no_address_is_missing_from_the_table():
    named = {row.name for row in ROWS} | set(doors.ELSEWHERE)
    assert not every_address() - named, "give each of these a row in tests/journeys/doors.py"
    assert not named - every_address() - {n for n in named if n.startswith("/")}, "these no longer exist"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_door_answers_as_the_table_says(row, ask):
    wrong = []
    for who in WHO:
        answer = ask(row, who)
        if status_of(answer) not in row.expected(who).split("|"):
            wrong.append(f"{who}: {status_of(answer)} instead of {row.expected(who)}")
        wrong += [f"{who}: {told}" for told in unsafe(row, who, answer)]
    assert not wrong, "\n".join(wrong)


def unsafe(row: Row, who: str, answer):
    """What no answer may do, whoever asks and whatever the table says."""
    kind = answer.headers.get("Content-Type", "")
    body = b"" if answer.streaming else answer.content
    if answer.status_code >= 500 and row.name != "readyz":
        yield "a server error"
    if worlds.CANARY.encode() in body and who not in {
        "ada",
        "bo",
        "sun",
        "hal",
        "cody",
        "ivo",
        "nia",
        "dan",
        "rex",
    }:
        yield "an internal note is shown"
    if worlds.CAUCUS.encode() in body and who not in {"mei", "sun", "hal", "nia", "eva"}:
        yield "something said without prejudice is shown"
    if kind.startswith("text/html") and "Content-Security-Policy" not in answer.headers:
        yield "a page without a content policy"
    if (
        who != NOBODY
        and kind.startswith("text/html")
        and "no-store" not in answer.headers.get("Cache-Control", "")
    ):
        yield "a signed-in page may be cached"


@pytest.mark.parametrize("row", [row for row in ROWS if row.args], ids=str)
def test_what_is_foreign_looks_like_what_does_not_exist(row, ask, world):
    forged = [world.forged(name) for name in row.args]
    if None in forged:
        pytest.skip("public names are not secret")
    strangers = [who for who in WHO if row.expected(who) == "404"]
    for who in [*strangers[:2], *strangers[-1:]]:
        foreign, missing = ask(row, who), ask(row, who, forged)
        assert missing.status_code == 404, who
        shown = [strip(answer, args) for answer, args in (
            (foreign, [world.known(a) for a in row.args]), (missing, forged))]  # fmt: skip
        assert shown[0] == shown[1], f"{who} can tell them apart"


def strip(answer, args) -> bytes:
    """What is left of a page when everything that names the request itself is gone."""
    body = MOVING.sub(b"", answer.content).replace(answer.wsgi_request.path.encode(), b"?")
    for arg in args:
        body = body.replace(str(arg).encode(), b"?") if len(str(arg)) > 5 else body
    return body


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS if not row.api}))
def test_no_method_is_a_server_error(name, ask):
    row = next(row for row in ROWS if row.name == name)
    listed = {other.method for other in ROWS if other.name == name}
    tried = [(method, who) for method in ("GET", "POST") for who in ("mei", "ada")]
    tried += [(method, NOBODY) for method in ("PUT", "DELETE", "HEAD", "OPTIONS")]
    for method, who in tried:
        if method not in listed:
            answer = ask(Row(method, name, row.args, row.wanted), who)
            assert answer.status_code < 500 or name == "readyz", f"{method} as {who}"


def test_the_raw_configuration_is_for_administrators_only(world, db):
    addresses = every_address(skip=()) - every_address()
    plain = [
        name
        for name in addresses
        if not re.search(r"_(change|delete|history)$|autocomplete|r$|app_list", name)
    ]
    for who in WHO:
        client = Client(raise_request_exception=False)
        if who != NOBODY:
            client.force_login(getattr(world.cast, who), settings.AUTHENTICATION_BACKENDS[0])
        for name in plain:
            try:
                address = reverse(name)
            except Exception:
                continue
            status = client.get(address).status_code
            assert status < 500, (who, name)
            if who != "root" and name not in {"admin:login", "admin:logout", "admin:jsi18n"}:
                assert status in {302, 403, 404}, (who, name, status)
