from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from .category import Category


class Incident(models.Model):
    """A fault of the platform that many report at once, from the ticket that made it one to its closing.

    `tickets` is how many had been filed about it when it was opened and, once it is closed, all in all.
    """

    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    tickets = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            # One open incident of a problem type; this is also how the open ones are found.
            models.UniqueConstraint(
                fields=["category"], name="tickets_incident_one_open", condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                name="tickets_incident_closed_by_somebody",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["category", "closed_at"], name="tickets_incident_last_closed")]

    def __str__(self) -> str:
        return f"{self.category} {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def reference(self) -> str:
        """How the record and notices name it."""
        return f"incident:{self.pk}"

    def get_desk_url(self) -> str:
        """The queue with the tickets of its problem type."""
        return f"{reverse('tickets:queue')}?category={self.category.code}"
