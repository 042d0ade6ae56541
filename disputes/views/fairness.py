"""Steps of the fairness rules on the desk's page of a case."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import SignedIn

from .. import access
from ..forms import StepForm
from ..forms.fairness import RestrictionForm, RulingForm
from ..operations import objecting, restricting
from ..states import Actor
from .answers import back_to, carried_out, done
from .desk import page_of


@login_required
@require_POST
def restrict(request: SignedIn, reference: str) -> HttpResponse:
    """Ask compliance for leave to restrict the trader; only who may ask is shown the form again."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.CH, Actor.SU))
    form = RestrictionForm(request.POST)
    if carried_out(form, lambda: restricting.ask(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user), _("Compliance has been asked."))
    return page_of(request, case, form)


@login_required
@require_POST
def rule_restriction(request: SignedIn, reference: str) -> HttpResponse:
    """Compliance rules on what was asked for."""
    case = access.desk_dispute(request.user, reference)
    form, approve = StepForm(request.POST), request.POST.get("do") == "approve"
    if carried_out(form, lambda: restricting.rule(case, by=request.user, approve=approve)):
        return done(request, back_to(case, request.user), _("Noted."))
    return page_of(request, case, form)


@login_required
@require_POST
def rule_objection(request: SignedIn, reference: str) -> HttpResponse:
    """Rule on an objection with reasons; only who may rule is shown the form again."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.CO, Actor.SU))
    form, uphold = RulingForm(request.POST), request.POST.get("do") == "uphold"

    def work() -> None:
        objecting.rule(case, by=request.user, uphold=uphold, reason=form.cleaned_data["ruling"])

    if carried_out(form, work):
        return done(request, back_to(case, request.user), _("Both sides have been told."))
    return page_of(request, case, form)
