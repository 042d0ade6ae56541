from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from accounts.models import Person, Visitor
from helpdesk.core import richtext
from helpdesk.core.text import preview

from ..states import Channel, Delivery, Kind
from .ticket import Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    def on(self, ticket: Ticket, person: Visitor) -> "MessageQuerySet":
        """What this person may read on a ticket they may see.

        Staff read everything but other people's undone replies; the requester what was sent to them, also
        when they work here: nobody reads the notes about themselves.
        """
        self = self.filter(ticket=ticket)
        if isinstance(person, Person) and person.reads_tickets and ticket.requester_id != person.pk:
            return self.filter(Q(delivery=Delivery.SENT) | Q(delivery=Delivery.HELD, author=person))
        return self.exclude(kind=Kind.NOTE).filter(delivery=Delivery.SENT)

    def answers(self) -> "MessageQuerySet":
        """What counts as an answer: public, by a person of the house, sent."""
        return self.filter(kind=Kind.PUBLIC, from_staff=True, delivery=Delivery.SENT)


class Message(models.Model):
    """One thing said on a ticket. `body` is what was typed; `body_html` was cleaned before it was stored."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PUBLIC)
    from_staff = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    body = models.TextField()
    body_html = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.SENT)
    then = models.CharField(max_length=16, blank=True)
    release_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="tickets_message_thread"),
            models.Index(
                fields=["release_at"], name="tickets_message_held", condition=Q(delivery=Delivery.HELD)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    def line(self, length: int = 120) -> str:
        """Its beginning on one line, as it reads: the house writes Markdown, a trader none."""
        return preview(self._words, length)

    @cached_property
    def _words(self) -> str:
        return richtext.words(self.body) if self.from_staff else self.body

    @property
    def html(self) -> SafeString:
        """The cleaned HTML, ready for a page."""
        return richtext.stored(self.body_html)
