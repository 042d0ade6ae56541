"""What the desk does to a ticket: each a form that works without script and answers with what changed."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import SignedIn
from helpdesk.core.errors import Conflict, Forbidden, Invalid

from .. import access
from ..errors import Stale, TooLateToUndo
from ..forms import (
    AssignForm,
    EscalateForm,
    MessageForm,
    MoveForm,
    NoteForm,
    PriorityForm,
    Refusable,
    ReplyForm,
    TagsForm,
)
from ..models import Message, Ticket
from ..operations import assignment, conversation, lifecycle
from ..states import Kind
from . import answers
from .desk import PAGE, PART, begun, composers, page


@login_required
@require_POST
def reply(request: SignedIn, reference: str) -> HttpResponse:
    """Answer the requester; the answer can be undone for as long as the writer has chosen."""
    ticket = _worked_on(request, reference)
    form = ReplyForm(request.POST, request.FILES)
    return _write(request, ticket, form, "reply", lambda: _post(request, ticket, form, Kind.PUBLIC))


@login_required
@require_POST
def note(request: SignedIn, reference: str) -> HttpResponse:
    """Write to the team; never public, whatever else the form may say."""
    ticket = _worked_on(request, reference)
    form = NoteForm(request.POST, request.FILES, auto_id="note_%s")
    return _write(request, ticket, form, "note", lambda: _post(request, ticket, form, Kind.NOTE))


def _worked_on(request: SignedIn, reference: str) -> Ticket:
    access.require_desk(request.user)
    ticket = access.ticket_to_act_on(request.user, reference)
    access.require_answering(request.user)
    return ticket


def _post(request: SignedIn, ticket: Ticket, form: MessageForm, kind: str) -> Message:
    public = kind == Kind.PUBLIC
    return conversation.post_message(
        ticket,
        by=request.user,
        body=form.cleaned_data["body"],
        kind=kind,
        files=answers.files_of(form, ticket, request.user),
        then=form.cleaned_data.get("then", ""),
        seen=form.newest() if public else None,
        undo_seconds=request.user.undo_seconds if public else 0,
    )


def _write(
    request: SignedIn, ticket: Ticket, form: MessageForm, name: str, post: Callable[[], Message]
) -> HttpResponse:
    """Post it and show the thread; refused, show the form again with everything that was typed."""
    if form.is_valid():
        try:
            with form.taking_refusals():
                message = post()
                return _changed(request, ticket.reference, anchor=f"#m{message.pk}", written=name)
        except Stale as stale:
            return _stale(request, ticket, form, name, stale)
        except Conflict as refusal:
            form.take(refusal)
    return _shown_again(request, ticket, form, name, answers.SHOWN_AGAIN)


def _stale(request: SignedIn, ticket: Ticket, form: MessageForm, name: str, stale: Stale) -> HttpResponse:
    """Something was said meanwhile: it is shown, marked, and the draft waits for a second look."""
    seen = form.cleaned_data["seen"]
    return _shown_again(request, ticket, form, name, stale.status, seen=seen, stale=stale)


def _shown_again(
    request: SignedIn, ticket: Ticket, form: MessageForm, name: str, status: int, **more: Any
) -> HttpResponse:
    fresh = access.desk_ticket(request.user, ticket.reference)
    context = page(request, fresh, **composers(request, fresh), **more) | {name: form, "open": name}
    return answers.show(request, PAGE, "tickets/desk/_written.html", context, status=status)


def _changed(
    request: SignedIn, reference: str, *, anchor: str = "", written: str = "", **more: Any
) -> HttpResponse:
    """What changed, to be swapped in; without script, back to the page."""
    if not answers.part(request):
        return redirect(reverse("tickets:desk-ticket", args=[reference]) + anchor)
    found = access.desk_ticket(request.user, reference)
    fragment = "tickets/desk/_written.html" if written else PART
    forms = composers(request, found) if written else {}
    return render(request, fragment, page(request, found, open=written, **forms, **more))


@login_required
@require_POST
def recall(request: SignedIn, reference: str, pk: int) -> HttpResponse:
    """Undo: the answer was never sent, and its text and files are back in the composer."""
    ticket = _worked_on(request, reference)
    message = access.own_message(request.user, reference, pk)
    try:
        conversation.recall(message, by=request.user)
    except TooLateToUndo as late:
        return _refused(request, ticket, answers.sentence(late), late.status)
    if not answers.part(request):
        return redirect(f"{ticket.get_desk_url()}?draft={pk}#reply")
    forms = composers(request, ticket) | {"reply": {"begun": begun(message)}}
    return render(request, "tickets/desk/_written.html", page(request, ticket, open="reply", **forms))


def _refused(request: SignedIn, ticket: Ticket, told: str, status: int) -> HttpResponse:
    """The page as it stands now, and why nothing was done."""
    fresh = access.desk_ticket(request.user, ticket.reference)
    context = page(request, fresh, refusal=told, **composers(request, fresh))
    return answers.show(request, PAGE, PART, context, status=status)


def _act(
    request: SignedIn, reference: str, form: Refusable, work: Callable[[Ticket, dict[str, Any]], object]
) -> HttpResponse:
    """Do one thing to a ticket and show it as it stands then, done or refused."""
    ticket = _worked_on(request, reference)
    if not form.is_valid():
        told = " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
        return _refused(request, ticket, told, answers.SHOWN_AGAIN)
    try:
        work(ticket, form.cleaned_data)
    except (Conflict, Invalid) as refusal:
        return _refused(request, ticket, answers.sentence(refusal), answers.status_of(refusal))
    return _changed(request, reference)


@login_required
@require_POST
def claim(request: SignedIn, reference: str) -> HttpResponse:
    """Take a ticket nobody has; whoever comes second is told who was first."""
    return _act(
        request, reference, Refusable(request.POST), lambda t, _typed: assignment.claim(t, by=request.user)
    )


@login_required
@require_POST
def assign(request: SignedIn, reference: str) -> HttpResponse:
    """Give it to somebody, or put it back into the queue."""

    def work(ticket: Ticket, typed: dict[str, Any]) -> None:
        to = access.assignee(typed["assignee"]) if typed["assignee"] else None
        assignment.assign(ticket, to=to, by=request.user, reason=typed["reason"])

    return _act(request, reference, AssignForm(request.POST), work)


@login_required
@require_POST
def move(request: SignedIn, reference: str) -> HttpResponse:
    """Make one of the moves open to it."""

    def work(ticket: Ticket, typed: dict[str, Any]) -> None:
        lifecycle.change_status(ticket, typed["move"], by=request.user)

    return _act(request, reference, MoveForm(request.POST), work)


@login_required
@require_POST
def priority(request: SignedIn, reference: str) -> HttpResponse:
    """Set its priority."""

    def work(ticket: Ticket, typed: dict[str, Any]) -> None:
        lifecycle.set_priority(ticket, typed["priority"], by=request.user)

    return _act(request, reference, PriorityForm(request.POST), work)


@login_required
@require_POST
def tags(request: SignedIn, reference: str) -> HttpResponse:
    """Set its tags."""
    form = TagsForm(request.POST)
    return _act(
        request,
        reference,
        form,
        lambda ticket, _typed: lifecycle.set_tags(ticket, form.words(), by=request.user),
    )


@login_required
@require_POST
def escalate(request: SignedIn, reference: str) -> HttpResponse:
    """A supervisor takes it to mediation."""

    def work(ticket: Ticket, typed: dict[str, Any]) -> None:
        if not request.user.is_supervisor:
            raise Forbidden
        lifecycle.escalate(ticket, by=request.user, reason=typed["reason"])

    return _act(request, reference, EscalateForm(request.POST), work)


@login_required
@require_POST
def take_on(request: SignedIn, reference: str) -> HttpResponse:
    """Take its late promises on: the ladder calls nobody further for a while."""
    return _act(
        request, reference, Refusable(request.POST), lambda t, _typed: lifecycle.take_on(t, by=request.user)
    )


@login_required
@require_POST
def no_reply_needed(request: SignedIn, reference: str) -> HttpResponse:
    """The requester's last word asks for no answer."""

    def work(ticket: Ticket, _typed: dict[str, Any]) -> None:
        lifecycle.no_reply_needed(ticket, by=request.user)

    return _act(request, reference, Refusable(request.POST), work)
