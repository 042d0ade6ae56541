"""The one door to files. What leaves here can neither run nor be kept by anyone in between."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.models import SignedIn
from helpdesk.core import vault
from helpdesk.core.errors import NotFound

from .. import access

SEALED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@login_required
@require_safe
def attachment(request: SignedIn, reference: str, key: str) -> HttpResponseBase:
    """The file as it was received, always as a download."""
    found = access.attachment_for(request.user, reference, key)
    return _sealed(found.storage_name, found.mime, found.name, download=True)


@login_required
@require_safe
def preview(request: SignedIn, reference: str, key: str) -> HttpResponseBase:
    """A picture's safe copy: drawn anew, without whatever else the original carried."""
    found = access.attachment_for(request.user, reference, key)
    if not found.preview_name:
        raise NotFound
    return _sealed(found.preview_name, found.preview_mime, found.name, download=False)


def _sealed(storage_name: str, mime: str, name: str, *, download: bool) -> HttpResponseBase:
    stream = vault.to_send(storage_name)
    return FileResponse(stream, as_attachment=download, filename=name, content_type=mime, headers=SEALED)
