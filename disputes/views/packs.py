"""Files for bodies outside, on a page both sides can open; and the directory of these bodies in the desk."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SignedIn

from .. import access
from ..access import packs as doors
from ..forms import Refusable
from ..forms.packs import BodyForm, HandForm, PackForm
from ..models import Dispute
from ..operations import directory, involving, outward, packing
from ..reads.public import Span
from .answers import carried_out, done, limit
from .files import sealed


def _here(reference: str) -> str:
    return reverse("disputes:packs", args=[reference])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def packs(request: SignedIn, reference: str) -> HttpResponse:
    """What was made for bodies outside; those who work the case make another."""
    case = doors.require_packs(request.user, reference)
    if request.method != "POST":
        return _page(request, case)
    doors.require_making(request.user, case)
    limit(request.user, "dispute.pack", most=10)
    form = _form(case, request.POST)
    if carried_out(form, lambda: packing.make(case, by=request.user, **form.told())):
        return done(request, _here(reference), _("The file is made. Please record it here when it has gone."))
    return _page(request, case, form)


@login_required
@require_POST
def handed(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """Record that it went to the body."""
    pack = doors.pack_for(request.user, reference, number)
    doors.require_making(request.user, pack.dispute)
    form = HandForm(number, request.POST)
    if carried_out(form, lambda: packing.hand_over(pack, by=request.user, **form.cleaned_data)):
        return done(request, _here(reference), _("Recorded. The trader has been told."))
    return _page(request, pack.dispute, form)


@login_required
@require_safe
def file(request: SignedIn, reference: str, number: int) -> HttpResponseBase:
    """The very bytes that are or were handed over, always as a download."""
    pack = doors.pack_for(request.user, reference, number)
    limit(request.user, "dispute.bundle", most=20)
    response = sealed(pack.storage_key, "application/zip", pack.filename, download=True)
    packing.taken(pack, by=request.user)
    return response


def _form(case: Dispute, data: Any = None) -> PackForm:
    return PackForm([one.body for one in outward.bodies(case)], data)


def _page(request: SignedIn, case: Dispute, shown: Refusable | None = None) -> HttpResponse:
    involving.look(case, by=request.user)
    person, own = request.user, access.on_trader_side(request.user, case)
    makes = doors.may_make(person, case)
    rows = list(doors.packs_for(person, case).order_by("-number"))
    waiting = [pack.number for pack in rows if makes and not pack.handed_at]
    hands = {number: HandForm(number) for number in waiting}
    hands |= {shown.number: shown} if isinstance(shown, HandForm) else {}
    form = shown if isinstance(shown, PackForm) else _form(case)
    context = {
        "dispute": case, "back": case.address_for(person), "refused": shown,
        "layout": "layouts/portal.html" if own else "layouts/desk.html",
        "packs": [(pack, hands.get(pack.number)) for pack in rows], "form": form if makes else None,
    }  # fmt: skip
    return render(request, "disputes/packs.html", context, status=shown.answered if shown else 200)


@login_required
@require_safe
def bodies(request: SignedIn) -> HttpResponse:
    """The directory of bodies outside."""
    person = doors.require_directory(request.user)
    rows = [(row, Span(row.limit_n, row.limit_unit) if row.limit_n else "") for row in doors.bodies()]
    context = {"bodies": rows, "keeps": doors.keeps_directory(person)}
    return render(request, "disputes/desk/bodies.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_body(request: SignedIn) -> HttpResponse:
    """Add a body."""
    doors.require_keeping(request.user)
    form = BodyForm(request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda: directory.add(by=request.user, told=form.cleaned_data)
    ):
        return done(request, reverse("disputes:bodies"), _("Saved."))
    return _body(request, form, body=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: SignedIn, code: str) -> HttpResponse:
    """Change what is known of a body."""
    doors.require_keeping(request.user)
    found = doors.body(code)
    form = BodyForm(request.POST if request.method == "POST" else None, body=found)
    if request.method == "POST" and carried_out(
        form, lambda: directory.change(found, by=request.user, told=form.cleaned_data)
    ):
        return done(request, reverse("disputes:bodies"), _("Saved."))
    return _body(request, form, body=found)


def _body(request: SignedIn, form: BodyForm, *, body: object) -> HttpResponse:
    sent = request.method == "POST"
    context = {"form": form, "body": body, "refused": form if sent else None}
    return render(request, "disputes/desk/body.html", context, status=form.answered if sent else 200)
