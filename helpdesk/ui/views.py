"""The icon sprite."""

from django.http import HttpRequest, HttpResponse

from . import sprite


def icons(request: HttpRequest) -> HttpResponse:
    """The sprite; its address carries its version, so browsers keep it for good."""
    response = HttpResponse(sprite.svg(), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
