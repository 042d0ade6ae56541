"""The help centre as editors see it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SignedIn
from helpdesk.core import richtext
from helpdesk.core.errors import DomainError, Invalid, NotFound
from helpdesk.core.text import many_lines, one_line

from .. import access
from ..errors import EditedMeanwhile
from ..forms import LONGEST_BODY, ArticleForm, prefix
from ..models import Article
from ..operations import publishing
from ..reads import desk
from ..states import LIFE, Language, State

MOVES = {
    "publish": publishing.publish,
    "unpublish": publishing.unpublish,
    "archive": publishing.archive,
    "bring_back": publishing.bring_back,
    "confirm_review": publishing.confirm_review,
}


@login_required
@require_safe
def index(request: SignedIn) -> HttpResponse:
    """Every article with the state of its languages, and what people looked for in vain."""
    access.require_editor(request.user)
    chosen = {name: one_line(request.GET.get(name, "")) for name in ("state", "gap", "q")}
    context = {
        "rows": desk.desk_rows(state=chosen["state"], gap=chosen["gap"], q=chosen["q"]),
        "counts": desk.desk_counts(),
        "misses": desk.misses(),
        "chosen": chosen,
        "states": State.choices,
        "languages": Language.choices,
    }
    return render(request, "faq/desk/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedIn) -> HttpResponse:
    """Start an article."""
    access.require_editor(request.user)
    if request.method != "POST":
        return _editor(request, None, ArticleForm(initial={"subject": request.GET.get("subject")}))
    form = ArticleForm(request.POST)
    if request.POST.get("do") == "preview" or not form.is_valid():
        return _editor(request, None, form, status=422 if form.errors else 200)
    try:
        made = publishing.create(by=request.user, texts=form.texts(), **form.settings())
    except Invalid as refusal:
        return _refused(request, None, form, refusal)
    return _saved(request, made)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """Write on: both languages side by side. Somebody else's saving in between loses nothing."""
    article = access.article_to_edit(request.user, pk)
    if request.method != "POST":
        return _editor(request, article, ArticleForm(initial=_initial(article)))
    form = ArticleForm(request.POST)
    if request.POST.get("do") == "preview" or not form.is_valid():
        return _editor(request, article, form, status=422 if form.errors else 200)
    texts, base = form.texts(), form.cleaned_data["version"] or 0
    try:
        publishing.save(article, by=request.user, texts=texts, version=base, settings=form.settings())
    except (EditedMeanwhile, Invalid) as refusal:
        return _refused(request, access.article_to_edit(request.user, pk), form, refusal)
    return _saved(request, article)


@login_required
@require_POST
def preview(request: SignedIn) -> HttpResponse:
    """A text as readers would see it, rendered by the same code."""
    access.require_editor(request.user)
    language = request.GET.get("language", "")
    if language not in Language.values:
        raise NotFound
    body = request.POST.get(f"{prefix(language)}_body", "")
    context = {"html": _rendered(body), "language": language}
    return render(request, "faq/desk/_preview.html", context)


@login_required
@require_safe
def revisions(request: SignedIn, pk: int) -> HttpResponse:
    """Every revision of an article; `?language=…&number=…` shows what one of them changed."""
    article = access.article_to_edit(request.user, pk)
    language, number = one_line(request.GET.get("language", "")), request.GET.get("number", "")
    compared = None
    if number.isdecimal() and len(number) < 8:
        compared = desk.changes(article, language, int(number))
        if compared is None:
            raise NotFound
    context = {"article": article, "revisions": desk.revisions(article), "compared": compared}
    return render(request, "faq/desk/revisions.html", context | {"texts": desk.newest_texts(article)})


@login_required
@require_POST
def restore(request: SignedIn, pk: int) -> HttpResponse:
    """Save an old revision again as the newest."""
    article = access.article_to_edit(request.user, pk)
    number, base = request.POST.get("number", ""), request.POST.get("version", "")
    if not (number.isdecimal() and base.isdecimal() and len(number + base) < 16):
        raise Invalid
    publishing.restore(
        article,
        by=request.user,
        language=one_line(request.POST.get("language", "")),
        number=int(number),
        version=int(base),
    )
    messages.success(
        request, _("The old text is back as the newest revision. Publish it to show it to readers.")
    )
    return redirect("faq:desk_edit", pk)


@login_required
@require_POST
def move(request: SignedIn, pk: int) -> HttpResponse:
    """Publish, take back, archive, bring back, or confirm a review."""
    article = access.article_to_edit(request.user, pk)
    act = MOVES.get(request.POST.get("do", ""))
    if act is None:
        raise NotFound
    act(article, by=request.user)
    messages.success(request, _("Done."))
    return redirect("faq:desk_edit", pk)


def _saved(request: SignedIn, article: Article) -> HttpResponse:
    if request.POST.get("do") == "publish":
        publishing.publish(article, by=request.user)
        messages.success(request, _("Published. Readers see this text now."))
    else:
        messages.success(request, _("Saved as a revision. Readers see it once it is published."))
    return redirect("faq:desk_edit", article.pk)


def _refused(
    request: HttpRequest, article: Article | None, form: ArticleForm, refusal: DomainError
) -> HttpResponse:
    for name, sentences in refusal.fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, str(sentence))
    if not isinstance(refusal, EditedMeanwhile):
        return _editor(request, article, form, status=422)
    theirs = desk.newest_texts(article) if article else {}
    if article:
        # Saving once more is then a decision, not an accident.
        form = ArticleForm(request.POST.dict() | {"version": str(article.version)})
    return _editor(request, article, form, status=409, refusal=refusal, theirs=theirs)


def _editor(
    request: HttpRequest, article: Article | None, form: ArticleForm, status: int = 200, **more: Any
) -> HttpResponse:
    panels = form.languages()
    for panel in panels:
        panel["html"] = _rendered(str(panel["body"].value() or ""))
        panel["theirs"] = more.get("theirs", {}).get(panel["code"])
    context = {
        "article": article,
        "form": form,
        "panels": panels,
        "moves": LIFE.open_to(article.state) if article else set(),
        **more,
    }
    return render(request, "faq/desk/editor.html", context, status=status)


def _initial(article: Article) -> dict[str, Any]:
    initial = {
        "subject": article.subject.slug,
        **{name: getattr(article, name) for name in ("slug", "internal", "position", "review_by", "version")},
    }
    for language, revision in desk.newest_texts(article).items():
        initial |= {f"{prefix(language)}_{part}": words for part, words in revision.text().items()}
    return initial


def _rendered(body: str) -> str:
    return richtext.article(many_lines(body[:LONGEST_BODY]))
