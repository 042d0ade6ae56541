"""What every request of a page passes: language, the viewer's own settings, and refusals as pages."""

import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from helpdesk.core.errors import Busy, DomainError, told_by_database

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME


class ChosenLanguage:
    """The language of the cookie, else of the browser; in force for this request only."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(LANGUAGE_COOKIE)
        if language not in {"en", "zh-hans"}:
            language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.answer(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class Unhurried:
    """Answers that could tell by their speed whether an address is known leave no sooner than all of them.

    The work behind a sign-in, a sign-up or a forgotten password differs by some thousandths of a second
    between people we know and people we do not. Outermost, so that everything that differs lies before the
    wait; no transaction is open then. What a limit refuses goes at once, so that a flood holds no threads;
    so does whoever signed in.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path not in settings.UNHURRIED:
            return self.answer(request)
        leave_at = time.monotonic() + settings.UNHURRIED_SECONDS
        response = self.answer(request)
        person = getattr(request, "user", None)
        if response.status_code != 429 and not (person and person.is_authenticated):
            time.sleep(max(0.0, leave_at - time.monotonic()))
        return response


class Viewer:
    """A signed-in person's own language and time zone; and nothing of theirs in any shared cache."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person: Any = getattr(request, "user", None)
        signed_in = (
            settings.SESSION_COOKIE_NAME in request.COOKIES and person is not None and person.is_authenticated
        )
        if signed_in:
            translation.activate(person.language)
            request.LANGUAGE_CODE = person.language
            timezone.activate(_zone(person.time_zone))
        try:
            response = self.answer(request)
        finally:
            timezone.deactivate()
        if signed_in or not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store, private"
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


class Refusals:
    """A rule that said no becomes a page in the viewer's language: what happened, and what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = error if isinstance(error, DomainError) else told_by_database(error)
        return self._page(request, refusal) if refusal else None

    def _page(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        page = error.status if error.status in {403, 404, 409, 429} else 400
        whole = error.page or f"errors/{page}.html"
        template = "errors/_refusal.html" if getattr(request, "htmx", False) else whole
        response = render(request, template, {"error": error}, status=error.status)
        if template == "errors/_refusal.html":
            response.headers["HX-Reswap"] = "none"
        if isinstance(error, Busy):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
