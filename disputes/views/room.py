"""The evidence room: what a side prepares and submits, and what it was asked for. One address for all."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedIn
from tickets.operations import attaching

from .. import access
from ..access import room as doors
from ..forms import AnswerAskedForm, AskForm, DraftForm, PrepareForm, Refusable, StepForm, SubmitForm
from ..models import Dispute
from ..operations import asking, involving, marking, replying, staging
from ..reads import outsiders, room
from . import desk, portal
from .answers import carried_out, done, limit, taken
from .files import sealed


def case_for(request: SignedIn, reference: str) -> Dispute:
    """The case, for whoever is in it; a neutral who has not signed is refused (403)."""
    case = access.dispute_for(request.user, reference)
    access.require_declared(request.user, case)
    involving.look(case, by=request.user)
    return case


def shown(request: HttpRequest, template: str, case: Dispute, status: int = 200, **more: Any) -> HttpResponse:
    """A page of the room in the surroundings of whoever looks."""
    own = access.on_trader_side(request.user, case)
    context = {"dispute": case, "own": own, "back": case.address_for(request.user), **more}
    context |= {"hides_names": outsiders.hides_names(case), "is_outsider": marking.marks(request.user, case)}
    context["layout"] = "layouts/portal.html" if own else "layouts/desk.html"
    return render(request, f"disputes/room/{template}.html", context, status=status)


def _address(name: str, *args: Any) -> str:
    return reverse(f"disputes:{name}", args=args)


def _prepared(request: SignedIn, case: Dispute, form: Refusable | None = None) -> HttpResponse:
    person, points = request.user, list(case.points.all())
    items = [item for item in access.evidence_for(person, case) if not item.is_faulty]
    index, side = [item.index_no for item in items], doors.side_of(person, case)
    own = [item.index_no for item in items if item.side == side]
    drafts = list(doors.drafts_for(person, case))
    bound = form.draft.pk if isinstance(form, DraftForm) else None
    context = {
        "forms": [form if one.pk == bound else DraftForm(one, points, index, own) for one in drafts],
        "prepare_form": form if isinstance(form, PrepareForm) else PrepareForm(),
        "submit_form": form if isinstance(form, SubmitForm) else SubmitForm(drafts),
        "late": "late_evidence" in room.can(case, access.actors_of(person, case), person),
        "refused": form,
        "kept_for": staging.KEPT_FOR.days,
    }
    return shown(request, "prepare", case, form.answered if form else 200, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: SignedIn, reference: str) -> HttpResponse:
    """What the person's side prepares; nobody else sees it."""
    case = case_for(request, reference)
    doors.require_preparing(request.user, case)
    if request.method != "POST":
        return _prepared(request, case)
    limit(request.user, "dispute.evidence", most=40)
    form = PrepareForm(request.POST, request.FILES)
    if carried_out(form, lambda: staging.prepare(case, attaching.store(form.uploads()), by=request.user)):
        return done(request, _address("prepare", reference), _("Laid aside. Nobody but your side sees it."))
    return _prepared(request, case, form)


