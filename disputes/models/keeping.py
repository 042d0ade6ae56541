"""How long a file is kept, what forbids erasing it, and what was erased (disputes.md 3.6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..states import coded, word
from ..states.paying import Keep, Retained
from .case import Dispute


def _span(n: int, unit: str) -> str:
    words = {
        "years": ngettext("%(n)s year", "%(n)s years", n),
        "months": ngettext("%(n)s month", "%(n)s months", n),
        "days": ngettext("%(n)s day", "%(n)s days", n),
    }
    return words[unit] % {"n": n}


class RetentionRule(models.Model):
    """How long one class is kept, in a jurisdiction or (empty) everywhere else. The operator edits these."""

    retained = models.CharField(max_length=12, choices=Retained)
    jurisdiction = models.CharField(max_length=20, blank=True)
    n = models.PositiveSmallIntegerField()
    unit = models.CharField(
        max_length=8, choices=[("years", "years"), ("months", "months"), ("days", "days")]
    )
    since_en = models.CharField(max_length=120)
    since_zh = models.CharField(max_length=120)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["retained", "jurisdiction"]
        constraints = [
            models.UniqueConstraint(fields=["retained", "jurisdiction"], name="disputes_retention_one_rule"),
            models.CheckConstraint(name="disputes_retention_some_time", condition=Q(n__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.retained} {self.jurisdiction} {self.n} {self.unit}"

    @property
    def law(self) -> str:
        return word("jurisdictions", self.jurisdiction) if self.jurisdiction else ""

    @property
    def span(self) -> str:
        return _span(self.n, self.unit)

    @property
    def since(self) -> str:
        return self.since_zh if (get_language() or "").startswith("zh") else self.since_en


class CaseHold(models.Model):
    """Something forbids erasing the case. Only the end is ever added to a row.

    The preservation hold is the system's own, from the registration until the closing; a legal one is too
    where a stored file was found changed. Of all but the first one person asks for the end, another agrees.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=12, choices=Keep)
    reason = models.CharField(max_length=1000, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(default=timezone.now)
    lift_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=1000, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "kind"], name="disputes_hold_one_of_a_kind", condition=Q(lifted_at=None)
            ),
            models.CheckConstraint(
                name="disputes_hold_has_reason",
                condition=Q(kind=Keep.PRESERVATION)
                | (~Q(reason="") & (Q(set_by__isnull=False) | Q(kind=Keep.LEGAL))),
            ),
            models.CheckConstraint(
                name="disputes_hold_lifted_by_two",
                condition=Q(lifted_at=None)
                | Q(kind=Keep.PRESERVATION)
                | (
                    Q(lift_asked_by__isnull=False, lifted_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                    & ~Q(lift_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.kind}"

    @property
    def kind_word(self) -> str:
        return str(Keep(self.kind).label)

    @property
    def setter(self) -> str:
        """Who set it, for people to read."""
        return str(self.set_by or _("the system"))


class Purge(models.Model):
    """A file whose time is over: proposed by the system, approved by two different people, then erased."""

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="purge")
    retained = models.CharField(max_length=12, choices=Retained, default=Retained.CASE)
    due_on = models.DateField()
    reason = models.CharField(max_length=200)
    proposed_at = models.DateTimeField(default=timezone.now)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_at = models.DateTimeField(null=True, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    files = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="disputes_purge_by_two",
                condition=(Q(second_by=None) | Q(first_by__isnull=False))
                & (Q(second_by=None) | ~Q(second_by=F("first_by")))
                & (Q(done_at=None) | Q(second_by__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.due_on}"

    @property
    def rule(self) -> str:
        """Why its time is over, in words; `reason` is how the log says it: `UK-FCA: 3 years`."""
        code, _colon, span = self.reason.partition(": ")
        n, _space, unit = span.partition(" ")
        if not n.isdigit() or unit not in {"years", "months", "days"}:
            return self.reason
        return f"{coded('jurisdictions', code)} · {_span(int(n), unit)}"


class DiscardedFile(models.Model):
    """Stored bytes nobody may keep any more; deleted after the erasing is written, as often as it takes."""

    storage_key = models.CharField(max_length=200, unique=True)
    queued_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], name="disputes_discarded_left", condition=Q(deleted_at=None))
        ]

    def __str__(self) -> str:
        return str(self.pk)
