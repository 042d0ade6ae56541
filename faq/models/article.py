from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Visitor
from accounts.states import Role
from helpdesk.core import richtext

from ..states import Language, State


class Subject(models.Model):
    """One of the nine shelves of the help centre."""

    slug = models.SlugField(max_length=30, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    about_zh = models.CharField(max_length=120)
    about_en = models.CharField(max_length=160)
    icon = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("faq:subject", args=[self.slug])

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def about(self) -> str:
        """What is on the shelf, in the reader's language."""
        return self.about_zh if (get_language() or "").startswith("zh") else self.about_en


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, person: Visitor) -> "ArticleQuerySet":
        """Published articles to everyone, internal ones to staff, drafts and the archive to editors."""
        if isinstance(person, Person) and person.has_role(Role.EDITOR):
            return self
        published = self.filter(state=State.PUBLISHED)
        if isinstance(person, Person) and person.works_here:
            return published
        return published.filter(internal=False)

    def due_for_review(self, at: datetime) -> "ArticleQuerySet":
        """Published articles whose review date has come."""
        return self.filter(state=State.PUBLISHED, review_by__lte=at.date())


class Article(models.Model):
    """One answer, in one or two languages. `version` counts every change, to notice two editors at once."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="articles", verbose_name=_("subject"))
    slug = models.SlugField(_("address"), max_length=50, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    internal = models.BooleanField(_("for staff only"), default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("place in its subject"), default=100)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="faq_article_published_has_date",
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "position", "id"], name="faq_article_shelf"),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("faq:article", args=[self.subject.slug, self.slug])

    @property
    def is_open(self) -> bool:
        """Whether everyone may read it."""
        return self.state == State.PUBLISHED and not self.internal


class TranslationQuerySet(models.QuerySet["Translation"]):
    def live(self) -> "TranslationQuerySet":
        """Texts that have been published at least once, whoever may read them now."""
        return self.filter(live__isnull=False)

    def visible_to(self, person: Visitor) -> "TranslationQuerySet":
        """Live texts of the articles this person may read; editors see unpublished texts too."""
        if isinstance(person, Person) and person.has_role(Role.EDITOR):
            return self
        return self.readable_by(person)

    def readable_by(self, person: Visitor) -> "TranslationQuerySet":
        """Live texts as the help centre shows them: the same to an editor as to any other staff."""
        live = self.filter(live__isnull=False, article__state=State.PUBLISHED)
        if isinstance(person, Person) and person.works_here:
            return live
        return live.filter(article__internal=False)


class Translation(models.Model):
    """An article in one language, as readers see it; before its first publication, as last saved.

    `latest` is the number of the newest revision, `live` that of the published one.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=10, choices=Language)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    body_html = models.TextField()
    contents = models.JSONField(default=list)
    plain = models.TextField()
    search = SearchVectorField(null=True, editable=False)
    latest = models.PositiveIntegerField(default=0)
    live = models.PositiveIntegerField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)

    objects = TranslationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "language"], name="faq_translation_one_per_language"),
        ]
        indexes = [GinIndex(fields=["search"], name="faq_translation_search", fastupdate=False)]

    def __str__(self) -> str:
        return self.title

    @property
    def html(self) -> SafeString:
        """The body as it was rendered when it was stored."""
        return richtext.stored(self.body_html)


class Revision(models.Model):
    """What one language of an article said at one moment. Rows are only ever added."""

    translation = models.ForeignKey(Translation, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["translation", "number"], name="faq_revision_number"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.translation_id}.{self.number}"

    def text(self) -> dict[str, Any]:
        """Its words, as the editor's form holds them."""
        return {"title": self.title, "summary": self.summary, "body": self.body}


class SlugRedirect(models.Model):
    """An address an article once had."""

    slug = models.SlugField(max_length=50, unique=True)
    article = models.ForeignKey(Article, models.CASCADE, related_name="former_addresses")

    def __str__(self) -> str:
        return self.slug
