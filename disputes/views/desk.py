"""Cases in the desk: supervisors, neutrals, finance, compliance and auditors, each with their own steps."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Person, SignedIn

from .. import access
from ..access import grants, service
from ..forms import (
    AnswerForm,
    DeclarationForm,
    DeclineForm,
    DelayForm,
    EvidenceForm,
    ExtendForm,
    MessageForm,
    NoteForm,
    ObjectionForm,
    OfferForm,
    ProofForm,
    ReasonForm,
    Refusable,
)
from ..models import Assignment, Dispute, DisputeMessage, Objection
from ..operations import (
    answering,
    appointing,
    delaying,
    extending,
    mediating,
    proposing,
    remedying,
    ruling,
    talking,
)
from ..reads import board, dossier, names, outsiders
from ..states import Actor
from .answers import (
    EVIDENCE,
    OFFERS,
    back_to,
    carried_out,
    done,
    limit,
    objected,
    page,
    submit,
    taken,
)

PAGE = "disputes/desk/dispute.html"


@login_required
@require_safe
def disputes(request: SignedIn) -> HttpResponse:
    """The cases the person may know of, by stage and by what is due next."""
    person = access.require_register(request.user)
    context = board.board(person, board.Wanted.read(request.GET))
    context["returns"], context["serves"] = access.has_returns(person), service.serves(person)
    return render(request, "disputes/desk/disputes.html", context)


@login_required
@require_safe
def dispute(request: SignedIn, reference: str) -> HttpResponse:
    """One case; a neutral who has not signed yet is shown the declaration instead (403)."""
    case = access.appointed_dispute(request.user, reference)
    seat = access.seat_of(request.user, case)
    if seat is not None and seat.declared_at is None:
        return _appointment(request, case, DeclarationForm(), status=403)
    access.require_declared(request.user, case)
    return page_of(request, case)


_SMALL_FORMS: dict[type[Refusable], str] = {
    ReasonForm: "reason_form",
    NoteForm: "note_form",
    ProofForm: "proof_form",
    AnswerForm: "answer_form",
    ObjectionForm: "object_form",
}


def dates_of(case: Dispute, person: Person, shown: Iterable[Refusable]) -> dict[str, Any]:
    """The forms about dates that the person has in this case."""
    mine = access.actors_of(person, case)
    notice = delaying.pending(case) if mine & set(delaying.SENT_BY) else None
    clocks = extending.movable(case, mine)
    given = {type(form): form for form in shown}
    return {
        "delay_notice": notice,
        "delay_form": given.get(DelayForm, DelayForm()) if notice else None,
        "extend_form": given.get(ExtendForm, ExtendForm(clocks)) if clocks else None,
    }


def page_of(request: SignedIn, case: Dispute, *shown: Refusable) -> HttpResponse:
    """The desk's page of a case, with the forms that were refused as they were sent."""
    more: dict[str, Any] = {name: form() for form, name in _SMALL_FORMS.items()}
    more |= dates_of(case, request.user, shown)
    more["decline_form"] = next((form for form in shown if isinstance(form, DeclineForm)), None)
    more |= {_SMALL_FORMS[type(form)]: form for form in shown if type(form) in _SMALL_FORMS}
    more |= {
        "desk": True,
        "reads_ticket": request.user.reads_tickets,
        "restricted": access.reads_as(request.user, case) != access.readers_of(request.user, case),
        "only_money": access.actors_of(request.user, case) == {Actor.FI},
    }
    return page(request, PAGE, case, request.user, *shown, **more)


def _appointment(request: SignedIn, case: Dispute, shown: Refusable, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        "dispute": case,
        "form": shown if isinstance(shown, DeclarationForm) else DeclarationForm(),
        "reason_form": shown if isinstance(shown, ReasonForm) else ReasonForm(),
        "refused": shown if shown.is_bound else None,
        "category": dossier.category_word(case.category),
    }
    context |= {"seat": access.seat_of(request.user, case), "platforms": names.platforms(case)}
    grant = grants.grant_of(request.user, case)
    if grant is not None and not grants.has_undertaken(grant):
        context |= outsiders.asked()
        return render(request, "disputes/outside/promise.html", context, status=status)
    context["outside"] = grant is not None and not grants.names_open(grant)
    return render(request, "disputes/desk/appointment.html", context, status=status)


@login_required
@require_POST
def draw(request: SignedIn, reference: str) -> HttpResponse:
    """Draw a neutral."""
    case = access.desk_dispute(request.user, reference)
    seats: list[Assignment] = []
    role = request.POST.get("role", "")
    if refused := taken(request, lambda: seats.append(appointing.draw(case, role, by=request.user))):
        return page_of(request, case, refused)
    return done(request, back_to(case, request.user), _("%(name)s was drawn.") % {"name": seats[0].user})


@login_required
@require_POST
def declare(request: SignedIn, reference: str) -> HttpResponse:
    """Accept the seat by signing the declaration."""
    case = access.appointed_dispute(request.user, reference)
    grants.require_promised(request.user, case)
    form = DeclarationForm(request.POST)
    if carried_out(form, lambda: appointing.accept(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user), _("You have signed. The file is open to you now."))
    return _appointment(request, case, form, status=form.answered)


