"""The steps before mediation in the desk: the handler, whether it is heard, the platform's answer."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedIn

from .. import access
from ..forms import (
    AdmissionForm,
    EscalateForm,
    HandlerForm,
    NamedForm,
    Refusable,
    ResponseForm,
    ReviewForm,
    SendBackForm,
    StepForm,
)
from ..models import Dispute
from ..operations import admitting, escalating, handling, responding
from ..reads import before, dossier
from ..states import Actor
from .answers import back_to, carried_out, done
from .desk import page_of


def _taken(
    request: SignedIn, case: Dispute, form: Refusable, work: Callable[[], Any], said: str
) -> HttpResponse:
    """Back to the page with what happened, or the page with why not and what was typed."""
    if carried_out(form, work):
        return done(request, back_to(case, request.user), said)
    return page_of(request, access.desk_dispute(request.user, case.reference), form)


@login_required
@require_POST
def take(request: SignedIn, reference: str) -> HttpResponse:
    """A handler takes the case."""
    case = access.desk_dispute(request.user, reference)
    said = _("The case is yours now.")
    return _taken(request, case, StepForm(request.POST), lambda: handling.take(case, by=request.user), said)


@login_required
@require_POST
def assign(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor gives it to a handler."""
    case = access.desk_dispute(request.user, reference)
    handling.directing(request.user, case)
    form = HandlerForm(before.handlers(case), request.POST)
    said = _("The handler has been told.")
    return _taken(
        request, case, form, lambda: handling.assign(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def name(request: SignedIn, reference: str) -> HttpResponse:
    """The complaint is about somebody of the house."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.CH, Actor.SU, Actor.CO))
    form = NamedForm(request.POST)
    said = _("Noted. The case goes around this person.")
    return _taken(
        request, case, form, lambda: handling.name(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def propose(request: SignedIn, reference: str) -> HttpResponse:
    """A handler proposes not to admit the complaint."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.CH,))
    form = AdmissionForm(request.POST)
    said = _("Proposed. Somebody else rules on it.")
    return _taken(
        request, case, form, lambda: admitting.propose(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def approve_refusal(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor, for abuse compliance too, agrees not to admit it."""
    case = access.desk_dispute(request.user, reference)
    work = partial(admitting.approve, case, by=request.user)
    return _taken(request, case, StepForm(request.POST), work, _("Approved."))


@login_required
@require_POST
def turn_down(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor does not agree: the complaint is heard."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.SU,))
    form = SendBackForm(request.POST)
    said = _("The complaint is heard. The handler has been told.")
    return _taken(
        request, case, form, lambda: admitting.turn_down(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def review(request: SignedIn, reference: str) -> HttpResponse:
    """The review of a refusal."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.AR, Actor.SU))
    form = ReviewForm(request.POST)

    def work() -> None:
        typed = form.cleaned_data
        admitting.review(case, by=request.user, admit=typed["admit"] == "yes", text=typed["text"])

    return _taken(request, case, form, work, _("Decided. Both sides have been told."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: SignedIn, reference: str) -> HttpResponse:
    """Write the platform's answer: keep a draft, or put it before a supervisor."""
    case = access.desk_dispute(request.user, reference)
    access.acting(request.user, case, (Actor.CH,))
    items, keep = dossier.shared_evidence(case), request.POST.get("do") == "keep"
    if request.method != "POST":
        handling.acting_handler(request.user, case)
        draft = access.answer_draft_for(request.user, case)
        return _writing(request, case, ResponseForm(case, items, draft=draft))
    form = ResponseForm(case, items, request.POST, keep=keep)
    work = responding.save_draft if keep else responding.submit
    if carried_out(form, lambda: work(case, form.draft(), by=request.user)):
        said = _("Your draft is kept.") if keep else _("A supervisor reads it now.")
        return done(request, request.path if keep else back_to(case, request.user), said)
    return _writing(request, case, form, status=form.answered)


def _writing(request: SignedIn, case: Dispute, form: ResponseForm, *, status: int = 200) -> HttpResponse:
    context = dossier.page(case, request.user) | {"form": form}
    return render(request, "disputes/desk/answer.html", context, status=status)


@login_required
@require_POST
def issue(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor lets the answer out, exactly as they have read it."""
    case = access.desk_dispute(request.user, reference)
    sha256, said = request.POST.get("sha256", ""), _("The answer is out, to both sides.")
    work = partial(responding.issue, case, by=request.user, sha256=sha256)
    return _taken(request, case, StepForm(request.POST), work, said)


@login_required
@require_POST
def send_back(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor sends the answer back to be changed."""
    case = access.desk_dispute(request.user, reference)
    handling.directing(request.user, case)
    form = SendBackForm(request.POST)
    said = _("Sent back. The handler reads why.")
    return _taken(
        request, case, form, lambda: responding.send_back(case, by=request.user, **form.cleaned_data), said
    )


@login_required
@require_POST
def escalate(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor takes the case to mediation."""
    case = access.desk_dispute(request.user, reference)
    handling.directing(request.user, case)
    form = EscalateForm(request.POST)
    said = _("The case goes to mediation. Please draw a mediator.")
    return _taken(
        request, case, form, lambda: escalating.escalate(case, by=request.user, **form.cleaned_data), said
    )
