"""What waits for an approval, and what may be carried out."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Person, SignedIn
from helpdesk.core.errors import NotFound

from ..forms import StepForm
from ..operations import authorising
from ..reads import money as reads
from .answers import done, taken

PAGE = "disputes/desk/money.html"


def _page(request: SignedIn, shown: StepForm | None = None) -> HttpResponse:
    context: dict[str, Any] = reads.overview(request.user) | {
        "limits": reads.limits(),
        "rates": reads.rates(),
    }
    return render(
        request, PAGE, context | {"refused": shown}, status=shown.answered if shown is not None else 200
    )


def _require(person: Person) -> None:
    if not reads.has_money(person):
        raise NotFound


@login_required
@require_safe
def money(request: SignedIn) -> HttpResponse:
    """For those who approve and pay, each with what they may know of."""
    _require(request.user)
    return _page(request)


@login_required
@require_POST
def approve(request: SignedIn, pk: int) -> HttpResponse:
    """Let a promise go out, as one of those it needs."""
    authority = authorising.one(request.user, pk)
    if refused := taken(request, lambda: authorising.approve(authority, by=request.user)):
        return _page(request, refused)
    return done(request, reverse("disputes:desk-money"), _("Approved."))
