import uuid

from django.conf import settings
from django.db import models

from .case import Dispute


class Event(models.Model):
    """One act in a case, chained: `hash` = SHA-256(`prev` + `body`). Only ever added.

    `body` is the canonical text that was hashed; the other columns repeat it for queries and are checked
    against it by `verify_chain`. What people typed is not in the chain: `body` carries the salted hash of an
    `EventData` row, which can be erased without breaking the chain.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=20)
    body = models.TextField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "seq"], name="disputes_event_no_gap"),
            models.UniqueConstraint(fields=["dispute", "prev"], name="disputes_event_no_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.seq} {self.action}"


class EventData(models.Model):
    """The erasable part of an event: what was typed, with its salt. It may be deleted, never changed."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    event = models.OneToOneField(Event, models.PROTECT, related_name="data")
    salt = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        verbose_name_plural = "event data"

    def __str__(self) -> str:
        return str(self.key)
