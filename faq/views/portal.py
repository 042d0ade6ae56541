"""The help centre as readers see it."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Person
from helpdesk.core.errors import Busy, NotFound
from helpdesk.core.text import one_line
from helpdesk.core.throttle import address, take
from helpdesk.ui.caching import shared

from .. import access
from ..forms import VoteForm
from ..models import Article
from ..operations import searching, voting
from ..reads import portal
from ..states import Language


@require_safe
@shared
def home(request: HttpRequest) -> HttpResponse:
    """All subjects with what is inside them."""
    return render(request, "faq/home.html", {"shelves": portal.shelves(request.user, _language())})


@require_safe
@shared
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of one subject."""
    shelf = access.subject_for(slug)
    entries = portal.shelf(request.user, shelf, _language())
    return render(
        request,
        "faq/subject.html",
        {"subject": shelf, "entries": entries, "subjects": portal.subjects()},
    )


@require_safe
@shared
def article(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    """One article, in the reader's language or the one there is; a former address redirects."""
    found = access.article_for(request.user, slug)
    if (found.subject.slug, found.slug) != (subject, slug):
        return redirect(found, permanent=found.is_open)
    shown = portal.page(request.user, found, _asked_language(request))
    if shown is None:
        raise NotFound
    context = {"page": shown, "article": found, "address": request.build_absolute_uri(request.path)}
    return render(request, "faq/article.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What answers a question; what finds nothing is noted for the editors."""
    asked, shelf = request.GET.get("q", "")[:400], one_line(request.GET.get("subject", "")[:30])
    offset = int(page) if (page := request.GET.get("from", "")).isdecimal() and len(page) < 4 else 0
    answer = portal.answer(request.user, asked, _language(), subject=shelf, offset=offset)
    if answer.query and not answer.exact and not offset:
        searching.note_miss(answer.query.asked, language=_language())
    context = {"answer": answer, "q": answer.query.asked, "subject": shelf, "offset": offset}
    page = "faq/_results.html" if getattr(request, "htmx", False) else "faq/search.html"
    response = render(request, page, context | {"asked": asked.strip()})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@shared
def suggest(request: HttpRequest) -> HttpResponse:
    """A few articles for a text still being written: `for=search` beside a search box, else in a form."""
    # A form sends what its own field is called.
    asked = (request.GET.get("q") or request.GET.get("subject") or "")[:400]
    category = request.GET.get("category", "")[:30]
    hits = portal.suggestions(request.user, asked, _language(), category=category)
    context = {"hits": hits, "in_form": request.GET.get("for") != "search", "q": asked.strip()[:200]}
    return render(request, "faq/_suggestions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, subject: str, slug: str) -> HttpResponse:
    """Say whether an article helped: a small form of its own, so that the article's page can be shared."""
    found = access.article_for(request.user, slug)
    if not found.is_open and not request.user.is_authenticated:
        raise NotFound
    form = VoteForm(request.POST or _vote_so_far(request))
    if request.method == "POST" and form.is_valid():
        _cast(request, found, form)
        return _thanks(request, found)
    page = "faq/_vote.html" if getattr(request, "htmx", False) else "faq/vote.html"
    status = 422 if request.method == "POST" else 200
    return render(
        request, page, {"article": found, "form": form, "language": _asked_language(request)}, status=status
    )


def _cast(request: HttpRequest, found: Article, form: VoteForm) -> None:
    person = request.user if isinstance(request.user, Person) else None
    who = f"p{person.pk}" if person else address(request.META)
    if wait := take(f"vote:{who}", limit=30, seconds=600):
        raise Busy(retry_after=wait)
    voting.vote(found, person=person, browser="" if person else _browser(request), **form.cleaned_data)


def _thanks(request: HttpRequest, found: Article) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "faq/_thanks.html", {"article": found})
    messages.success(request, _("Thank you. Editors read every answer."))
    return redirect(found)


def _vote_so_far(request: HttpRequest) -> dict[str, str]:
    return {"helpful": request.GET.get("helpful", ""), "language": _asked_language(request)}


def _browser(request: HttpRequest) -> str:
    """A random sign kept in the visitor's session; the first one a visitor gets, and only for voting."""
    if "browser" not in request.session:
        request.session["browser"] = secrets.token_urlsafe(24)
    return str(request.session["browser"])


def _language() -> str:
    return portal.reading_language(get_language())


def _asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in Language.values else _language()
