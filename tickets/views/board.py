"""The supervisor's board."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import SignedIn

from .. import access
from ..reads import board as read
from . import answers


@login_required
@require_safe
def board(request: SignedIn) -> HttpResponse:
    """What is late, what will be, and what was done about it; the page fetches its own part anew."""
    person = access.require_board(request.user)
    context = {"board": read.of(person, timezone.now())}
    return answers.show(request, "tickets/desk/board.html", "tickets/desk/_board.html", context)
