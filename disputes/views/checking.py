"""What everybody may check: the published roots, and whether a copy of a file is as it was made."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.core import throttle
from helpdesk.core.errors import Busy

from ..forms import CopyForm
from ..operations import bundling
from ..reads import anchors as published
from ..reads import casefile, verifier

MOST = 256 * 1024 * 1024
# A page that anybody may use looks at less than a program at home, and still at more than any case has.
LIMITS = verifier.Limits(
    files=5000, total=2 * MOST, text=32 * 1024**2, manifest=2 * 1024**2, directory=1024**2
)


@require_safe
def anchors(request: HttpRequest) -> HttpResponse:
    """The roots of all days, the newest first."""
    rows = published.published(request.GET.get("until", ""))
    more = rows[published.PAGE].day.isoformat() if len(rows) > published.PAGE else ""
    context = {"anchors": rows[: published.PAGE], "more": more}
    return render(request, "disputes/public/anchors.html", context)


@require_safe
def anchors_json(request: HttpRequest) -> HttpResponse:
    """The same for programs, all of them; `verify.py --roots` reads it."""
    return JsonResponse({"anchors": published.every()})


# It changes nothing and knows nobody; a token would make the server read the whole upload before its limits.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Drop a copy here and see whether it is unchanged. Nothing of it is kept."""
    if request.method != "POST":
        return render(request, "disputes/public/verify.html", {"form": CopyForm()})
    _limit(request)
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > MOST:
        form = CopyForm({}).too_large()
        return render(request, "disputes/public/verify.html", {"form": form}, status=413)
    form = CopyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "disputes/public/verify.html", {"form": form}, status=422)
    found = casefile.describe(bundling.check(form.cleaned_data["file"], LIMITS), get_language() or "en")
    return render(request, "disputes/public/verify.html", {"form": CopyForm(), "found": found})


def _limit(request: HttpRequest) -> None:
    buckets = ((f"copy.verify:{throttle.address(request.META)}", 20), ("copy.verify", 200))
    for bucket, most in buckets:
        if wait := throttle.take(bucket, limit=most, seconds=600):
            raise Busy(retry_after=wait)
