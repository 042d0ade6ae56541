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

from .. import access
from ..forms import EvidenceForm, MessageForm, ObjectionForm, OfferForm, Refusable
from ..models import Dispute, DisputeMessage, Objection
from ..operations import (
    answering,
    appealing,
    appointing,
    leaving,
    mediating,
    proposing,
    referring,
    remedying,
    ruling,
    talking,
)
from ..reads import lists
from .answers import (
    EVIDENCE,
    OFFERS,
    TURN,
    carried_out,
    done,
    limit,
    objected,
    page,
    require_sure,
    submit,
    taken,
)

PAGE = "disputes/portal/dispute.html"


def _at(case: Dispute, part: str = TURN) -> str:
    return f"{case.get_absolute_url()}{part}"


def _page(request: SignedIn, case: Dispute, *shown: Refusable) -> HttpResponse:
    objecting = next((form for form in shown if isinstance(form, ObjectionForm)), ObjectionForm())
    return page(request, PAGE, case, request.user, *shown, object_form=objecting)


page_of = _page


@login_required
@require_safe
def disputes(request: SignedIn) -> HttpResponse:
    """The person's own cases."""
    return render(request, "disputes/portal/disputes.html", {"cards": lists.own(request.user)})


@login_required
@require_safe
def dispute(request: SignedIn, reference: str) -> HttpResponse:
    """One case: where it is, whose turn, what next and by when, and everything in the file."""
    return _page(request, access.own_dispute(request.user, reference))


@login_required
@require_POST
def say(request: SignedIn, reference: str) -> HttpResponse:
    """Write to everyone in the case, or to the mediator alone."""
    case = access.own_dispute(request.user, reference)
    form = MessageForm(access.channels_for(request.user, case), request.POST)
    limit(request.user, "dispute.say")
    said: list[DisputeMessage] = []
    if carried_out(form, lambda: said.append(talking.post(case, by=request.user, **form.cleaned_data))):
        return done(request, _at(case, f"#m{said[0].pk}"), _("Your message was sent."))
    return _page(request, case, form)


@login_required
@require_POST
def add_evidence(request: SignedIn, reference: str) -> HttpResponse:
    """Put files into the case; each has its receipt beside it in the index."""
    case = access.own_dispute(request.user, reference)
    form = EvidenceForm(list(case.points.all()), request.POST, request.FILES)
    limit(request.user, "dispute.evidence", most=20)
    if carried_out(form, lambda: submit(case, form, request)):
        return done(request, _at(case, EVIDENCE), _("The files are in the case now."))
    return _page(request, case, form)


@login_required
@require_POST
def offer(request: SignedIn, reference: str) -> HttpResponse:
    """Make an offer."""
    case = access.own_dispute(request.user, reference)
    form = OfferForm(request.POST)
    if carried_out(form, lambda: proposing.make(case, by=request.user, **form.cleaned_data)):
        return done(request, _at(case, OFFERS), _("Your offer was made."))
    return _page(request, case, form)


@login_required
@require_POST
def answer_offer(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """Accept or decline the platform's offer."""
    case = access.own_dispute(request.user, reference)
    by, sha256 = request.user, request.POST.get("sha256", "")
    if accepts := request.POST.get("answer") == "accept":
        refused = taken(request, lambda: proposing.accept(case, number, by=by, sha256=sha256))
    else:
        refused = taken(request, lambda: proposing.decline(case, number, by=by))
    if refused:
        return _page(request, case, refused)
    if accepts:
        return done(request, _at(case), _("You have accepted the offer."))
    return done(request, _at(case, OFFERS), _("You have declined the offer."))


@login_required
@require_POST
def object_to_mediator(request: SignedIn, reference: str) -> HttpResponse:
    """Object to the mediator; the first time needs no reason."""
    case, made = access.own_dispute(request.user, reference), list[Objection]()
    form = ObjectionForm(request.POST)
    if carried_out(
        form, lambda: made.append(appointing.object_to(case, by=request.user, **form.cleaned_data))
    ):
        return done(request, _at(case), objected(made))
    return _page(request, case, form)


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
    "drop-appeal": (
        lambda case, by: appealing.drop(case, by=by),
        gettext_lazy("You have taken the request back. The decision stands, and you can accept it."),
    ),
    "stop-work": (
        lambda case, by: referring.stop_work(case, by=by),
        gettext_lazy("The work here has ended. The case waits for the body."),
    ),
    "close": (lambda case, by: answering.close_final(case, by=by), gettext_lazy("The file is closed.")),
}
_SURE = frozenset(
    {"accept", "decline", "withdraw", "withdraw-now", "end-mediation", "close", "drop-appeal", "stop-work"}
)


@login_required
@require_POST
def act(request: SignedIn, reference: str, what: str) -> HttpResponse:
    """One of the steps that need no more than the trader's word; grave ones need it twice."""
    case = access.own_dispute(request.user, reference)
    work, sentence = _ACTS[what]

    def step() -> None:
        if what in _SURE:
            require_sure(request)
        work(case, request.user)

    if refused := taken(request, step):
        return _page(request, case, refused)
    return done(request, _at(case), str(sentence))
