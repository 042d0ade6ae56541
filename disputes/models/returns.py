from django.conf import settings
from django.db import models


class ReturnRun(models.Model):
    """One return that was made: what was asked, how many rows, and the hash of the file. Only ever added."""

    kind = models.CharField(max_length=20)
    form = models.CharField(max_length=8)
    entity = models.CharField(max_length=20, blank=True)
    first_on = models.DateField()
    last_on = models.DateField()
    as_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_on}–{self.last_on}"
