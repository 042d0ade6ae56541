"""The requester's pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core.errors import Conflict
from helpdesk.notify import bell

from .. import access
from ..errors import CannotEscalate, Stale
from ..forms import EscalateForm, MessageForm, TicketForm
from ..models import Category, Ticket
from ..operations import attaching, conversation, intake, lifecycle
from ..reads import own, thread
from . import answers

PAGE, PART = "tickets/portal/ticket.html", "tickets/portal/_changed.html"


@login_required
@require_safe
def tickets(request: SignedIn) -> HttpResponse:
    """The person's own tickets."""
    after = request.GET.get("after", "")
    number = int(after) if after.isdecimal() and len(after) < 18 else 0
    cards = own.cards(request.user, timezone.now(), number)
    return render(request, "tickets/portal/tickets.html", {"cards": cards, "first": not number})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Choose a problem type, then file a ticket with the fields it needs."""
    code = request.POST.get("category") or request.GET.get("category", "")
    if not code:
        return _choose(request)
    category = access.category(code.upper())
    form = TicketForm(category, request.POST or None, request.FILES or None, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        with form.taking_refusals():
            return redirect(_file(request, form))
    return _form(request, category, form)


def _begun(request: SignedIn) -> dict[str, str]:
    """What came along in the address, for example from a search that found nothing."""
    return {name: request.GET.get(name, "")[:200] for name in ("subject", "body")}


def _choose(request: SignedIn) -> HttpResponse:
    asked = request.GET.get("q", "")[:80]
    context = {"subjects": own.subjects(asked), "asked": asked, "text": _begun(request)["subject"]}
    return answers.show(request, "tickets/portal/choose.html", "tickets/portal/_choose.html", context)


def _file(request: SignedIn, form: TicketForm) -> Ticket:
    answers.limit(request.user, "ticket.file", most=30, seconds=3600)
    typed = form.cleaned_data
    stored = attaching.store(form.uploads())
    return intake.file_ticket(
        request.user,
        category=form.category,
        subject=typed["subject"],
        body=typed["body"],
        language=request.user.language,
        fields=form.about(),
        files=stored,
    )


def _form(request: SignedIn, category: Category, form: TicketForm) -> HttpResponse:
    context = {
        "form": form,
        "category": category,
        "proofs": own.proofs(category),
        "twin": own.open_in(request.user, category),
        "subjects": own.subjects(),
    }
    status = answers.SHOWN_AGAIN if form.errors else 200
    return answers.show(
        request, "tickets/portal/new.html", "tickets/portal/_form.html", context, status=status
    )


@login_required
@require_safe
def ticket(request: SignedIn, reference: str) -> HttpResponse:
    """One of the person's own tickets: its promise, its stages, what was said."""
    found = access.own_ticket(request.user, reference)
    bell.mark_seen(request.user, reference)
    shown = _page(request, found, seen=answers.since(request), form=MessageForm())
    return answers.show(request, PAGE, PART, shown)


def _page(request: SignedIn, found: Ticket, *, seen: int | None = None, **more: Any) -> dict[str, Any]:
    shown = own.page(found, request.user, timezone.now(), seen=seen)
    return shown | {"may_escalate": lifecycle.may_escalate(found)} | more


@login_required
@require_POST
def reply(request: SignedIn, reference: str) -> HttpResponse:
    """Say something more; the turn is ours again."""
    found = access.own_ticket_to_act_on(request.user, reference)
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with form.taking_refusals():
                _say(request, found, form)
                messages.success(request, _("Sent. We have been told."))
                return redirect(found)
        except Stale as stale:
            return _again(request, found, form, stale, 409)
    return _again(request, found, form, None, answers.SHOWN_AGAIN)


def _say(request: SignedIn, found: Ticket, form: MessageForm) -> None:
    answers.limit(request.user, "ticket.reply", most=120, seconds=3600)
    conversation.post_message(
        found,
        by=request.user,
        body=form.cleaned_data["body"],
        files=answers.files_of(form, found, request.user),
        seen=form.newest(),
    )


def _again(
    request: SignedIn, found: Ticket, form: MessageForm, stale: Stale | None, status: int
) -> HttpResponse:
    """The page with what was typed; what has happened since they wrote is marked."""
    seen = form.cleaned_data.get("seen") if stale else None
    context = _page(request, access.own_ticket(request.user, found.reference), seen=seen, form=form)
    return render(request, PAGE, context | {"stale": stale}, status=status)


@login_required
@require_POST
def solved(request: SignedIn, reference: str) -> HttpResponse:
    """The person says that the problem is solved."""
    return _move(request, reference, "close", _("Closed. Thank you for telling us."))


@login_required
@require_POST
def reopen(request: SignedIn, reference: str) -> HttpResponse:
    """It came back: the ticket is open again, with its clocks."""
    return _move(request, reference, "reopen", _("Open again. Please tell us what happened."))


def _move(request: SignedIn, reference: str, move: str, told: str) -> HttpResponse:
    found = access.own_ticket(request.user, reference)
    answers.limit(request.user, "ticket.move", most=60, seconds=3600)
    try:
        lifecycle.change_status(found, move, by=request.user)
        messages.success(request, told)
    except Conflict as refusal:
        messages.error(request, answers.sentence(refusal))
    return redirect(found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def escalate(request: SignedIn, reference: str) -> HttpResponse:
    """What escalating means, why, and then doing it."""
    found = access.own_ticket(request.user, reference)
    form = EscalateForm(request.POST or None)
    if found.dispute_reference:
        return redirect(found)
    if not lifecycle.may_escalate(found):
        raise CannotEscalate
    if request.method == "POST" and form.is_valid():
        with form.taking_refusals():
            lifecycle.escalate(found, by=request.user, reason=form.cleaned_data["reason"])
            return redirect(found)
    status = answers.SHOWN_AGAIN if form.errors else 200
    return render(request, "tickets/portal/escalate.html", {"ticket": found, "form": form}, status=status)


@login_required
@require_safe
def transcript(request: SignedIn, reference: str) -> HttpResponse:
    """The whole conversation on paper: the requester's part for them, the full record for the desk."""
    found = access.ticket_for(request.user, reference)
    desk = found.requester_id != request.user.pk
    context = {
        "ticket": found,
        "thread": thread.of(found, request.user, desk=desk, whole=True),
        "details": own.details(found),
        "desk": desk,
        "printed_at": timezone.now(),
    }
    return render(request, "tickets/transcript.html", context)
