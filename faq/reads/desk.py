"""What editors see: every article with its languages, its revisions, and what people looked for in vain."""

import difflib
from dataclasses import dataclass

from django.db.models import Count, F, Q

from ..models import Article, Revision, SearchMiss
from ..states import Language, State
from .portal import pick, with_titles


@dataclass(frozen=True)
class DeskRow:
    """An article on the editors' list: which languages are live, changed or missing."""

    article: Article
    title: str
    marks: dict[str, str]


def desk_rows(*, state: str = "", gap: str = "", q: str = "", limit: int = 200) -> list[DeskRow]:
    """The editors' list; `gap` is a language that must be missing."""
    rows = Article.objects.select_related("subject").order_by("-updated_at")
    known = state in State.values
    rows = rows.filter(state=state) if known else rows.exclude(state=State.ARCHIVED)
    if gap in Language.values:
        rows = rows.exclude(translations__language=gap)
    if q := q.strip()[:100]:
        rows = rows.filter(Q(slug__icontains=q) | Q(translations__title__icontains=q)).distinct()
    return [_desk_row(article) for article in with_titles(rows, live_only=False)[:limit]]


def desk_counts() -> dict[str, int]:
    """How many articles are in each state."""
    return dict(Article.objects.order_by().values_list("state").annotate(Count("pk")))


def misses(limit: int = 10) -> list[SearchMiss]:
    """What was asked most without an answer, of late."""
    return list(SearchMiss.objects.order_by("-day", "-count")[:limit])


def newest_texts(article: Article) -> dict[str, Revision]:
    """The newest revision of each language: what the editor continues from."""
    rows = Revision.objects.filter(
        translation__article=article, number=F("translation__latest")
    ).select_related("translation", "author")
    return {row.translation.language: row for row in rows}


def revisions(article: Article) -> list[Revision]:
    """All revisions of an article in both languages, newest first."""
    rows = Revision.objects.filter(translation__article=article)
    return list(rows.select_related("translation", "author").order_by("-saved_at", "-id")[:200])


@dataclass(frozen=True)
class Line:
    """One line of a comparison: `same`, `added` or `removed`."""

    kind: str
    text: str


def changes(article: Article, language: str, number: int) -> tuple[Revision, list[Line]] | None:
    """A revision and what it changed against the one before it."""
    pair = list(
        Revision.objects.filter(
            translation__article=article, translation__language=language, number__in=[number, number - 1]
        ).select_related("translation", "author")
    )
    if not pair or pair[0].number != number:
        return None
    before = _lines(pair[1]) if len(pair) > 1 else []
    return pair[0], compare(before, _lines(pair[0]))


def compare(before: list[str], after: list[str]) -> list[Line]:
    """A line-by-line comparison."""
    kinds = {"  ": "same", "+ ": "added", "- ": "removed"}
    return [Line(kinds[row[:2]], row[2:]) for row in difflib.ndiff(before, after) if row[:2] in kinds]


def _lines(revision: Revision) -> list[str]:
    return [revision.title, revision.summary, "", *revision.body.split("\n")]


def _desk_row(article: Article) -> DeskRow:
    texts = {text.language: text for text in article.translations.all()}
    marks = {}
    for language in Language.values:
        text = texts.get(language)
        if text is None:
            marks[language] = "missing"
        elif text.live is None:
            marks[language] = "draft"
        else:
            marks[language] = "live" if text.live == text.latest else "changed"
    title = pick(texts.values(), Language.EN).title if texts else article.slug
    return DeskRow(article, title, marks)
