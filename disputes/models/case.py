from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, Visitor
from accounts.states import Role

from ..states import OVER, Actor, Hold, State, Waiting, word

READERS = (Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR)


class Counter(models.Model):
    """The last number given out in a year; taken under its row's lock, so that a register has no gaps."""

    kind = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="disputes_counter_one_per_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class PolicyVersion(models.Model):
    """One immutable edition of the figures a case is handled by: the jurisdiction's row and the stages.

    Editing means adding the next number; cases keep the version they were opened under. `rule` and
    `stages` have the shape of `data/domain.json`; `holidays` lists closed days as ISO dates.
    """

    jurisdiction = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    rule = models.JSONField()
    stages = models.JSONField()
    holidays = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "number"], name="disputes_policyversion_unique")
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} v{self.number}"

    @property
    def name(self) -> str:
        return word("jurisdictions", self.jurisdiction)

    def span(self, key: str) -> tuple[int, str] | None:
        """How much time (number, unit) a statutory or stage clock has; None when there is no such clock."""
        if found := self.rule.get(key):
            return int(found[0]), str(found[1])
        row = next((row for row in self.stages if row["key"] == key), None)
        return (int(row["n"]), str(row["unit"])) if row else None


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, person: Visitor) -> "DisputeQuerySet":
        """Traders their own, readers of the register all, neutrals where they sit, finance what is approved.

        An administrator of the installation sees no case by that.
        """
        if not isinstance(person, Person) or not person.is_active:
            return self.none()
        kept = self.filter(purged_at=None)
        if person.has_role(Role.EXTERNAL_MEDIATOR):
            # To a mediator from outside a case opens by its grant alone (`access.grants`), whatever else they
            # are; no list has it. Their own complaints are theirs.
            return kept.filter(trader=person).exclude(grants__user=person)
        if person.has_role(*READERS):
            return kept
        seats = [role for role in Actor if role != Actor.XM]
        seated = self.model.objects.filter(
            assignments__user=person, assignments__ended_at=None, assignments__role__in=seats
        )
        own = Q(trader=person) | Q(pk__in=seated.values("pk"))
        if not person.has_desk:
            own |= Q(pk__in=self._represented(person))
        if person.has_role(Role.FINANCE):
            own |= Q(state=State.REMEDY_DUE, pk__in=self._approved())
        return kept.filter(own)

    def brought_by(self, person: Person) -> "DisputeQuerySet":
        """Cases on whose trader's side the person stands: their own, and those they represent."""
        own = Q(trader=person)
        return self.filter(own if person.has_desk else own | Q(pk__in=self._represented(person)))

    def _represented(self, person: Person) -> "models.QuerySet[Any]":
        from .sides import Representative

        rows = Representative.objects.in_force().filter(person=person, dispute__purged_at=None)
        return rows.values("dispute_id")

    def granted_to(self, person: Person, at: datetime) -> "DisputeQuerySet":
        """What a mediator from outside may open at this moment."""
        from .grants import Grant

        if not person.has_role(Role.EXTERNAL_MEDIATOR):
            return self.none()
        mine = Grant.objects.live(at).filter(user=person)
        return self.filter(purged_at=None, pk__in=mine.values("dispute"))

    def _approved(self) -> "DisputeQuerySet":
        """Where something may go out: finance sees what is fully approved, and no case before that."""
        from .money import Remedy

        newest = Remedy.objects.main().filter(dispute=OuterRef("pk")).order_by("-id")
        done = Subquery(newest.values("authority__completed_at")[:1])
        rows: DisputeQuerySet = self.model.objects.alias(approved=done).exclude(approved=None).only("pk")
        return rows

    def open(self) -> "DisputeQuerySet":
        """Cases in which something is still to happen."""
        return self.exclude(state__in=OVER)

    def by_due(self) -> "DisputeQuerySet":
        """Whose next clock ends nearest comes first, where none runs last."""
        return self.order_by(F("next_due_at").asc(nulls_last=True), "-id")

    def for_list(self) -> "DisputeQuerySet":
        """With everything a row names, and the clocks that tell whose turn it is and until when."""
        return self.select_related("trader", "ticket", "ticket__category").prefetch_related("deadlines")

    def for_page(self) -> "DisputeQuerySet":
        """With everything a row or page names, in the same query."""
        return self.select_related("trader", "ticket", "ticket__category", "policy_version")


