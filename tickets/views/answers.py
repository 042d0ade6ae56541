"""How pages of tickets answer: a whole page, or only the part that changed when the page asks for that."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import Person
from helpdesk.core import throttle
from helpdesk.core.errors import Busy, DomainError, Invalid

from .. import access
from ..forms import MessageForm
from ..models import Ticket
from ..operations import attaching
from ..operations.attaching import Stored

SHOWN_AGAIN = 422


def part(request: HttpRequest) -> bool:
    """Whether the page asked for its part and swaps it in itself."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def show(
    request: HttpRequest, page: str, fragment: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The fragment to the page's own request, the whole page to everyone else."""
    return render(request, fragment if part(request) else page, context, status=status)


def done(request: HttpRequest, address: str, fragment: str, context: dict[str, Any]) -> HttpResponse:
    """After a change: the fragment, or back to the page by a redirect, so that reloading repeats nothing."""
    return render(request, fragment, context) if part(request) else redirect(address)


def since(request: HttpRequest) -> int | None:
    """The newest message there was when the page was opened; what came later is marked as new."""
    said = request.GET.get("since", "")
    return int(said) if said.isdecimal() and len(said) < 18 else None


def sentence(refusal: DomainError) -> str:
    """A refusal in one line, with what it says about its fields."""
    told = [str(sentence) for sentences in refusal.fields.values() for sentence in sentences]
    return " ".join(told) or str(refusal.message)


def status_of(refusal: DomainError) -> int:
    """The status a page answers a refusal with."""
    return SHOWN_AGAIN if isinstance(refusal, Invalid) else refusal.status


def limit(person: Person, act: str, *, most: int, seconds: int) -> None:
    """Busy when one person does one thing too often."""
    wait = throttle.take(f"{act}:{person.pk}", limit=most, seconds=seconds)
    if wait:
        raise Busy(retry_after=wait)


def files_of(form: MessageForm, ticket: Ticket, person: Person) -> list[Stored]:
    """The files sent with a message, and those it takes over from one that was taken back."""
    kept = access.taken_back(person, ticket, form.kept_files())
    return [*attaching.again(kept), *attaching.store(form.uploads())]
