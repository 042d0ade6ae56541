"""What is due to be erased, what is held, and what was erased."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core.errors import NotFound

from ..forms import EndHoldForm, HoldForm, Refusable
from ..operations import keeping as holds
from ..operations import purging
from ..reads import keeping as reads
from .answers import carried_out, done, taken

PAGE = "disputes/desk/keeping.html"


def _page(request: SignedIn, shown: Refusable | None = None) -> HttpResponse:
    context = reads.overview(request.user)
    for row in context["holds"]:
        mine = isinstance(shown, EndHoldForm) and shown.pk == row["hold"].pk
        row["form"] = shown if mine else EndHoldForm(row["hold"].pk) if row["can"] == "ask" else None
    context["form"] = shown if isinstance(shown, HoldForm) else HoldForm()
    context["refused"] = shown
    return render(request, PAGE, context, status=shown.answered if shown else 200)


def _require(request: SignedIn) -> None:
    if not reads.has_keeping(request.user):
        raise NotFound


def _answer(request: SignedIn, shown: Refusable, work: Callable[[], Any], sentence: str) -> HttpResponse:
    if carried_out(shown, work):
        return done(request, reverse("disputes:desk-keeping"), sentence)
    return _page(request, shown)


@login_required
@require_safe
def keeping(request: SignedIn) -> HttpResponse:
    """For compliance, and for those who agree as the second person."""
    _require(request)
    return _page(request)


@login_required
@require_POST
def approve(request: SignedIn, pk: int) -> HttpResponse:
    """Agree that a case is erased."""
    _require(request)
    if refused := taken(request, lambda: purging.approve(pk, by=request.user)):
        return _page(request, refused)
    return done(request, reverse("disputes:desk-keeping"), _("You have agreed."))


@login_required
@require_POST
def put(request: SignedIn) -> HttpResponse:
    """Hold a case."""
    _require(request)
    form = HoldForm(request.POST)
    return _answer(
        request, form, lambda: holds.put(by=request.user, **form.cleaned_data), _("The case is held.")
    )


@login_required
@require_POST
def end(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for the end of a hold, or agree to it."""
    _require(request)
    if request.POST.get("do") == "agree":
        if refused := taken(request, lambda: holds.agree_end(pk, by=request.user)):
            return _page(request, refused)
        return done(request, reverse("disputes:desk-keeping"), _("The hold has ended."))
    form = EndHoldForm(pk, request.POST)
    said = _("Asked. A second person has to agree.")
    return _answer(request, form, lambda: holds.ask_end(pk, by=request.user, **form.cleaned_data), said)
