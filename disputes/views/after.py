"""The steps after a decision, for both kinds of page: the appeal, the way outside, taking a case up again."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import SignedIn
from tickets.operations import attaching

from .. import access
from ..forms import AppealForm, ExternalOutcomeForm, ReopenForm
from ..models import Dispute
from ..operations import appealing, outward, referring, reopening
from ..states import Actor
from . import desk, portal
from .answers import TURN, back_to, carried_out, done, limit, referral_form, taken


def _filed(case: Dispute, form: AppealForm, request: SignedIn) -> None:
    access.acting(request.user, case, (Actor.TR, Actor.SU))
    typed = form.cleaned_data
    files = attaching.store(form.uploads())
    appealing.file(case, by=request.user, ground=typed["ground"], reasons=typed["reasons"], files=files)


@login_required
@require_POST
def appeal(request: SignedIn, reference: str) -> HttpResponse:
    """Ask for a review of the decision."""
    case = access.own_dispute(request.user, reference)
    form = AppealForm(request.POST, request.FILES)
    limit(request.user, "dispute.appeal", most=20)
    if carried_out(form, lambda: _filed(case, form, request)):
        said = _("You have asked for a review. Somebody who has had no part in the case reads it.")
        return done(request, f"{case.get_absolute_url()}{TURN}", said)
    return portal.page_of(request, case, form)


@login_required
@require_POST
def desk_appeal(request: SignedIn, reference: str) -> HttpResponse:
    """The platform asks for a review."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.TR, Actor.SU))
    form = AppealForm(request.POST, request.FILES)
    if carried_out(form, lambda: _filed(case, form, request)):
        return done(request, back_to(case, request.user), _("The review was asked for."))
    return desk.page_of(request, case, form)


@login_required
@require_POST
def desk_drop_appeal(request: SignedIn, reference: str) -> HttpResponse:
    """The platform takes its request for a review back."""
    case = access.desk_dispute(request.user, reference)
    if refused := taken(request, lambda: appealing.drop(case, by=request.user)):
        return desk.page_of(request, case, refused)
    return done(request, back_to(case, request.user), _("The decision stands again."))


def _context(request: SignedIn, case: Dispute) -> dict[str, object]:
    return {"acting": access.actors_of(request.user, case), "outside": outward.bodies(case)}


@login_required
@require_POST
def refer(request: SignedIn, reference: str) -> HttpResponse:
    """The trader tells which body outside has the case, and whether the work here goes on."""
    case = access.own_dispute(request.user, reference)
    form = referral_form(case, _context(request, case), request.POST)
    if carried_out(form, lambda: referring.tell(case, by=request.user, **form.told())):
        return done(request, f"{case.get_absolute_url()}{TURN}", _("Thank you for telling us."))
    return portal.page_of(request, case, form)


@login_required
@require_POST
def desk_refer(request: SignedIn, reference: str) -> HttpResponse:
    """Supervisor or compliance record that a body has the case."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.SU, Actor.CO))
    form = referral_form(case, _context(request, case), request.POST)
    if carried_out(form, lambda: referring.tell(case, by=request.user, **form.told())):
        return done(request, back_to(case, request.user), _("Recorded. The trader has been told."))
    return desk.page_of(request, case, form)


def _recorded(case: Dispute, form: ExternalOutcomeForm, request: SignedIn) -> None:
    files = attaching.store(form.uploads())
    referring.record_outcome(case, by=request.user, files=files, **form.told())


@login_required
@require_POST
def external_outcome(request: SignedIn, reference: str) -> HttpResponse:
    """Handler or supervisor record what the body found."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.CH, Actor.SU))
    form = ExternalOutcomeForm(request.POST, request.FILES)
    if carried_out(form, lambda: _recorded(case, form, request)):
        return done(request, back_to(case, request.user), _("The outcome is recorded."))
    return desk.page_of(request, case, form)


def _taken_up(case: Dispute, form: ReopenForm, request: SignedIn) -> None:
    files = attaching.store(form.uploads())
    reason, points = form.cleaned_data["reason"], form.new_points()
    reopening.reopen(case, by=request.user, reason=reason, files=files, points=points)


@login_required
@require_POST
def reopen(request: SignedIn, reference: str) -> HttpResponse:
    """The trader takes a closed or withdrawn case up again."""
    case = access.own_dispute(request.user, reference)
    form = ReopenForm(request.POST, request.FILES)
    limit(request.user, "dispute.reopen", most=20)
    if carried_out(form, lambda: _taken_up(case, form, request)):
        return done(request, f"{case.get_absolute_url()}{TURN}", _("The case is open again."))
    return portal.page_of(request, case, form)