@login_required
@require_POST
def change(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """Say what a prepared file is."""
    case = case_for(request, reference)
    draft = doors.draft(request.user, reference, pk)
    items = [item for item in access.evidence_for(request.user, case) if not item.is_faulty]
    own = [item.index_no for item in items if item.side == draft.side]
    form = DraftForm(draft, list(case.points.all()), [item.index_no for item in items], own, request.POST)
    if carried_out(form, lambda: staging.change(draft, form.written(), by=request.user)):
        return done(request, _address("prepare", reference), _("Kept. It is not submitted yet."))
    return _prepared(request, case, form)


@login_required
@require_POST
def remove(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """Take a prepared file away."""
    case = case_for(request, reference)
    draft = doors.draft(request.user, reference, pk)
    if refused := taken(request, lambda: staging.remove(draft, by=request.user)):
        return _prepared(request, case, refused)
    return done(request, _address("prepare", reference), _("Removed. Nobody has seen it."))


@login_required
@require_GET
def draft_file(request: SignedIn, reference: str, pk: int) -> HttpResponseBase:
    """One's own prepared file, as a download."""
    draft = doors.draft(request.user, reference, pk)
    return sealed(draft.storage_key, draft.mime_detected, draft.original_filename, download=True)


@login_required
@require_POST
def submit(request: SignedIn, reference: str) -> HttpResponse:
    """Submit the chosen ones together; the receipt follows."""
    case = case_for(request, reference)
    doors.require_preparing(request.user, case)
    form = SubmitForm(doors.drafts_for(request.user, case), request.POST)
    found: list[Any] = []

    def work() -> None:
        reason = form.cleaned_data["late_reason"]
        found.extend(staging.submit(case, form.numbers(), by=request.user, late_reason=reason))

    if carried_out(form, work):
        return done(request, _address("receipt", reference, found[0].key), _("Submitted: the receipt."))
    return _prepared(request, case, form)


@login_required
@require_POST
def no_reply(request: SignedIn, reference: str) -> HttpResponse:
    """The side has nothing more to reply."""
    case = case_for(request, reference)
    form = StepForm(request.POST)
    if carried_out(form, lambda: replying.waive(case, by=request.user)):
        return done(request, case.address_for(request.user), _("Noted. Nobody waits for you any more."))
    page_of = portal.page_of if access.on_trader_side(request.user, case) else desk.page_of
    return page_of(request, case, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedIn, reference: str) -> HttpResponse:
    """Ask a side for a list of things by a date."""
    case = case_for(request, reference)
    access.acting(request.user, case, doors.ASKING)
    sides = doors.may_ask(request.user, case)
    form = AskForm(sides, room.numbers(case), request.POST or None)
    made: list[Any] = []

    def work() -> None:
        told = {name: form.cleaned_data[name] for name in ("until", "note")}
        made.append(asking.ask(case, form.cleaned_data["side"], form.wanted(), by=request.user, **told))

    if request.method == "POST" and carried_out(form, work):
        return done(request, _address("asked", reference, made[0].number), _("Both sides see the list."))
    status = form.answered if request.method == "POST" else 200
    return shown(request, "ask", case, status, form=form, sides=sides, refused=form)


@login_required
@require_GET
def asked(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """A list of things asked for, and how far it has come."""
    return _asked(request, case_for(request, reference), number)


def _asked(
    request: SignedIn, case: Dispute, number: int, form: AnswerAskedForm | None = None
) -> HttpResponse:
    one = room.asked(case, request.user, [doors.info_request(request.user, case.reference, number)])[0]
    index = room.numbers(case)
    answers = one.mine and one.request.takes_answers and case.is_open
    forms = {item.pk: AnswerAskedForm(item, index) for item in one.items} if answers else {}
    forms |= {form.item.pk: form} if form else {}
    rows = [(item, forms.get(item.pk)) for item in one.items]
    status = form.answered if form else 200
    return shown(request, "asked", case, status, one=one, rows=rows, answers=answers, refused=form)


@login_required
@require_POST
def answer_asked(request: SignedIn, reference: str, number: int, item: int) -> HttpResponse:
    """Answer one thing asked for."""
    case = case_for(request, reference)
    one = doors.info_request(request.user, reference, number)
    doors.require_answering(request.user, one)
    wanted = doors.info_item(one, item)
    form = AnswerAskedForm(wanted, room.numbers(case), request.POST, request.FILES)
    limit(request.user, "dispute.evidence", most=40)

    def work() -> None:
        told = {name: form.cleaned_data[name] for name in ("held", "because")}
        asking.answer(wanted, by=request.user, files=attaching.store(form.uploads()), **told)

    if carried_out(form, work):
        return done(request, _address("asked", reference, number), _("Answered."))
    return _asked(request, case, number, form)
