"""Requests to a WSGI application in this process: a real environ, real cookies, a real CSRF token."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import get_random_string

from accounts.models import Person

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Request:
    """What is asked: `form` makes it a POST with the CSRF token of the cookies."""

    path: str
    cookies: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    location: str


def signed_in(person: Person) -> dict[str, str]:
    """The cookies of somebody who has just signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return {
        settings.SESSION_COOKIE_NAME: str(session.session_key),
        settings.CSRF_COOKIE_NAME: get_random_string(32),
    }


def environ(request: Request) -> dict[str, Any]:
    """The request as a server hands it over."""
    path, _mark, query = request.path.partition("?")
    body = b""
    if request.form is not None:
        token = {"csrfmiddlewaretoken": request.cookies.get(settings.CSRF_COOKIE_NAME, "")}
        body = urlencode(token | request.form).encode()
    cookies = SimpleCookie(request.cookies)
    return {
        "REQUEST_METHOD": "GET" if request.form is None else "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": "" if request.form is None else "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost:8000",
        "HTTP_ACCEPT": "text/html",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "HTTP_COOKIE": "; ".join(f"{name}={morsel.coded_value}" for name, morsel in cookies.items()),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def ask(app: App, given: dict[str, Any]) -> Answer:
    """Send one request and read the whole answer."""
    told: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        told["status"], told["headers"] = int(status.split()[0]), dict(headers)

    answer = app(given, start_response)
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return Answer(told["status"], body, told["headers"].get("Location", ""))
