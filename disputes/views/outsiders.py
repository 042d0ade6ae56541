"""A mediator from outside: their own cases, the promise, the end of their access, and who is told names."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require_factor
from accounts.models import SignedIn
from helpdesk.core.errors import NotFound

from .. import access
from ..access import grants
from ..forms import StepForm
from ..forms.outsiders import PromiseForm, RevokeForm
from ..models import Dispute
from ..operations import granting, revoking
from ..reads import outsiders
from ..states import Actor
from . import desk, portal
from .answers import back_to, carried_out, done

NEUTRALS = "#neutrals"


@login_required
@require_safe
def appointments(request: SignedIn) -> HttpResponse:
    """What is open to a mediator from outside: straight to the one case, else their numbers and no more."""
    if not grants.is_outside(request.user):
        raise NotFound
    require_factor(request.user)
    found = list(grants.grants_of(request.user))
    if len(found) == 1:
        return redirect(found[0].dispute.get_desk_url())
    return render(request, "disputes/outside/appointments.html", {"found": found})


@login_required
@require_POST
def promise(request: SignedIn, reference: str) -> HttpResponse:
    """Promise to keep the case to oneself; the declaration comes next."""
    case = access.appointed_dispute(request.user, reference)
    grant = grants.grant_of(request.user, case)
    if grant is None:
        access.acting(request.user, case, ())
    form = PromiseForm(request.POST)
    number = form.data.get("number", "")

    def work() -> None:
        granting.promise(case, by=request.user, number=form.cleaned_data["number"])

    if carried_out(form, work):
        said = _("Your promise is kept in the file. One more step: the declaration.")
        return done(request, case.get_desk_url(), said)
    context = outsiders.asked() | {"dispute": case, "form": form, "refused": form, "number": number}
    return render(request, "disputes/outside/promise.html", context, status=form.answered)


@login_required
@require_POST
def revoke(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """A supervisor or compliance ends somebody's access at once."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.SU, Actor.CO))
    form = RevokeForm(request.POST)

    def work() -> None:
        revoking.revoke(case, pk, by=request.user, reason=form.cleaned_data["reason"])

    if carried_out(form, work):
        return done(request, back_to(case, request.user, NEUTRALS), _("The access has ended."))
    return desk.page_of(request, case, form)


@login_required
@require_POST
def names(request: SignedIn, reference: str) -> HttpResponse:
    """The trader lets names be told, or takes that back."""
    return _names(request, access.own_dispute(request.user, reference), portal.page_of)


@login_required
@require_POST
def desk_names(request: SignedIn, reference: str) -> HttpResponse:
    """The same for the platform."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.SU,))
    return _names(request, case, desk.page_of)


def _names(request: SignedIn, case: Dispute, page_of: Callable[..., HttpResponse]) -> HttpResponse:
    form, agrees = StepForm(request.POST), request.POST.get("do") == "agree"
    work = granting.let_names_be_known if agrees else granting.keep_names
    if carried_out(form, lambda: work(case, by=request.user)):
        said = _("Noted. Names are told when both sides agree.") if agrees else _("Taken back.")
        return done(request, case.address_for(request.user) + NEUTRALS, said)
    return page_of(request, case, form)
