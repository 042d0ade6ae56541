"""The door to evidence. What leaves here cannot run, is kept by no one in between, and is written down."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core import vault
from helpdesk.core.errors import NotFound

from .. import access
from ..access import room
from ..models import Dispute
from ..operations import bundling, evidence, marking
from ..reads import casefile
from .answers import limit

SEALED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@login_required
@require_safe
def item(request: SignedIn, reference: str, key: str) -> HttpResponseBase:
    """The file as it was received, always as a download."""
    found = access.evidence_item(request.user, reference, key)
    if marking.marks(request.user, found.dispute):
        limit(request.user, "dispute.marked", most=120)
        return marked(marking.taken(found, by=request.user), download=True)
    response = sealed(found.storage_key, found.mime_detected, found.original_filename, download=True)
    evidence.opened(found, by=request.user)
    return response


@login_required
@require_safe
def preview(request: SignedIn, reference: str, key: str) -> HttpResponseBase:
    """A picture's safe copy: drawn anew, without whatever else the original carried."""
    found = access.evidence_item(request.user, reference, key)
    if not found.preview_key:
        raise NotFound
    if marking.marks(request.user, found.dispute):
        limit(request.user, "dispute.marked", most=120)
        return marked(marking.seen(found, by=request.user), download=False)
    response = sealed(found.preview_key, found.preview_mime, found.original_filename, download=False)
    evidence.opened(found, by=request.user, how="preview")
    return response


def marked(made: marking.Marked, *, download: bool) -> HttpResponse:
    """A file made for this one person."""
    way = "attachment" if download else "inline"
    headers = SEALED | {"Content-Disposition": f'{way}; filename="{made.name}"'}
    return HttpResponse(made.data, content_type=made.mime, headers=headers)


def sealed(storage_key: str, mime: str, name: str, *, download: bool) -> HttpResponseBase:
    """A stored file that cannot run, and is kept by no one in between."""
    stream = vault.to_send(storage_key)
    return FileResponse(stream, as_attachment=download, filename=name, content_type=mime, headers=SEALED)


@login_required
@require_safe
def receipt(request: SignedIn, reference: str, key: str) -> HttpResponse:
    """What was submitted with this item, and where the log ended then."""
    found = room.listed_item(request.user, reference, key)
    context = {"rows": casefile.receipt(found, request.user), "item": found, "dispute": found.dispute}
    context["back"] = found.dispute.address_for(request.user)
    return render(request, "disputes/receipt.html", context)


@login_required
@require_POST
def take(request: SignedIn, reference: str) -> HttpResponseBase:
    """A copy of the file for the trader."""
    return copy_for(request, access.own_dispute(request.user, reference))


@login_required
@require_POST
def desk_take(request: SignedIn, reference: str) -> HttpResponseBase:
    """A copy of the file for everybody else in the case, with what they may see."""
    return copy_for(request, access.desk_dispute(request.user, reference))


def copy_for(request: SignedIn, case: Dispute) -> HttpResponseBase:
    """The ZIP, sent piece by piece."""
    access.require_taking(request.user, case)
    limit(request.user, "dispute.bundle", most=10)
    stream = bundling.take(case, by=request.user)
    name = f"{case.reference}.zip"
    return FileResponse(
        stream, as_attachment=True, filename=name, content_type="application/zip", headers=SEALED
    )
