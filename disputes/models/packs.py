"""What was handed to a body outside: one file for one body, and the record that it went there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .after import ExternalBody
from .case import Dispute
from .letters import Letter

PERSON = settings.AUTH_USER_MODEL


class ExternalPackQuerySet(models.QuerySet["ExternalPack"]):
    def made(self) -> "ExternalPackQuerySet":
        """Those whose file exists; one that was given up while it was made has none."""
        return self.exclude(sha256="")


class ExternalPack(models.Model):
    """A file of the case, made for one body. `sha256` is of the very bytes that are kept and handed over.

    The row begins with the cover letter; what was handed over, to whom, when and by whom is never changed.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="packs")
    number = models.PositiveSmallIntegerField()
    body = models.ForeignKey(ExternalBody, models.PROTECT, null=True, blank=True, related_name="+")
    body_name = models.CharField(max_length=160)
    their_reference = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, blank=True, related_name="pack")
    made_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    storage_key = models.CharField(max_length=120, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_on = models.DateField(null=True, blank=True)
    handed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    handed_how = models.CharField(max_length=300, blank=True)

    objects = ExternalPackQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_pack_numbered"),
            models.CheckConstraint(name="disputes_pack_names_the_body", condition=~Q(body_name="")),
            models.CheckConstraint(
                name="disputes_pack_handed_whole",
                condition=Q(handed_at=None, handed_by=None, handed_on=None, handed_how="")
                | (
                    Q(handed_at__isnull=False, handed_by__isnull=False, handed_on__isnull=False)
                    & ~Q(handed_how="")
                    & ~Q(sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.number} {self.body_name}"

    @property
    def name(self) -> str:
        """The body's name in the reader's language; as it was given where it is not in the directory."""
        return str(self.body) if self.body else self.body_name

    @property
    def filename(self) -> str:
        """How the file is called when it is saved."""
        return f"{self.dispute.reference}-{self.number}.zip"
