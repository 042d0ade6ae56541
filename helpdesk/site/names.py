"""Whose names are spoken to whom, for every request of a page; for programs `disputes.api` does the same."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from disputes.reads import names


class SpokenNames:
    """A mediator from outside reads pseudonyms wherever a page speaks of people, unless both sides agreed."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with names.spoken(None):
            return self.answer(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, given: dict[str, Any]) -> None:
        # Who brings no session is nobody: pages for everybody stay the same for all, and may be kept.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            names.speak_to(request.user, str(given.get("reference", "")))
