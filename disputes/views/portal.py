"""The pages of a case for the trader who brought it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core.errors import Invalid

from .. import access
from ..forms import EvidenceForm, MessageForm, OfferForm, ReasonForm
from ..models import Dispute
from ..operations import (
    answering,
    appointing,
    leaving,
    mediating,
    proposing,
    remedying,
    ruling,
    talking,
)
from ..reads import lists
from .answers import carried_out, done, limit, page, submit

PAGE = "disputes/portal/dispute.html"


@login_required
@require_safe
def disputes(request: SignedIn) -> HttpResponse:
    """The person's own cases."""
    return render(request, "disputes/portal/disputes.html", {"cards": lists.own(request.user)})


@login_required
@require_safe
def dispute(request: SignedIn, reference: str) -> HttpResponse:
    """One case: where it is, whose turn, what next and by when, and everything in the file."""
    return page(request, PAGE, access.own_dispute(request.user, reference), request.user)


@login_required
@require_POST
def say(request: SignedIn, reference: str) -> HttpResponse:
    """Write to everyone in the case, or to the mediator alone."""
    case = access.own_dispute(request.user, reference)
    form = MessageForm(access.channels_for(request.user, case), request.POST)
    limit(request.user, "dispute.say")
    if carried_out(form, lambda: talking.post(case, by=request.user, **form.cleaned_data)):
        return done(request, f"{case.get_absolute_url()}#said", _("Your message was sent."))
    return page(request, PAGE, case, request.user, form)


@login_required
@require_POST
def add_evidence(request: SignedIn, reference: str) -> HttpResponse:
    """Put files into the case."""
    case = access.own_dispute(request.user, reference)
    form = EvidenceForm(list(case.points.all()), request.POST, request.FILES)
    limit(request.user, "dispute.evidence", most=20)
    if carried_out(form, lambda: submit(case, form, request)):
        return done(request, f"{case.get_absolute_url()}#evidence", _("The files are in the case now."))
    return page(request, PAGE, case, request.user, form)


@login_required
@require_POST
def offer(request: SignedIn, reference: str) -> HttpResponse:
    """Make an offer."""
    case = access.own_dispute(request.user, reference)
    form = OfferForm(request.POST)
    if carried_out(form, lambda: proposing.make(case, by=request.user, **form.cleaned_data)):
        return done(request, case.get_absolute_url(), _("Your offer was made."))
    return page(request, PAGE, case, request.user, form)


@login_required
@require_POST
def answer_offer(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """Accept or decline the platform's offer."""
    case = access.own_dispute(request.user, reference)
    if request.POST.get("answer") == "accept":
        proposing.accept(case, number, by=request.user, sha256=request.POST.get("sha256", ""))
        return done(request, case.get_absolute_url(), _("You have accepted the offer."))
    proposing.decline(case, number, by=request.user)
    return done(request, case.get_absolute_url(), _("You have declined the offer."))


@login_required
@require_POST
def object_to_mediator(request: SignedIn, reference: str) -> HttpResponse:
    """Object to the mediator; the first time needs no reason."""
    case = access.own_dispute(request.user, reference)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    appointing.object_to(case, by=request.user, reason=reason)
    return done(request, case.get_absolute_url(), _("Somebody else will be drawn."))


Act = Callable[[Dispute, Any], Any]
_ACTS: dict[str, tuple[Act, Any]] = {
    "accept": (
        lambda case, by: answering.accept(case, by=by),
        gettext_lazy("You have accepted the decision."),
    ),
    "decline": (
        lambda case, by: answering.decline(case, by=by),
        gettext_lazy("You have not accepted the decision."),
    ),
    "confirm": (
        lambda case, by: remedying.confirm(case, by=by),
        gettext_lazy("Thank you. The case is closed."),
    ),
    "no-comments": (
        lambda case, by: ruling.close_comments(case, by=by),
        gettext_lazy("The decider has been told."),
    ),
    "end-mediation": (
        lambda case, by: mediating.report_no_settlement(
            case, by=by, note=_("The trader ended the mediation.")
        ),
        gettext_lazy("The mediation has ended. Somebody else decides now."),
    ),
    "withdraw": (lambda case, by: leaving.ask(case, by=by), gettext_lazy("Please confirm after two days.")),
    "keep": (lambda case, by: leaving.keep(case, by=by), gettext_lazy("The case goes on.")),
    "withdraw-now": (
        lambda case, by: leaving.withdraw(case, by=by),
        gettext_lazy("You have withdrawn the complaint."),
    ),
    "close": (lambda case, by: answering.close_final(case, by=by), gettext_lazy("The file is closed.")),
}
_SURE = frozenset({"accept", "decline", "withdraw", "withdraw-now", "end-mediation", "close"})


@login_required
@require_POST
def act(request: SignedIn, reference: str, what: str) -> HttpResponse:
    """One of the steps that need no more than the trader's word; grave ones need it twice."""
    case = access.own_dispute(request.user, reference)
    if what in _SURE and request.POST.get("sure") != "on":
        raise Invalid(_("Please tick the box to confirm. Nothing has happened yet."), code="not_confirmed")
    work, sentence = _ACTS[what]
    work(case, request.user)
    return done(request, case.get_absolute_url(), str(sentence))
