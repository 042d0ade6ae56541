"""What keeps the whole fair, beside the single case: published quarters, systemic issues, service."""

from django.db import models
from django.utils import timezone


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
