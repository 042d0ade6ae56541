from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class DutyQuerySet(models.QuerySet["Duty"]):
    def at(self, moment: datetime) -> "DutyQuerySet":
        """Whoever is on duty at that moment."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)


class Duty(models.Model):
    """Somebody is the on-duty lead from one instant to another: whom a ladder calls when all others sleep."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.CheckConstraint(name="tickets_duty_has_length", condition=Q(ends_at__gt=F("starts_at")))
        ]
        indexes = [models.Index(fields=["ends_at"], name="tickets_duty_ends")]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d %H:%M}"
