"""What everyone may read about disputes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..reads import public


@require_safe
def procedure(request: HttpRequest) -> HttpResponse:
    """The procedure, made from the tables the code obeys."""
    return render(request, "disputes/public/procedure.html", public.procedure())


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The published figures, small cells hidden."""
    return render(request, "disputes/public/statistics.html", public.statistics())
