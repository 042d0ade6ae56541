"""Incidents on the desk."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import SignedIn

from .. import access
from ..operations import incidents


@login_required
@require_POST
def close(request: SignedIn, pk: int) -> HttpResponse:
    """A supervisor says that the fault is over."""
    incidents.close(access.incident_to_close(request.user, pk), by=request.user)
    return redirect("tickets:queue")
