"""What keeps the whole fair, beside the single case: published quarters, systemic issues, service."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..states import word
from .case import Dispute
from .ruling import Decision


class QuarterFigures(models.Model):
    """What was published of one quarter (F24), small cells hidden already. Never changed afterwards."""

    quarter = models.CharField(max_length=6, unique=True)
    published_at = models.DateTimeField(default=timezone.now)
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "quarter figures"

    def __str__(self) -> str:
        return self.quarter


class SystemicIssue(models.Model):
    """A cause that was upheld again and again (F27): somebody owns it, by a day. One is open per cause.

    Opened by itself; what becomes of it stands in its notes and, at the end, in `result`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits to be taken up")
        WORKING = "working", _("Being remedied")
        CLOSED = "closed", _("Put right")

    root_cause = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    result = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root_cause"], name="disputes_systemic_one_open", condition=~Q(state="closed")
            ),
            models.CheckConstraint(
                name="disputes_systemic_closed_says_how",
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(result="")
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.root_cause} {self.opened_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its page in the desk."""
        return reverse("disputes:desk-systemic-issue", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    @property
    def cause_word(self) -> str:
        return word("root_causes", self.root_cause)


class SystemicCase(models.Model):
    """A decision that counts for an issue; for one alone, ever."""

    issue = models.ForeignKey(SystemicIssue, models.PROTECT, related_name="cases")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.issue_id} {self.decision_id}"


class SystemicNote(models.Model):
    """What somebody did about an issue. Only ever added."""

    issue = models.ForeignKey(SystemicIssue, models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.at:%Y-%m-%d}"


class SystemicContact(models.Model):
    """A trader who may be affected, too, has been written to."""

    issue = models.ForeignKey(SystemicIssue, models.PROTECT, related_name="contacts")
    trader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "trader"], name="disputes_systemic_contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.trader_id}"


class Restriction(models.Model):
    """An act against a trader whose dispute is open (F17): asked for with a reason, approved by compliance.

    Without one that is approved and unused the act itself is refused. Both sides read it.
    """

    class Act(models.TextChoices):
        SUSPEND = "suspend", _("suspend the account")
        CLOSE = "close", _("close one of the trader's tickets")
        LOWER = "lower", _("lower the priority of one of the trader's tickets")

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="restrictions")
    act = models.CharField(max_length=10, choices=Act)
    ticket = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], name="disputes_restriction_one_asked", condition=Q(approved=None)
            ),
            models.CheckConstraint(
                name="disputes_restriction_four_eyes",
                condition=(Q(ruled_by=None) | ~Q(ruled_by=F("asked_by")))
                & (Q(approved=None, ruled_by=None) | Q(approved__isnull=False, ruled_by__isnull=False))
                & (Q(done_at=None) | Q(approved=True))
                & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.act}"
