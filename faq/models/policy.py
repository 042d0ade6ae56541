from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from helpdesk.core import richtext

from ..states import Language


class Policy(models.Model):
    """A document that binds both sides. It has no text of its own; its versions do."""

    slug = models.SlugField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("faq:policy", args=[self.slug])


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def in_force(self, at: datetime) -> "PolicyVersionQuerySet":
        """Of each policy, the version that binds at a moment (a trade is judged by the one of its time)."""
        return self.filter(effective_at__lte=at).order_by("policy_id", "-number").distinct("policy_id")


class PolicyVersion(models.Model):
    """One edition of a policy. Never changed: a correction is a new version."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="faq_policyversion_number"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("faq:policy_version", args=[self.policy.slug, self.number])

    @property
    def text(self) -> "PolicyText":
        """Its text in the reader's language; from prefetched rows when there are any."""
        texts = {text.language: text for text in self.texts.all()}
        wanted = Language.ZH if (get_language() or "").startswith("zh") else Language.EN
        return texts.get(wanted) or next(iter(texts.values()))


class PolicyText(models.Model):
    """A version's words in one language; `sha256` is over title, one line feed and body, in UTF-8."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10, choices=Language)
    title = models.CharField(max_length=120)
    body = models.TextField()
    body_html = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="faq_policytext_one_per_language"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.title

    @property
    def html(self) -> SafeString:
        """The body as it was rendered when it was stored."""
        return richtext.stored(self.body_html)
