"""The WSGI side of live pages: tokens."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.core.errors import NotFound

from . import topics


@never_cache
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """A fresh token for those of the asked topics that are open to the person."""
    asked = request.GET.getlist("topic")
    signed = topics.token_for(request.user, asked)
    if not signed:
        raise NotFound
    return JsonResponse({"token": signed, "lifetime": topics.LIFETIME})


@never_cache
@require_safe
def no_stream(request: HttpRequest) -> HttpResponse:
    """Pages cannot stream; 204 tells the browser to stop asking, and the page looks by itself instead."""
    return HttpResponse(status=204)
