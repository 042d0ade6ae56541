"""What readers of the help centre see, in few queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.cache import caches
from django.db.models import Count, F, Prefetch, QuerySet, prefetch_related_objects

from accounts.models import Person, Visitor
from helpdesk.search import vocabulary
from helpdesk.search.index import Hit
from helpdesk.search.query import Query, parse

from .. import search
from ..models import Article, Subject, Translation
from ..states import Language, State

PER_SHELF = 4
PER_PAGE = 100
HITS = 20

# Which shelf of the help centre belongs to a ticket's category (its code's first part).
SHELVES = {
    "ACC": "account", "KYC": "identity", "DEP": "deposits-withdrawals", "WDR": "deposits-withdrawals",
    "P2P": "trading", "TRD": "trading", "BIN": "trading", "FUT": "trading", "FRZ": "compliance",
    "BON": "promotions", "FEE": "product", "SEC": "security", "PLT": "product", "SVC": "compliance",
    "INF": "compliance", "PRV": "account", "GEN": "product",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """An article as a line of a list, in the language there is."""

    article: Article
    text: Translation
    wanted: str

    @property
    def foreign(self) -> bool:
        """Whether the reader's language is missing."""
        return self.text.language != self.wanted


@dataclass(frozen=True)
class Shelf:
    subject: Subject
    entries: list[Entry]
    count: int


@dataclass(frozen=True)
class Page:
    """One article for one reader."""

    article: Article
    text: Translation
    wanted: str
    languages: list[Translation]
    related: list[Entry]

    @property
    def foreign(self) -> bool:
        return self.text.language != self.wanted

    @property
    def contents(self) -> list[list[str]]:
        """The table of contents, when it is worth one."""
        return self.text.contents if len(self.text.contents) > 2 else []


@dataclass(frozen=True)
class Answer:
    """What a search gave. `corrected` is the question as it was understood after a typing mistake."""

    query: Query
    hits: list[Hit] = field(default_factory=list)
    corrected: str = ""
    more: int = 0

    @property
    def exact(self) -> bool:
        return any(hit.exact for hit in self.hits)


def reading_language(code: str | None) -> str:
    """The article language that goes with an interface language."""
    return Language.ZH if (code or "").startswith("zh") else Language.EN


def subjects() -> list[Subject]:
    """The nine subjects in their order."""
    return list(Subject.objects.all())


def shelves(person: Visitor, language: str) -> list[Shelf]:
    """Every subject with its first articles and how many there are; few rows are read whatever the size."""
    every, visible = subjects(), listed(person)
    heads = [visible.filter(subject=one).order_by("position", "id")[:PER_SHELF] for one in every]
    articles = list(heads[0].union(*heads[1:], all=True)) if heads else []
    prefetch_related_objects(articles, _titles(live_only=True))
    by_subject: dict[int, list[Article]] = defaultdict(list)
    for article in articles:
        by_subject[article.subject_id].append(article)
    counts = _counts(person)
    found = []
    for subject in every:
        for article in by_subject[subject.pk]:
            article.subject = subject
        found.append(Shelf(subject, _entries(by_subject[subject.pk], language), counts.get(subject.pk, 0)))
    return found


def _counts(person: Visitor) -> dict[int, int]:
    """How many articles each subject holds; a minute old at most."""
    inside = isinstance(person, Person) and person.works_here
    key = f"faq.counts.{inside}"
    if (counts := caches["here"].get(key)) is None:
        rows = listed(person).order_by().values_list("subject_id").annotate(Count("pk"))
        counts = dict(rows)
        caches["here"].set(key, counts, 60)
    return counts


def shelf(person: Visitor, subject: Subject, language: str) -> list[Entry]:
    """The articles of one subject, in the editors' order; of very many the first hundred."""
    rows = listed(person).filter(subject=subject).order_by("position", "id")
    return _entries(with_titles(rows)[:PER_PAGE], language)


def page(person: Visitor, article: Article, language: str) -> Page | None:
    """One article with its languages and what else is on its shelf; None when it has no text to show."""
    texts = [
        t for t in article.translations.defer("search", "plain") if article.state != State.PUBLISHED or t.live
    ]
    if not texts:
        return None
    shown = pick(texts, language)
    others = listed(person).filter(subject=article.subject_id).exclude(pk=article.pk)
    related = with_titles(others.order_by(F("helpful").desc(), "position", "id"))[:4]
    return Page(
        article, shown, language, sorted(texts, key=lambda t: t.language), _entries(related, language)
    )


def answer(
    person: Visitor, q: str, language: str, *, subject: str = "", offset: int = 0, size: int = HITS
) -> Answer:
    """Search the articles; a question that finds nothing is tried again with its words as they are known."""
    query = parse(q)
    hits = search.find(person, query, language, size + 1, offset, subject=subject)
    if (
        query
        and not offset
        and not any(hit.exact for hit in hits)
        and (known := vocabulary.nearest(query.words))
    ):
        corrected = " ".join(known.get(term, term) for term in query.terms)
        second = parse(corrected)
        better = search.find(person, second, language, size + 1, subject=subject)
        if better:
            return Answer(second, better[:size], corrected, size if len(better) > size else 0)
    return Answer(query, hits[:size], "", offset + size if len(hits) > size else 0)


def suggestions(person: Visitor, q: str, language: str, *, category: str = "") -> list[Hit]:
    """At most five articles for a text that is still being written; those of its subject first."""
    found = search.find(person, parse(q, typing=True), language, 12)
    wanted = f"/{SHELVES.get(category.partition('-')[0], '-')}/"
    return sorted(found, key=lambda hit: wanted not in hit.url)[:5] if category else found[:5]


def pick(texts: Iterable[Translation], language: str) -> Translation:
    """The text in this language, or else the one there is."""
    texts = list(texts)
    return next((text for text in texts if text.language == language), texts[0])


def listed(person: Visitor) -> QuerySet[Article]:
    """What lists show to this person: published articles only, to editors too."""
    return Article.objects.visible_to(person).filter(state=State.PUBLISHED)


def with_titles(rows: QuerySet[Article], *, live_only: bool = True) -> QuerySet[Article]:
    """The rows with their subjects and the titles of their texts, in two queries."""
    return rows.select_related("subject").prefetch_related(_titles(live_only=live_only))


def _titles(*, live_only: bool) -> Prefetch:
    titles = Translation.objects.only("article_id", "language", "title", "summary", "live", "latest")
    return Prefetch("translations", queryset=titles.live() if live_only else titles)


def _entries(articles: Iterable[Article], language: str) -> list[Entry]:
    return [
        Entry(article, pick(texts, language), language)
        for article in articles
        if (texts := list(article.translations.all()))
    ]
