"""What machines ask: are you there, are you well, what are your figures."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import health, metrics


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nobody else, so a lost database restarts no web process."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when everything behind the pages works as well, else 503; each check by name."""
    checks = health.examine()
    ready = all(check.ok for check in checks)
    body = {"ready": ready, "checks": {check.name: check.as_json() for check in checks}}
    answer = JsonResponse(body, status=200 if ready else 503)
    # An answer to a question is no failure of this process: nothing for the log.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Prometheus text."""
    body, content_type = metrics.exposition()
    return HttpResponse(body, content_type=content_type)
