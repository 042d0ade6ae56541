"""Articles: written, revised, published, taken back. Readers see a new text only when it is published."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import IntegrityError, models, transaction
from django.db.models import Value

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock, events, richtext
from helpdesk.core.locks import hold
from helpdesk.core.text import many_lines, one_line
from helpdesk.search import text, vocabulary

from ..errors import AddressTaken, EditedMeanwhile, NothingToPublish, UnknownRevision
from ..events import ArticlePublished
from ..models import Article, Revision, SlugRedirect, Subject, Translation
from ..states import LIFE, Language


@dataclass(frozen=True)
class Text:
    """What an editor wrote in one language."""

    title: str
    summary: str
    body: str

    @classmethod
    def clean(cls, title: str, summary: str, body: str) -> "Text":
        """The same words with one spelling of spaces and line ends."""
        return cls(one_line(title), one_line(summary), many_lines(body))


@transaction.atomic
def create(
    *,
    by: Person,
    subject: Subject,
    slug: str,
    texts: dict[str, Text],
    at: datetime | None = None,
    **settings: Any,
) -> Article:
    """Start an article as a draft, with its first revision in each language given."""
    at = at or clock.now()
    _refuse_taken(slug)
    try:
        with transaction.atomic():
            article = Article.objects.create(
                subject=subject, slug=slug, author=by, created_at=at, updated_at=at, **settings
            )
    except IntegrityError:
        raise AddressTaken(fields={"slug": [AddressTaken.default]}) from None
    record("article.created", subject=_name(article), actor=by)
    for language, words in texts.items():
        _save(article, language, words, by=by, at=at)
    return article


@transaction.atomic
def revise(
    article: Article, *, by: Person, texts: dict[str, Text], version: int, at: datetime | None = None
) -> Article:
    """Save new revisions of the languages that changed. `version` is the one the editor started from."""
    article = hold(article)
    if article.version != version:
        raise EditedMeanwhile
    at = at or clock.now()
    saved = [_save(article, language, words, by=by, at=at) for language, words in texts.items()]
    if any(saved):
        _touch(article, at)
        record("article.revised", subject=_name(article), actor=by, **_saved(saved))
    return article


@transaction.atomic
def save(
    article: Article, *, by: Person, texts: dict[str, Text], version: int, settings: dict[str, Any]
) -> Article:
    """What the editor's page saves: texts and settings, both or neither."""
    article = revise(hold(article), by=by, texts=texts, version=version)
    return change_settings(article, by=by, **settings)


@transaction.atomic
def change_settings(
    article: Article,
    *,
    by: Person,
    subject: Subject,
    slug: str,
    internal: bool,
    position: int,
    review_by: date | None,
    at: datetime | None = None,
) -> Article:
    """Move, rename or hide an article; a former address leads to it for ever."""
    article = hold(article)
    wanted = {
        "subject": subject, "slug": slug, "internal": internal, "position": position, "review_by": review_by,
    }  # fmt: skip
    changed = sorted(name for name, value in wanted.items() if getattr(article, name) != value)
    if not changed:
        return article
    if "slug" in changed:
        _refuse_taken(slug, but=article)
        SlugRedirect.objects.filter(slug=slug, article=article).delete()
        SlugRedirect.objects.get_or_create(slug=article.slug, article=article)
    record("article.settings.changed", subject=_name(article), actor=by, fields=changed, slug=slug)
    for name in changed:
        setattr(article, name, wanted[name])
    try:
        with transaction.atomic():
            article.save(update_fields=changed)
    except IntegrityError:
        raise AddressTaken(fields={"slug": [AddressTaken.default]}) from None
    _touch(article, at or clock.now())
    if article.is_open:
        for translation in article.translations.filter(live__isnull=False):
            vocabulary.learn(f"{translation.title} {translation.plain}")
        events.publish(ArticlePublished(article.pk))
    return article


@transaction.atomic
def publish(article: Article, *, by: Person, at: datetime | None = None) -> Article:
    """Show the newest revision of every language to readers."""
    article = hold(article)
    at = at or clock.now()
    state = LIFE.target_of("publish", article.state)
    translations = list(article.translations.filter(latest__gt=0))
    if not translations:
        raise NothingToPublish
    for translation in translations:
        _go_live(translation, at, learn=not article.internal)
    article.state = state
    article.published_at = article.published_at or at
    article.reviewed_at = at
    article.save(update_fields=["state", "published_at", "reviewed_at"])
    _touch(article, at)
    record(
        "article.published", subject=_name(article), actor=by, languages=[t.language for t in translations]
    )
    events.publish(ArticlePublished(article.pk))
    return article


@transaction.atomic
def unpublish(article: Article, *, by: Person) -> Article:
    """Take an article back to draft; its address answers 404 to readers until it is published again."""
    return _move(article, "unpublish", "article.unpublished", by)


