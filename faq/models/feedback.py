from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..states import Language, Reason
from .article import Article


class Vote(models.Model):
    """Whether an article helped one person, or one browser that nobody signed in with."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="votes")
    language = models.CharField(max_length=10, choices=Language)
    helpful = models.BooleanField()
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    browser = models.CharField(max_length=40, blank=True)
    cast_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person"],
                name="faq_vote_one_per_person",
                condition=Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["article", "browser"],
                name="faq_vote_one_per_browser",
                condition=~Q(browser=""),
            ),
            models.CheckConstraint(
                name="faq_vote_person_or_browser",
                condition=Q(person__isnull=False, browser="") | (Q(person=None) & ~Q(browser="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {'+' if self.helpful else '-'}"


class SearchMiss(models.Model):
    """A question the help centre had no answer to: what editors should write next. Holds no person."""

    day = models.DateField()
    language = models.CharField(max_length=10, choices=Language)
    text = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "search misses"
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "text"], name="faq_searchmiss_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.text
