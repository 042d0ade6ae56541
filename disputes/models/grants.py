from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import Side
from .case import Dispute
from .people import Assignment

KEPT_AFTER = timedelta(days=14)


class Scope(models.TextChoices):
    """How much a grant opens; restricted items are in neither."""

    CASE = "case", "the case while they mediate it"
    PAST = "past", "what was there when their mediation ended"


class GrantQuerySet(models.QuerySet["Grant"]):
    def live(self, at: datetime) -> "GrantQuerySet":
        """Those that open something at this moment."""
        return self.filter(Q(until=None) | Q(until__gt=at), revoked_at=None, starts_at__lte=at)


class Grant(models.Model):
    """What opens one case to a mediator from outside, and nothing else does (F22).

    It comes with the seat and ends at once when it is revoked; otherwise at `until`, which the closing of the
    case sets and nothing moves later. When the seat ends a trigger narrows the scope to what was there then.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="grants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seat = models.OneToOneField(Assignment, models.PROTECT, related_name="grant")
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.CASE)
    starts_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_why = models.CharField(max_length=1000, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "user"], name="disputes_grant_one_active", condition=Q(revoked_at=None)
            ),
            models.CheckConstraint(
                name="disputes_grant_ends_later", condition=Q(until=None) | Q(until__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="disputes_grant_revoked_with_reason",
                condition=Q(revoked_at=None, revoked_by=None, revoked_why="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_why="")),
            ),
        ]
        indexes = [models.Index(fields=["user"], name="disputes_grant_of", condition=Q(revoked_at=None))]

    def __str__(self) -> str:
        return f"{self.user_id} {self.dispute_id} {self.scope}"

    def is_live(self, at: datetime) -> bool:
        """Whether it opens something at this moment."""
        return self.revoked_at is None and self.starts_at <= at and (self.until is None or at < self.until)


class UndertakingText(models.Model):
    """One version of what a mediator from outside promises, in both languages. Only ever added."""

    number = models.PositiveIntegerField(unique=True)
    en = models.TextField()
    zh = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="disputes_undertakingtext_whole", condition=~Q(en="") & ~Q(zh="") & Q(number__gt=0)
            )
        ]

    def __str__(self) -> str:
        return f"Undertaking {self.number}"


class Undertaking(models.Model):
    """That somebody has promised to keep a case to themselves: which words, in which language, when."""

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="undertaking")
    text = models.ForeignKey(UndertakingText, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.grant_id} {self.text_id} {self.at:%Y-%m-%d}"

    @property
    def words(self) -> str:
        """What was read and accepted."""
        return self.text.zh if self.language.startswith("zh") else self.text.en


class NameConsent(models.Model):
    """A side lets one mediator from outside know the names; with both, they are spoken.

    Until the other side has consented too, it can be taken back; a trigger holds it after that.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="consents")
    side = models.CharField(max_length=10, choices=[(Side.TRADER, "trader"), (Side.PLATFORM, "platform")])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "side"], name="disputes_nameconsent_once", condition=Q(taken_back_at=None)
            ),
            models.CheckConstraint(
                name="disputes_nameconsent_of_a_side", condition=Q(side__in=[Side.TRADER, Side.PLATFORM])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.side}"