@transaction.atomic
def archive(article: Article, *, by: Person) -> Article:
    """Put an article away; it keeps its revisions and its address."""
    return _move(article, "archive", "article.archived", by)


@transaction.atomic
def bring_back(article: Article, *, by: Person) -> Article:
    """Take an article out of the archive, as a draft."""
    return _move(article, "bring_back", "article.brought_back", by)


@transaction.atomic
def restore(
    article: Article, *, by: Person, language: str, number: int, version: int, at: datetime | None = None
) -> Article:
    """Save an old revision again as the newest one; nothing in between is lost, readers see no change yet."""
    article = hold(article)
    if article.version != version:
        raise EditedMeanwhile
    at = at or clock.now()
    old = Revision.objects.filter(
        translation__article=article, translation__language=language, number=number
    ).first()
    if old is None:
        raise UnknownRevision
    _save(article, language, Text(old.title, old.summary, old.body), by=by, at=at, note=f"← {number}")
    _touch(article, at)
    record("article.restored", subject=_name(article), actor=by, language=language, source=number)
    return article


@transaction.atomic
def confirm_review(article: Article, *, by: Person, at: datetime | None = None) -> Article:
    """Say that an article is still right today."""
    article = hold(article)
    article.reviewed_at, article.review_by = at or clock.now(), None
    article.save(update_fields=["reviewed_at", "review_by"])
    record("article.reviewed", subject=_name(article), actor=by)
    return article


def _name(article: Article) -> str:
    return f"article:{article.slug}"


def _saved(revisions: list[Revision | None]) -> dict[str, Any]:
    kept = [revision for revision in revisions if revision is not None]
    return {
        "number": ", ".join(str(revision.number) for revision in kept),
        "language": ", ".join(str(Language(revision.translation.language).label) for revision in kept),
    }


def _refuse_taken(slug: str, but: Article | None = None) -> None:
    taken = SlugRedirect.objects.filter(slug=slug)
    if (taken.exclude(article=but) if but else taken).exists():
        raise AddressTaken(fields={"slug": [AddressTaken.default]})


def _touch(article: Article, at: datetime) -> None:
    article.version += 1
    article.updated_at = at
    article.save(update_fields=["version", "updated_at"])


def _move(article: Article, move: str, action: str, by: Person) -> Article:
    article = hold(article)
    article.state = LIFE.target_of(move, article.state)
    article.save(update_fields=["state"])
    _touch(article, clock.now())
    record(action, subject=_name(article), actor=by)
    events.publish(ArticlePublished(article.pk))
    return article


def _save(
    article: Article, language: str, words: Text, *, by: Person, at: datetime, note: str = ""
) -> Revision | None:
    """One more revision, unless nothing changed or nothing was written; unpublished texts follow at once."""
    translation, _ = Translation.objects.get_or_create(article=article, language=language)
    newest = translation.revisions.first()
    before = Text(newest.title, newest.summary, newest.body) if newest else Text("", "", "")
    if words == before:
        if newest is None:
            translation.delete()
        return None
    translation.latest += 1
    translation.save(update_fields=["latest"])
    revision = translation.revisions.create(
        number=translation.latest, author=by, saved_at=at, note=note, title=words.title,
        summary=words.summary, body=words.body,
    )  # fmt: skip
    if translation.live is None:
        _write(translation, words)
    return revision


def _go_live(translation: Translation, at: datetime, *, learn: bool) -> None:
    if translation.live != translation.latest:
        newest = translation.revisions.get(number=translation.latest)
        _write(translation, Text(newest.title, newest.summary, newest.body))
        translation.live, translation.live_at = translation.latest, at
        translation.save(update_fields=["live", "live_at"])
    if learn:
        vocabulary.learn(f"{translation.title} {translation.summary} {translation.plain}")


def _write(translation: Translation, words: Text) -> None:
    """Put a text where readers and the search find it; rendered and cleaned here, once."""
    html = richtext.article(words.body)
    translation.title, translation.summary, translation.body = words.title, words.summary, words.body
    translation.body_html = str(html)
    translation.contents = [list(entry) for entry in richtext.contents(words.body)]
    translation.plain = text.readable(html)
    translation.search = _vector(words, translation.plain)
    translation.save(update_fields=["title", "summary", "body", "body_html", "contents", "plain", "search"])


def _vector(words: Text, plain: str) -> models.Expression:
    title = text.grams(words.title)
    return (
        SearchVector(Value(title), config="english", weight="A")
        # Unstemmed too, so that a half-typed last word (withdrawa…) finds the title it will become.
        + SearchVector(Value(title), config="simple", weight="B")
        + SearchVector(Value(text.grams(words.summary)), config="english", weight="C")
        + SearchVector(Value(text.grams(plain)), config="english", weight="D")
    )
