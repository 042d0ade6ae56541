"""What everyone may read about disputes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.core import clock
from helpdesk.core.errors import NotFound

from ..models import QuarterFigures
from ..reads import figures, public


@require_safe
def procedure(request: HttpRequest) -> HttpResponse:
    """The procedure, made from the tables the code obeys."""
    return render(request, "disputes/public/procedure.html", public.procedure())


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The published figures of a quarter, small cells hidden."""
    out = _asked(request, empty=True)
    context = {
        "quarter": out.quarter if out else "",
        "quarters": figures.quarters(),
        "told": figures.told(out.figures) if out else None,
        "sha256": out.sha256 if out else "",
        "next_from": figures.quarter_of(clock.now()).next().first,
    }
    return render(request, "disputes/public/statistics.html", context)


@require_safe
def statistics_json(request: HttpRequest) -> HttpResponse:
    """The same for programs: nothing in it that is not on the page."""
    out = _asked(request)
    return JsonResponse((out.figures | {"sha256": out.sha256}) if out else {})


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """The same, one line per figure."""
    out = _asked(request)
    text = figures.as_csv(out.figures) if out else ""
    kept = {"Content-Disposition": f'attachment; filename="disputes-{out.quarter if out else ""}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=kept)


def _asked(request: HttpRequest, *, empty: bool = False) -> QuarterFigures | None:
    """The quarter in the address or the last one; 404 when there is none, unless the page can say so."""
    name = request.GET.get("quarter", "")
    quarter = figures.named(name)
    out = figures.newest(str(quarter) if quarter else "") if quarter or not name else None
    if out is None and (name or not empty):
        raise NotFound
    return out
