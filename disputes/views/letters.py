"""Letters of a case, on the page and on paper, and the file as a PDF."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignedIn

from .. import access
from ..access import letters as doors
from ..models import Dispute
from ..operations import involving, printing
from .answers import limit
from .files import SEALED


@login_required
@require_safe
def letter(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """One letter, the same page for both sides."""
    involving.look(access.dispute_for(request.user, reference), by=request.user)
    found = doors.letter_for(request.user, reference, number)
    printing.opened(found, by=request.user)
    context = {"letter": found, "dispute": found.dispute, "told": found.told}
    context["back"] = found.dispute.address_for(request.user)
    return render(request, "disputes/letter.html", context)


@login_required
@require_safe
def letter_pdf(request: SignedIn, reference: str, number: int) -> HttpResponse:
    """The letter as a PDF, always as a download."""
    involving.look(access.dispute_for(request.user, reference), by=request.user)
    found = doors.letter_for(request.user, reference, number)
    limit(request.user, "dispute.pdf", most=30)
    made = printing.letter(found, by=request.user)
    return attached(made, f"{reference}-{found.number}-{found.kind}.pdf")


@login_required
@require_POST
def dossier(request: SignedIn, reference: str) -> HttpResponse:
    """The file as a PDF for the trader."""
    return dossier_for(request, access.own_dispute(request.user, reference))


@login_required
@require_POST
def desk_dossier(request: SignedIn, reference: str) -> HttpResponse:
    """The file as a PDF for everybody else in the case, with what they may see."""
    return dossier_for(request, access.desk_dispute(request.user, reference))


def dossier_for(request: SignedIn, case: Dispute) -> HttpResponse:
    """The PDF of the whole file; refused in words when it cannot be made here or is too long."""
    access.require_taking(request.user, case)
    limit(request.user, "dispute.pdf", most=30)
    return attached(printing.dossier(case, by=request.user), f"{case.reference}.pdf")


def attached(data: bytes, name: str) -> HttpResponse:
    """A PDF that is saved, never shown inside the product."""
    headers = SEALED | {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
