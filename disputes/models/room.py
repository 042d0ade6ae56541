"""The evidence room: what a side prepares, what it was asked for, and what was covered in an item."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from helpdesk.timers.models import State as Ticking

from ..states import Actor, EvidenceKind, Side, word
from .case import Dispute
from .content import Evidence
from .deadline import DisputeDeadline
from .letters import Letter

PERSON = settings.AUTH_USER_MODEL


class EvidenceDraft(models.Model):
    """Something one side prepares and nobody else knows of; it becomes an item when it is submitted.

    Not a row of the index with a status: what is in the index has a number, and is never deleted.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="drafts")
    side = models.CharField(max_length=10, choices=Side)
    kind = models.CharField(max_length=20, choices=EvidenceKind)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    supports = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    captured_by_clock = models.CharField(max_length=6, blank=True)
    language = models.CharField(max_length=10, blank=True)
    supersedes = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    translation_of = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    machine_translated = models.BooleanField(default=False)
    held_back = models.CharField(max_length=20, blank=True)
    summary = models.TextField(blank=True)
    prepared_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    original_filename = models.CharField(max_length=120)
    mime_detected = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    claimed_sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=120)
    preview_key = models.CharField(max_length=120, blank=True)
    preview_mime = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["changed_at"], name="disputes_evidencedraft_old")]
        constraints = [
            models.CheckConstraint(
                name="disputes_evidencedraft_held_back_has_summary",
                condition=Q(held_back="") | ~Q(summary=""),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_word(self) -> str:
        return str(EvidenceKind(self.kind).label)


class InfoRequest(models.Model):
    """A list of things one side is asked for by a date. Its clock is `deadline`; nothing follows from silence
    but that the case goes on with what is in the file.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="info_requests")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    asked_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    deadline = models.OneToOneField(
        DisputeDeadline, models.PROTECT, null=True, blank=True, related_name="info_request"
    )
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, blank=True, related_name="info_request")
    waited_on = models.CharField(max_length=12)
    complete_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_inforequest_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.side} {self.number}"

    @property
    def is_running(self) -> bool:
        """Somebody is waited for, and the date has not passed."""
        return self.deadline is not None and self.deadline.state == Ticking.RUNNING

    @property
    def is_late(self) -> bool:
        """The date passed and something is still missing."""
        return (
            self.complete_at is None and self.deadline is not None and self.deadline.state == Ticking.BREACHED
        )

    @property
    def takes_answers(self) -> bool:
        """Asked, not complete, and not let go when the case moved on."""
        return self.is_running or self.is_late

    @property
    def state(self) -> str:
        """One word for programs: complete, open, late or dropped."""
        if self.complete_at:
            return "complete"
        return "open" if self.is_running else "late" if self.is_late else "dropped"

    @property
    def role_word(self) -> str:
        return str(Actor(self.role).label)


class InfoItem(models.Model):
    """One thing asked for: answered by items of the index, or by the reason why it does not exist."""

    request = models.ForeignKey(InfoRequest, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=EvidenceKind, default=EvidenceKind.OTHER)
    title = models.CharField(max_length=200)
    differs = models.CharField(max_length=500, blank=True)
    answered_with = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    missing_because = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="disputes_infoitem_numbered"),
            models.CheckConstraint(
                name="disputes_infoitem_answer_is_one",
                condition=Q(answered_at=None, answered_with=[], missing_because="")
                | Q(answered_at__isnull=False, missing_because="") & ~Q(answered_with=[])
                | Q(answered_at__isnull=False, answered_with=[]) & ~Q(missing_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def is_held(self) -> bool:
        """Nobody has to bring it: the file has it."""
        return bool(self.answered_with)

    @property
    def kind_word(self) -> str:
        return str(EvidenceKind(self.kind).label)


class Redaction(models.Model):
    """The wish to cover places of an item: the edited file or a summary, and the word of a second person.

    `places` is a list of {"place", "reason"}; reasons are codes, because nothing else may be one.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="redactions")
    number = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Evidence, models.PROTECT, related_name="redactions")
    places = models.JSONField()
    summary = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    requested_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    requested_role = models.CharField(max_length=20)
    requested_at = models.DateTimeField(default=timezone.now)
    original_filename = models.CharField(max_length=120, blank=True)
    mime_detected = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=120, blank=True)
    preview_key = models.CharField(max_length=120, blank=True)
    preview_mime = models.CharField(max_length=60, blank=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True, blank=True)
    refusal = models.CharField(max_length=1000, blank=True)
    derivative = models.OneToOneField(Evidence, models.PROTECT, null=True, blank=True, related_name="made_by")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_redaction_numbered"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(decided_at=None), name="disputes_redaction_one_asked"
            ),
            models.CheckConstraint(
                name="disputes_redaction_hands_apart",
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
            ),
            models.CheckConstraint(
                name="disputes_redaction_decided_whole",
                condition=Q(decided_by=None, decided_at=None, approved=None, derivative=None, refusal="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved=True, refusal="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved=False, derivative=None)
                & ~Q(refusal=""),
            ),
            models.CheckConstraint(
                name="disputes_redaction_shares_something", condition=~Q(storage_key="") | ~Q(summary="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"

    @property
    def told(self) -> list[dict[str, Any]]:
        """The places, each with its reason in words."""
        return [
            {"place": one["place"], "reason": word("redaction_reasons", one["reason"])} for one in self.places
        ]

    @property
    def has_file(self) -> bool:
        return bool(self.storage_key)
