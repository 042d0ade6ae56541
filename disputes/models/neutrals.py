"""What is kept of the service of neutrals, beside their cases."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .deadline import DisputeDeadline


class Lapse(models.Model):
    """A mediator let the time to accept pass, or was silent too long (F21): not drawn until it is cleared."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    deadline = models.OneToOneField(DisputeDeadline, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disputes_lapse_cleared_with_reason",
                condition=Q(cleared_at=None, cleared_by=None, reason="")
                | (
                    Q(cleared_at__isnull=False, cleared_by__isnull=False)
                    & ~Q(reason="")
                    & ~Q(cleared_by=F("person"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d}"
