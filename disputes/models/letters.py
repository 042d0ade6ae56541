import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import veiled

from ..states.letters import LetterKind, LetterLanguage
from .case import Dispute
from .log import Event
from .ruling import Decision


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def published(self) -> "LetterTemplateQuerySet":
        """What letters are or were made of, the newest first."""
        return self.exclude(published_at=None).order_by("-number")

    def draft(self) -> "LetterTemplateQuerySet":
        """What is being written."""
        return self.filter(published_at=None)


class LetterTemplate(models.Model):
    """One version of a letter's fixed words in one language: text with places such as `{{reference}}`.

    It is data: nothing in it is ever run. A draft may change; what is published is kept by a trigger,
    because letters were made of it. Whoever wrote it never publishes it; the first versions came with the
    product and have no author.
    """

    kind = models.CharField(max_length=20, choices=LetterKind)
    language = models.CharField(max_length=10, choices=LetterLanguage)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "number"], name="disputes_lettertemplate_numbered"
            ),
            models.UniqueConstraint(
                fields=["kind", "language"],
                name="disputes_lettertemplate_one_draft",
                condition=Q(published_at=None),
            ),
            models.CheckConstraint(
                name="disputes_lettertemplate_four_eyes",
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, author=None, published_by=None)
                | (
                    Q(published_at__isnull=False, author__isnull=False, published_by__isnull=False)
                    & ~Q(author=F("published_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("disputes:letter-template", args=[self.kind, self.language, self.number])

    @property
    def kind_word(self) -> str:
        return str(LetterKind(self.kind).label)


class Letter(models.Model):
    """An official letter of a case as it was issued. Only ever added.

    `body` is the canonical text that `sha256` is of; `chain_head` is the link of the log the letter is about,
    and the link after it carries the letter's own hash. Numbers run 1, 2 … for what everybody in the case
    reads; decisions are counted from 1001, settlements from 2001: nobody can tell what they do not read.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="letters")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=LetterKind)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, related_name="letters")
    language = models.CharField(max_length=10, choices=LetterLanguage)
    subject = models.CharField(max_length=400)
    body = models.TextField()
    # The same with what people are called to a mediator from outside, made in the same moment.
    outside_body = models.TextField(blank=True, default="", db_default="")
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="letters")
    chain_head = models.CharField(max_length=64)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="letters")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_letter_numbered"),
            models.CheckConstraint(
                name="disputes_letter_whole", condition=~Q(subject="") & ~Q(body="") & ~Q(sha256="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.number} {self.kind}"

    def get_absolute_url(self) -> str:
        return self.dispute.letter_url(self.number)

    @property
    def kind_word(self) -> str:
        return str(LetterKind(self.kind).label)

    @property
    def told(self) -> dict[str, Any]:
        """The letter's parts, as they were hashed; with pseudonyms where names are not spoken."""
        return json.loads(self.spoken_body)

    @property
    def spoken_body(self) -> str:
        """The canonical text this reader may have; `sha256` is of the one with names."""
        return self.outside_body if veiled() else self.body

    @property
    def title(self) -> str:
        """Its subject, in the same words."""
        return str(self.told["subject"]) if veiled() else self.subject

    @property
    def blocks(self) -> list[dict[str, str]]:
        return self.told["blocks"]
