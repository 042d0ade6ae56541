from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.safestring import SafeString

from helpdesk.core import refs, richtext
from helpdesk.core.files import IMAGES

from ..states import Actor, Channel, EvidenceKind, EvidenceStatus, OfferState, Side, word
from .case import Dispute
from .sums import Promised

# Why an item was left out by the system: what is stored is not what arrived.
FAULTS = ("unreadable", "hash_mismatch")


class DisputeMessage(models.Model):
    """One thing said in a case, in one of its channels. Who may read which is decided in `access`."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=16, choices=Channel)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    body = models.TextField()
    body_html = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["dispute", "id"], name="disputes_message_thread")]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.channel} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def html(self) -> SafeString:
        """The cleaned HTML, ready for a page."""
        return richtext.stored(self.body_html)

    @property
    def role_word(self) -> str:
        return str(Actor(self.role).label)

    @property
    def channel_word(self) -> str:
        return str(Channel(self.channel).label)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def in_file(self) -> "EvidenceQuerySet":
        """What counts: submitted or admitted, late items included."""
        return self.filter(
            status__in=[EvidenceStatus.SUBMITTED, EvidenceStatus.ADMITTED, EvidenceStatus.LATE]
        )

    def shared(self) -> "EvidenceQuerySet":
        """What both sides can open."""
        return self.in_file().filter(visibility="both")

    def in_index(self) -> "EvidenceQuerySet":
        """What both sides see listed: all that arrived whole, and what was left out by a decision."""
        return self.exclude(status=EvidenceStatus.EXCLUDED, exclusion_reason__in=FAULTS)

    def _fair(self) -> Q:
        edited = Evidence.objects.filter(derivative_of=OuterRef("pk"), visibility="both", transform="redact")
        told = ~Q(summary_for_other_side="") | Q(Exists(edited))
        return Q(visibility="both") | (Q(visibility="restricted") & told)

    def for_decider(self) -> "EvidenceQuerySet":
        """What both sides can open, and restricted items of which both have a version or a summary (F11)."""
        return self.in_index().filter(self._fair())

    def relied(self) -> "EvidenceQuerySet":
        """The same without what is late or left out: nothing else may be relied on."""
        return self.in_file().exclude(status=EvidenceStatus.LATE).filter(self._fair())


class Evidence(models.Model):
    """One numbered item of the file (`T-1`, `P-1`, `M-1`). `sha256` is of the stored bytes at admission.

    `claimed_sha256` is what the upload was hashed to on arrival; where the two differ the item is excluded
    and says so. `key` is the public, unguessable part of its address.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="evidence")
    side = models.CharField(max_length=10, choices=Side)
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40, unique=True, default=refs.opaque)
    kind = models.CharField(max_length=20, choices=EvidenceKind)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    supports = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on_behalf_of = models.CharField(max_length=10, choices=Side, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    channel = models.CharField(max_length=10, default="web")
    original_filename = models.CharField(max_length=120)
    mime_declared = models.CharField(max_length=80, blank=True)
    mime_detected = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    claimed_sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=120)
    preview_key = models.CharField(max_length=120, blank=True)
    preview_mime = models.CharField(max_length=60, blank=True)
    attachment = models.ForeignKey(
        "tickets.Attachment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    captured_at = models.DateTimeField(null=True, blank=True)
    captured_by_clock = models.CharField(max_length=6, blank=True)
    source_system = models.CharField(max_length=80, blank=True)
    source_query = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    translation_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    derivative_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    transform = models.CharField(max_length=10, blank=True)
    visibility = models.CharField(max_length=12, default="both")
    restricted_reason = models.CharField(max_length=200, blank=True)
    summary_for_other_side = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=EvidenceStatus, default=EvidenceStatus.ADMITTED)
    exclusion_reason = models.CharField(max_length=200, blank=True)
    av_scan = models.CharField(max_length=20, blank=True)
    retention_class = models.CharField(max_length=20, default="case")
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    machine_translated = models.BooleanField(default=False)
    late_reason = models.CharField(max_length=1000, blank=True)
    ruling = models.CharField(max_length=1000, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["side", "number"]
        indexes = [models.Index(fields=["checked_at"], name="disputes_evidence_checked")]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "side", "number"], name="disputes_evidence_numbered"),
            models.CheckConstraint(
                name="disputes_evidence_restricted_has_reason",
                condition=Q(visibility="both") | (Q(visibility="restricted") & ~Q(restricted_reason="")),
            ),
            models.CheckConstraint(
                name="disputes_evidence_late_has_reason",
                condition=~Q(status=EvidenceStatus.LATE) | ~Q(late_reason=""),
            ),
            models.CheckConstraint(
                name="disputes_evidence_ruled_whole",
                condition=Q(ruled_by=None, ruled_at=None, ruling="")
                | (Q(ruled_by__isnull=False, ruled_at__isnull=False) & ~Q(ruling="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index_no} {self.title}"

    @property
    def index_no(self) -> str:
        letter = {Side.TRADER: "T", Side.PLATFORM: "P", Side.NEUTRAL: "M"}[Side(self.side)]
        return f"{letter}-{self.number}"

    @property
    def is_image(self) -> bool:
        return self.mime_detected in IMAGES

    @property
    def is_restricted(self) -> bool:
        return self.visibility == "restricted"

    @property
    def is_faulty(self) -> bool:
        """Left out because what is stored is not what arrived."""
        return self.status == EvidenceStatus.EXCLUDED and self.exclusion_reason in FAULTS

    @property
    def reason_words(self) -> list[str]:
        """Why parts of it are held back, in words."""
        return [word("redaction_reasons", code) for code in self.restricted_reason.split(",") if code]

    @property
    def kind_word(self) -> str:
        return str(EvidenceKind(self.kind).label)


class Offer(Promised):
    """A settlement offer. Kept apart from everything the decider reads (F15)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="offers")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10, blank=True)
    remedy = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.MADE)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_offer_numbered"),
            models.CheckConstraint(
                name="disputes_offer_amount_has_currency",
                condition=Q(amount=None, currency="") | (Q(amount__gt=0) & ~Q(currency="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.number}"
