"""One answer for two ways of asking: htmx gets the fragment, a plain form gets the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def answer(
    request: HttpRequest,
    fragment: str,
    context: dict[str, Any] | None = None,
    *,
    page: str | None = None,
    whole: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The fragment for htmx; otherwise a redirect to `page` after success, or the `whole` template.

    A refusal (`status` 400 and up) of a plain form always shows `whole`, so that what was typed is kept.
    """
    if getattr(request, "htmx", False):
        return render(request, fragment, context, status=status)
    if page is not None and status < 400:
        return HttpResponseRedirect(page)
    return render(request, whole or fragment, context, status=status)
