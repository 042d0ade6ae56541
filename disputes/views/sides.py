"""Held sums: one address for both sides, each back on their own page of the case."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import SignedIn
from helpdesk.core.errors import Invalid

from .. import access
from ..forms import Refusable, StepForm
from ..forms.sides import CareFindingForm, LockForm, SumHoldForm
from ..models import Dispute
from ..operations import caring, sumholds
from . import desk, portal
from .answers import carried_out, done
from .room import case_for

Act = Callable[[Dispute, Any, Any], Any]
SUM = "#sum"
_SUMS: dict[str, tuple[type[Refusable], Act, Any]] = {
    "propose": (
        SumHoldForm,
        lambda case, by, told: sumholds.propose(case, by=by, **told),
        gettext_lazy("The other side has been asked."),
    ),
    "agree": (
        StepForm,
        lambda case, by, told: sumholds.answer(case, by=by, agree=True),
        gettext_lazy("The sum is held from now on."),
    ),
    "decline": (
        StepForm,
        lambda case, by, told: sumholds.answer(case, by=by, agree=False),
        gettext_lazy("Declined. Nothing is held."),
    ),
    "take_back": (
        StepForm,
        lambda case, by, told: sumholds.take_back(case, by=by),
        gettext_lazy("Taken back. Nothing is held."),
    ),
    "release": (
        StepForm,
        lambda case, by, told: sumholds.release(case, by=by),
        gettext_lazy("Noted. The sum is free as soon as both sides have said so."),
    ),
    "keep": (
        StepForm,
        lambda case, by, told: sumholds.keep(case, by=by),
        gettext_lazy("The sum stays held."),
    ),
    "lock": (
        LockForm,
        lambda case, by, told: sumholds.refer(case, by=by, **told),
        gettext_lazy("The number of the lock is noted; both sides see it."),
    ),
}


def back_on(request: SignedIn, case: Dispute, form: Refusable) -> HttpResponse:
    """The person's own page of the case, with what was refused."""
    page_of = portal.page_of if access.on_trader_side(request.user, case) else desk.page_of
    return page_of(request, case, form)


@login_required
@require_POST
def held_sum(request: SignedIn, reference: str) -> HttpResponse:
    """Propose, agree, decline, take back, or free a held sum."""
    case = case_for(request, reference)
    access.acting(request.user, case, sumholds.SIDES)
    shape, act, sentence = _SUMS.get(request.POST.get("do", ""), (StepForm, _unknown, ""))
    form = shape(request.POST)

    def work() -> None:
        act(case, request.user, form.cleaned_data)

    if carried_out(form, work):
        return done(request, f"{case.address_for(request.user)}{SUM}", str(sentence))
    return back_on(request, case, form)


def _unknown(*_args: Any) -> None:
    raise Invalid(_("Please choose one of the steps."), code="unknown_step")


@login_required
@require_POST
def care(request: SignedIn, reference: str) -> HttpResponse:
    """Whether the trader's vulnerability had to do with the complaint; it counts in returns alone."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, caring.FOUND_BY)
    form = CareFindingForm(request.POST)
    if carried_out(form, lambda: caring.find(case, by=request.user, **form.cleaned_data)):
        return done(request, f"{case.get_desk_url()}#care", _("Noted."))
    return desk.page_of(request, case, form)
