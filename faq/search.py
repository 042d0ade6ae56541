"""Finding articles. Readers find what they may read; drafts are found by nobody, editors included."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Visitor
from helpdesk.search import index, text
from helpdesk.search.index import Hit
from helpdesk.search.query import Query, best

from .models import Translation


def find(
    person: Visitor, query: Query, language: str, limit: int, offset: int = 0, *, subject: str = ""
) -> list[Hit]:
    """At most `limit` articles, each once, in the reader's language where both texts answer."""
    rows = Translation.objects.readable_by(person)
    if subject:
        rows = rows.filter(article__subject__slug=subject)
    # Both languages of one article may answer, hence twice as many rows as articles.
    ranked = (
        best(rows, query, among=Translation.objects.live())
        .select_related("article__subject")
        .defer("body", "body_html", "search")
    )
    chosen: dict[int, Translation] = {}
    for row in ranked[: 2 * (offset + limit)]:
        kept = chosen.get(row.article_id)
        if kept is None or (kept.language != language and row.language == language):
            chosen[row.article_id] = row
    return [_hit(row, query, language) for row in list(chosen.values())[offset : offset + limit]]


def _hit(row: Translation, query: Query, language: str) -> Hit:
    exact = bool(getattr(row, "exact", True))
    marks = query.terms if exact else query.marks
    address = row.article.get_absolute_url()
    return Hit(
        kind="articles",
        id=row.article.slug,
        title=row.title,
        title_html=text.highlight(row.title, marks),
        url=address if row.language == language else f"{address}?language={row.language}",
        snippet=text.snippet(f"{row.summary} {row.plain}".strip(), marks),
        language=row.language,
        score=round(float(getattr(row, "score", 0)), 4),
        exact=exact,
    )


index.register("articles", find, label=_("Help articles"))
