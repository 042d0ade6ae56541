from datetime import datetime
from functools import cache, cached_property

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, TradingAccount, Visitor

from ..states import CANARY, LIVE, WORKED, Channel, Priority, Promise, Status
from .category import Category, Team


@cache
def _address(name: str) -> str:
    """The address of a ticket's page with a gap for its reference; sweeps and lists need thousands."""
    return reverse(name, args=["T-222222"]).replace("T-222222", "{}")


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Visitor) -> "TicketQuerySet":
        """Everything to staff who work on tickets, their own to traders, nothing to anyone else.

        The hidden ticket of the canary is nobody's.
        """
        if not isinstance(person, Person) or not person.is_active:
            return self.none()
        return self.filter(requester=person) if not person.reads_tickets else self.exclude(channel=CANARY)

    def live(self) -> "TicketQuerySet":
        """Tickets that wait for somebody, disputes aside."""
        return self.filter(status__in=LIVE)

    def worked(self) -> "TicketQuerySet":
        """Tickets that are not over."""
        return self.filter(status__in=WORKED)

    def due_next(self) -> "TicketQuerySet":
        """In the order of what is due next: the most overdue first, without a promise last."""
        return self.order_by(F("promise_due_at").asc(nulls_last=True), "id")

    def late(self, at: datetime) -> "TicketQuerySet":
        """Live tickets with a promise past its moment."""
        return self.live().filter(promise_due_at__lte=at)

    def for_page(self) -> "TicketQuerySet":
        """With the people a page names, in the same query, and without the index of its words."""
        return self.select_related("requester", "assignee").defer("search")


class Ticket(models.Model):
    """A trader's request for help and the promise we made about answering it.

    The `promise_*` fields repeat the nearest open clock, so that the queue needs no join; they are
    written with every change of a clock, under the ticket's lock.
    """

    reference = models.CharField(max_length=12, unique=True)
    subject = models.CharField(max_length=200)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_tickets"
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="tickets")
    category = models.ForeignKey(Category, models.PROTECT, related_name="tickets")
    priority = models.CharField(max_length=2, choices=Priority, default=Priority.P3)
    status = models.CharField(max_length=12, choices=Status, default=Status.NEW)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    language = models.CharField(max_length=10, default="en")
    fields = models.JSONField(default=dict, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_line = models.CharField(max_length=140, blank=True)
    last_requester_at = models.DateTimeField(null=True, blank=True)
    last_staff_at = models.DateTimeField(null=True, blank=True)
    dispute_reference = models.CharField(max_length=16, blank=True)
    policy_version = models.ForeignKey(
        "SlaPolicyVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    promise_state = models.CharField(max_length=8, choices=Promise, default=Promise.NONE)
    promise_metric = models.CharField(max_length=20, blank=True)
    promise_due_at = models.DateTimeField(null=True, blank=True)
    promise_soon_at = models.DateTimeField(null=True, blank=True)
    promise_reason = models.CharField(max_length=20, blank=True)
    search = SearchVectorField(null=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tickets_ticket_closed_has_date",
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at=None)),
            ),
        ]
        indexes = [
            # The queue: live tickets in the order of what is due next.
            models.Index(
                F("promise_due_at").asc(nulls_last=True),
                "id",
                name="tickets_ticket_due",
                condition=Q(status__in=LIVE),
            ),
            # "Mine" and the load of each agent.
            models.Index(
                "assignee",
                F("promise_due_at").asc(nulls_last=True),
                "id",
                name="tickets_ticket_mine",
                condition=Q(status__in=LIVE),
            ),
            # A trader's own list, newest first.
            models.Index(fields=["requester", "-id"], name="tickets_ticket_requester"),
            # How many filed the same within minutes: a fault that many report.
            models.Index(
                fields=["category", "created_at"],
                name="tickets_ticket_similar",
                condition=Q(status__in=LIVE),
            ),
            # Recently solved and closed; the status filters of the queue.
            models.Index(fields=["status", "-updated_at"], name="tickets_ticket_status"),
            GinIndex(fields=["tags"], name="tickets_ticket_tags"),
            GinIndex(fields=["search"], name="tickets_ticket_search"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    def get_absolute_url(self) -> str:
        """The requester's page."""
        return _address("tickets:ticket").format(self.reference)

    def get_desk_url(self) -> str:
        """The page in the workspace."""
        return self.desk_address(self.reference)

    @staticmethod
    def desk_address(reference: str, act: str = "ticket") -> str:
        """Where the workspace shows the ticket of that number, or takes an act on it."""
        return _address(f"tickets:desk-{act}").format(reference)

    def address_for(self, person: Visitor) -> str:
        """The page this person works on."""
        staff = isinstance(person, Person) and person.reads_tickets
        return self.get_desk_url() if staff else self.get_absolute_url()

    @cached_property
    def standing(self) -> dict[str, frozenset[str]]:
        """Tiers and companies of the requester's trading accounts, read once per instance."""
        rows: list[tuple[str, str]] = []
        if self.requester_id:
            mine = TradingAccount.objects.filter(holder=self.requester_id)
            rows = list(mine.values_list("tier", "entity__code"))
        return {"tier": frozenset(t for t, _e in rows), "entity": frozenset(e for _t, e in rows)}

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_over(self) -> bool:
        return self.status in {Status.RESOLVED, Status.CLOSED}
