from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from helpdesk.core import refs
from helpdesk.core.files import IMAGES

from .message import Message
from .ticket import Ticket


class Attachment(models.Model):
    """A file on a ticket. The bytes are stored as received; `sha256` is theirs, in hex.

    `key` is the public, unguessable address; the storage name is random and never leaves the server.
    """

    key = models.CharField(max_length=40, unique=True, default=refs.opaque)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="attachments")
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    mime = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    storage_name = models.CharField(max_length=120)
    preview_name = models.CharField(max_length=120, blank=True)
    preview_mime = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="tickets_attachment_sha256")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tickets:attachment", args=[self.ticket.reference, self.key])

    @property
    def is_image(self) -> bool:
        return self.mime in IMAGES
