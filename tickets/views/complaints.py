"""The desk says whether something that was said is a complaint."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.models import SignedIn
from helpdesk.core.errors import Conflict, Invalid

from .. import access
from ..forms import ComplaintForm
from ..models import Ticket
from ..operations import complaining
from . import answers
from .desk import PAGE, composers, page


@login_required
@require_POST
def mark(request: SignedIn, reference: str) -> HttpResponse:
    """A complaint opens a case; that it is none is noted with its reason."""
    access.require_desk(request.user)
    ticket = access.ticket_to_act_on(request.user, reference)
    access.require_answering(request.user)
    form = ComplaintForm(request.POST)
    try:
        if form.is_valid():
            _mark(ticket, form, request)
            return redirect(ticket.get_desk_url())
        told, status = " ".join(str(s) for rows in form.errors.values() for s in rows), answers.SHOWN_AGAIN
    except (Conflict, Invalid) as refusal:
        told, status = answers.sentence(refusal), answers.status_of(refusal)
    return _shown_again(request, reference, form, told, status)


def _mark(ticket: Ticket, form: ComplaintForm, request: SignedIn) -> None:
    typed, by = form.cleaned_data, request.user
    if typed["complaint"] == "yes":
        complaining.mark(ticket, typed["message"], by=by)
    else:
        complaining.dismiss(ticket, typed["message"], by=by, reason=typed["reason"])


def _shown_again(
    request: SignedIn, reference: str, form: ComplaintForm, told: str, status: int
) -> HttpResponse:
    """The page as it stands, why nothing was done, and what was typed."""
    found = access.desk_ticket(request.user, reference)
    if not form.errors:
        form.add_error(None, told)
    context = page(request, found, refusal=told, complaint=form, **composers(request, found))
    return render(request, PAGE, context, status=status)
