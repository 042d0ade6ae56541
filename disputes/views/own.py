"""The trader's steps before mediation: solved after all, our answer taken or not, a refusal reviewed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import SignedIn

from .. import access
from ..forms import AskReviewForm, Refusable, SayNoForm, SolvedForm, StepForm
from ..models import Dispute
from ..operations import admitting, escalating, responding, solving
from .answers import TURN, carried_out, done, page, require_sure
from .portal import PAGE


def _taken(
    request: SignedIn, case: Dispute, form: Refusable, work: Callable[[], Any], said: str
) -> HttpResponse:
    if carried_out(form, work):
        return done(request, f"{case.get_absolute_url()}{TURN}", said)
    return page(request, PAGE, access.own_dispute(request.user, case.reference), request.user, form)


@login_required
@require_POST
def solved(request: SignedIn, reference: str) -> HttpResponse:
    """It is solved after all, in the trader's words."""
    case = access.own_dispute(request.user, reference)
    form = SolvedForm(request.POST)
    said = _("Thank you. The case is closed, and you have it in writing.")
    return _taken(
        request, case, form, lambda: solving.solve(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def accept_answer(request: SignedIn, reference: str) -> HttpResponse:
    """The trader accepts the platform's answer, the very text they have read."""
    case = access.own_dispute(request.user, reference)

    def work() -> None:
        require_sure(request)
        responding.accept(case, by=request.user, sha256=request.POST.get("sha256", ""))

    return _taken(request, case, StepForm(request.POST), work, _("You have accepted the answer."))


@login_required
@require_POST
def say_no(request: SignedIn, reference: str) -> HttpResponse:
    """The trader does not accept it and asks for mediation."""
    case = access.own_dispute(request.user, reference)
    form = SayNoForm(request.POST)
    said = _("A mediator who has not worked on your case is appointed now.")
    return _taken(
        request,
        case,
        form,
        lambda: responding.ask_mediation(case, by=request.user, **form.cleaned_data),
        said,
    )


@login_required
@require_POST
def ask_review(request: SignedIn, reference: str) -> HttpResponse:
    """The trader asks for the review of a refusal."""
    case = access.own_dispute(request.user, reference)
    form = AskReviewForm(request.POST)
    said = _("Somebody who has not decided on it looks at it again.")
    return _taken(
        request, case, form, lambda: admitting.ask_review(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def escalate(request: SignedIn, reference: str) -> HttpResponse:
    """Our time is over: the trader asks for mediation."""
    case = access.own_dispute(request.user, reference)
    said = _("A mediator who has not worked on your case is appointed now.")
    work = partial(escalating.escalate, case, by=request.user)
    return _taken(request, case, StepForm(request.POST), work, said)


@login_required
@require_POST
def automatic(request: SignedIn, reference: str) -> HttpResponse:
    """Whether the case goes to mediation by itself when our answer is late."""
    case = access.own_dispute(request.user, reference)
    chosen = request.POST.get("automatic") == "on"
    work = partial(escalating.choose, case, by=request.user, automatic=chosen)
    said = _("It goes on by itself.") if chosen else _("It waits for your word.")
    return _taken(request, case, StepForm(request.POST), work, said)
