"""Dates of a case in the desk: moved for both sides, or told to the trader as late."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import SignedIn

from .. import access
from ..forms import DelayForm, ExtendForm
from ..operations import delaying, extending
from .answers import back_to, carried_out, done
from .desk import page_of

DATES = "#dates"


@login_required
@require_POST
def extend(request: SignedIn, reference: str) -> HttpResponse:
    """Give both sides more time."""
    case = access.desk_dispute(request.user, reference)
    form = ExtendForm(extending.movable(case, access.actors_of(request.user, case)), request.POST)
    if carried_out(form, lambda: extending.extend(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user, DATES), _("The date was moved for both sides."))
    return page_of(request, case, form)


@login_required
@require_POST
def send_notice(request: SignedIn, reference: str) -> HttpResponse:
    """Send the notice that the answer is late."""
    case = access.desk_dispute(request.user, reference)
    form = DelayForm(request.POST)
    if carried_out(form, lambda: delaying.send(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user), _("The notice was sent."))
    return page_of(request, case, form)