@login_required
@require_POST
def recuse(request: SignedIn, reference: str) -> HttpResponse:
    """Step back from the case."""
    case = access.appointed_dispute(request.user, reference)
    form = ReasonForm(request.POST)
    if carried_out(
        form, lambda: appointing.recuse(case, by=request.user, reason=form.cleaned_data["reason"])
    ):
        said = _("You have stepped back. Somebody else will be drawn.")
        return done(request, back_to(case, request.user), said)
    seat = access.seat_of(request.user, case)
    if seat is None or seat.declared_at is not None:
        # By the door once more: what refused it may have ended what they may see.
        return page_of(request, access.desk_dispute(request.user, reference), form)
    return _appointment(request, case, form, status=form.answered)


@login_required
@require_POST
def object_to_mediator(request: SignedIn, reference: str) -> HttpResponse:
    """The platform's objection."""
    case, made = access.desk_dispute(request.user, reference), list[Objection]()
    form = ObjectionForm(request.POST)
    if carried_out(
        form, lambda: made.append(appointing.object_to(case, by=request.user, **form.cleaned_data))
    ):
        return done(request, back_to(case, request.user), objected(made))
    return page_of(request, case, form)


@login_required
@require_POST
def say(request: SignedIn, reference: str) -> HttpResponse:
    """Write in one of the channels open to the person."""
    case = access.desk_dispute(request.user, reference)
    form = MessageForm(access.channels_for(request.user, case), request.POST)
    limit(request.user, "dispute.say")
    said: list[DisputeMessage] = []
    if carried_out(form, lambda: said.append(talking.post(case, by=request.user, **form.cleaned_data))):
        return done(request, back_to(case, request.user, f"#m{said[0].pk}"), _("Your message was sent."))
    return page_of(request, case, form)


@login_required
@require_POST
def add_evidence(request: SignedIn, reference: str) -> HttpResponse:
    """Put files into the case."""
    case = access.desk_dispute(request.user, reference)
    form = EvidenceForm(list(case.points.all()), request.POST, request.FILES)
    if carried_out(form, lambda: submit(case, form, request)):
        return done(request, back_to(case, request.user, EVIDENCE), _("The files are in the case now."))
    return page_of(request, case, form)


@login_required
@require_POST
def no_settlement(request: SignedIn, reference: str) -> HttpResponse:
    """The mediation ends without an agreement."""
    case = access.desk_dispute(request.user, reference)
    form = NoteForm(request.POST)
    if carried_out(
        form, lambda: mediating.report_no_settlement(case, by=request.user, note=form.cleaned_data["note"])
    ):
        return done(request, back_to(case, request.user), _("Reported. A decider has been asked."))
    return page_of(request, case, form)


@login_required
@require_POST
def offer(request: SignedIn, reference: str) -> HttpResponse:
    """The platform makes an offer."""
    case = access.desk_dispute(request.user, reference)
    form = OfferForm(request.POST)
    if carried_out(form, lambda: proposing.make(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user, OFFERS), _("The offer was made."))
    return page_of(request, case, form)


@login_required
@require_POST
def answer_offer(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """The platform accepts the trader's offer, or declines it with a reason."""
    case = access.desk_dispute(request.user, reference)
    form = DeclineForm(number, request.POST)
    if request.POST.get("answer") == "accept":
        sha256 = request.POST.get("sha256", "")
        if refused := taken(request, lambda: proposing.accept(case, number, by=request.user, sha256=sha256)):
            return page_of(request, case, refused)
        return done(request, back_to(case, request.user), _("The offer was accepted."))
    if carried_out(
        form, lambda: proposing.decline(case, number, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(request, back_to(case, request.user, OFFERS), _("The offer was declined."))
    return page_of(request, case, form)


@login_required
@require_POST
def finalise(request: SignedIn, reference: str) -> HttpResponse:
    """Issue the decision after the comments."""
    case = access.desk_dispute(request.user, reference)
    form = AnswerForm(request.POST)
    if carried_out(form, lambda: ruling.finalise(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user), _("The decision is issued."))
    return page_of(request, case, form)


@login_required
@require_POST
def no_comments(request: SignedIn, reference: str) -> HttpResponse:
    """The platform has no (more) comments."""
    case = access.desk_dispute(request.user, reference)
    if refused := taken(request, lambda: ruling.close_comments(case, by=request.user)):
        return page_of(request, case, refused)
    return done(request, back_to(case, request.user), _("The decider has been told."))


@login_required
@require_POST
def approve(request: SignedIn, reference: str) -> HttpResponse:
    """Approve what is owed."""
    case = access.desk_dispute(request.user, reference)
    if refused := taken(request, lambda: remedying.approve(case, by=request.user)):
        return page_of(request, case, refused)
    return done(request, back_to(case, request.user), _("Approved."))


@login_required
@require_POST
def pay(request: SignedIn, reference: str) -> HttpResponse:
    """Say that it was carried out, with the proof."""
    case = access.desk_dispute(request.user, reference)
    form = ProofForm(request.POST)
    if carried_out(form, lambda: remedying.pay(case, by=request.user, **form.cleaned_data)):
        return done(request, back_to(case, request.user), _("Noted. The trader is asked to confirm."))
    return page_of(request, case, form)


@login_required
@require_POST
def close(request: SignedIn, reference: str) -> HttpResponse:
    """Close the file of a decision that was not accepted."""
    case = access.desk_dispute(request.user, reference)
    if refused := taken(request, lambda: answering.close_final(case, by=request.user)):
        return page_of(request, case, refused)
    return done(request, back_to(case, request.user), _("The file is closed."))
