"""The desk: the queue and the page of one ticket."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Person, SignedIn

from .. import access, filters
from ..models import Message, Ticket
from ..reads import desk, explained, incidents, queue
from . import answers

PAGE, PART = "tickets/desk/ticket.html", "tickets/desk/_changed.html"


@login_required
@require_safe
def tickets(request: SignedIn) -> HttpResponse:
    """The queue; everything it shows stands in its address."""
    person = access.require_desk(request.user)
    if number := filters.reference(request.GET):
        return redirect("tickets:desk-ticket", number)
    wanted = filters.wanted(request.GET)
    context = listed(person, wanted) | {
        "counts": queue.counts(person, timezone.now()),
        "chips": filters.chips(request.GET, wanted, queue.filters()),
        "choices": queue.filters(),
        "incidents": incidents.lines(),
    }
    return answers.show(request, "tickets/desk/queue.html", "tickets/desk/_rows.html", context)


def listed(person: Person, wanted: queue.Wanted) -> dict[str, Any]:
    """One page of rows and the addresses around it."""
    page = queue.page(person, wanted, timezone.now())
    return {
        "page": page,
        "title": queue.VIEWS[wanted.view],
        "density": person.density,
        "wanted": wanted,
        "views": queue.VIEWS,
        "next": filters.address(wanted, after=page.after) if page.after else "",
        "here": filters.address(wanted),
    }


@login_required
@require_safe
def counts(request: SignedIn) -> HttpResponse:
    """The figures beside the views; one request refreshes them all."""
    person = access.require_desk(request.user)
    context = {
        "counts": queue.counts(person, timezone.now()),
        "views": queue.VIEWS,
        "incidents": incidents.lines(),
        "fresh": True,
    }
    return render(request, "tickets/desk/_views.html", context | {"wanted": filters.wanted(request.GET)})


@login_required
@require_safe
def ticket(request: SignedIn, reference: str) -> HttpResponse:
    """Everything about one ticket, to work on it."""
    found = access.desk_ticket(request.user, reference)
    draft = request.GET.get("draft", "")
    shown = page(request, found, seen=answers.since(request), **composers(request, found, draft))
    return answers.show(request, PAGE, PART, shown)


@login_required
@require_safe
def clocks(request: SignedIn, reference: str) -> HttpResponse:
    """Why every clock of the ticket is where it is: a page of its own, or unfolded beside the clocks."""
    found = access.desk_ticket(request.user, reference)
    context = {"ticket": found, "explained": explained.of(found, timezone.now())}
    return answers.show(request, "tickets/desk/clocks.html", "tickets/desk/_why.html", context)


def page(request: SignedIn, found: Ticket, *, seen: int | None = None, **more: Any) -> dict[str, Any]:
    """What the page and its parts show."""
    return desk.page(found, request.user, timezone.now(), seen=seen) | more


def composers(request: SignedIn, found: Ticket, draft: str = "") -> dict[str, Any]:
    """The two composers, empty; a message that was taken back stands in the first again.

    Nothing needs validating yet, so no form is built: it would cost a tenth of the page.
    """
    known = draft.isdecimal() and len(draft) < 19
    mine = access.own_message(request.user, found.reference, int(draft)) if known else None
    return {"reply": {"begun": begun(mine)}, "note": {}}


def begun(message: Message | None) -> dict[str, str]:
    """The text and the files of a message that was taken back."""
    if message is None:
        return {}
    keys = message.attachments.values_list("key", flat=True)
    return {"body": message.body, "again": " ".join(keys), "then": message.then}
