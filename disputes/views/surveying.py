"""How a mediator worked, asked of each side alone."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import SignedIn

from .. import access
from ..access import sides as doors
from ..forms.sides import SurveyForm
from ..models import Survey
from ..operations import surveying
from .answers import carried_out, done


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """One side's survey; who is not asked finds none."""
    asked, by, sent = (
        doors.survey_for(request.user, reference, number),
        request.user,
        request.method == "POST",
    )
    form = SurveyForm(request.POST if sent else None)

    def work() -> None:
        surveying.answer(asked, by=by, scores=form.scores(), words=form.cleaned_data["words"])

    if sent and carried_out(form, work):
        return done(request, asked.dispute.address_for(by), _("Thank you. Nobody in the case sees it."))
    told = {"survey": asked, "form": form, "refused": form if sent else None} | _around(request, asked)
    return render(request, "disputes/survey.html", told, status=form.answered if sent else 200)


def _around(request: SignedIn, asked: Survey) -> dict[str, Any]:
    """The surroundings of whoever looks, and whether it may still be answered."""
    own, case = access.on_trader_side(request.user, asked.dispute), asked.dispute
    layout = "layouts/portal.html" if own else "layouts/desk.html"
    back = case.address_for(request.user)
    return {"layout": layout, "dispute": case, "back": back, "open": doors.is_open(asked)}
