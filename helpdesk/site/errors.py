"""Pages for what went wrong: what happened, that nothing was lost, what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import loader

KEPT = 30_000  # characters of typed text shown back


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not allowed."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing this person may know of."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without context, so that it works when nothing else does."""
    return HttpResponse(loader.get_template("errors/500.html").render(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's ticket had expired. Everything typed is shown again and can be sent with a fresh one."""
    typed: list[dict[str, Any]] = [
        {"name": name, "value": value[:KEPT], "long": len(value) > 80 or "\n" in value}
        for name, values in request.POST.lists()
        if "password" not in name and name != "csrfmiddlewaretoken"
        for value in values
    ]
    get_token(request)
    context = {"typed": typed, "action": request.get_full_path(), "files": bool(request.FILES)}
    return render(request, "errors/csrf.html", context, status=403)
