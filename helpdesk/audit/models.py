"""The record: what was done, by whom, to what. Rows are only ever added; triggers refuse the rest."""

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One act. `subject` is a public reference (`T-7K2M9Q`, `D-2026-000123`, `person:12`)."""

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["subject", "id"], name="audit_entry_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject}"