class Dispute(models.Model):
    """A complaint that was not solved simply: the case, from its opening to its end.

    `state` is written by `operations.moving` alone. `chain_length` and `chain_head` repeat the end of the
    event chain under the case's lock, so that a cut tail is noticed.
    """

    reference = models.CharField(max_length=16, unique=True)
    ticket = models.OneToOneField("tickets.Ticket", models.PROTECT, related_name="+")
    trader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    account = models.ForeignKey(
        "accounts.TradingAccount", models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(max_length=200)
    category = models.CharField(max_length=20)
    language = models.CharField(max_length=10, default="en")
    jurisdiction = models.CharField(max_length=20, default="HOUSE")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=24, choices=State, default=State.DRAFT)
    waiting_on = models.CharField(max_length=12, choices=Waiting, default=Waiting.PLATFORM)
    hold = models.CharField(max_length=8, choices=Hold, default=Hold.NONE)
    outcome = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    platform_default = models.BooleanField(default=False)
    escalates_itself = models.BooleanField(default=True)
    product_not_permitted = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    incident_at = models.DateTimeField(null=True, blank=True)
    external_latest_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawal_asked_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Kept by a trigger on the clocks (0019): the nearest end of one that runs or is late and still asked for,
    # but for chances that lie beside the work.
    next_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    chain_length = models.PositiveIntegerField(default=0)
    chain_head = models.CharField(max_length=64, default="0" * 64)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disputes_dispute_over_has_date",
                condition=Q(state__in=OVER, closed_at__isnull=False)
                | (~Q(state__in=OVER) & Q(closed_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["trader", "-id"], name="disputes_dispute_trader"),
            # The desk's list: what is open and due next, at all or in one stage; how many are in each stage.
            models.Index(
                F("next_due_at").asc(nulls_last=True),
                F("id").desc(),
                name="disputes_dispute_open_by_due",
                condition=~Q(state__in=OVER),
            ),
            models.Index(
                F("state"),
                F("next_due_at").asc(nulls_last=True),
                F("id").desc(),
                name="disputes_dispute_stage_by_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    def get_absolute_url(self) -> str:
        """The trader's page."""
        return reverse("disputes:dispute", args=[self.reference])

    def get_desk_url(self) -> str:
        """The page of everybody else in the case."""
        return reverse("disputes:desk-dispute", args=[self.reference])

    def letter_url(self, number: int) -> str:
        """The page of one of its letters, the same for both sides."""
        return reverse("disputes:letter", args=[self.reference, number])

    def address_for(self, person: Visitor) -> str:
        """The page this person works on."""
        own = person.pk == self.trader_id or not getattr(person, "has_desk", False)
        return self.get_absolute_url() if own else self.get_desk_url()

    def is_represented_by(self, person: Visitor) -> bool:
        """Whether the person acts for the trader now; nobody who works in the desk ever does."""
        if not isinstance(person, Person) or not person.is_active or person.has_desk:
            return False
        return any(row.person_id == person.pk and row.is_in_force for row in self.representatives.all())

    @property
    def is_open(self) -> bool:
        return self.state not in OVER

    @property
    def complaint(self) -> "Complaint":
        """The register's first row of the case; reopening may have added more."""
        return self.complaints.get(number=1)

    @property
    def outcome_word(self) -> str:
        return word("outcomes", self.outcome) if self.outcome else ""

    @property
    def jurisdiction_word(self) -> str:
        return word("jurisdictions", self.jurisdiction)


class Complaint(models.Model):
    """The register's row: one per expression of dissatisfaction, on whatever channel it was voiced.

    A case has one more for every reopening that brought new points (`number` 2 and up); each has its own
    clock, and its own points by the moment they were raised.
    """

    register_no = models.CharField(max_length=16, unique=True)
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, blank=True, related_name="complaints")
    number = models.PositiveSmallIntegerField(default=1)
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    message = models.ForeignKey("tickets.Message", models.PROTECT, null=True, blank=True, related_name="+")
    trader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    received_channel = models.CharField(max_length=10)
    received_language = models.CharField(max_length=10)
    category = models.CharField(max_length=20)
    entity = models.CharField(max_length=20, blank=True)
    jurisdiction = models.CharField(max_length=20)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=timezone.now)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_complaint_numbered")
        ]
        indexes = [models.Index(fields=["received_at"], name="disputes_complaint_received")]

    def __str__(self) -> str:
        return self.register_no


class Point(models.Model):
    """One numbered allegation. Every decision must answer every point."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="points")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dispute", "number"], name="disputes_point_numbered")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
