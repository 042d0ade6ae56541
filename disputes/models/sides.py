"""What keeps both sides equal: a sum both want held, who acts for the trader, what both say of a neutral."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from helpdesk.core import clock

from ..states import Side, money
from ..states.fair import STANDING, Acts, Caused, HoldEnd, HoldRule, HoldState, Standing
from .case import Dispute
from .people import Assignment

PERSON = settings.AUTH_USER_MODEL


class SumHoldQuerySet(models.QuerySet["SumHold"]):
    def standing(self) -> "SumHoldQuerySet":
        """Proposed or held now."""
        return self.filter(state__in=STANDING)


class SumHold(models.Model):
    """The disputed sum stays where it is while the case lasts, because both sides want it (F18).

    It awards nothing, and concerns this sum alone. What was proposed never changes: a trigger keeps it, and
    lets no case end while a sum of it is still held.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="sum_holds")
    state = models.CharField(max_length=10, choices=HoldState, default=HoldState.PROPOSED)
    amount = models.DecimalField(max_digits=38, decimal_places=18)
    asset = models.CharField(max_length=12)
    rule = models.CharField(max_length=6, choices=HoldRule)
    until = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    proposed_side = models.CharField(max_length=10, choices=Side)
    proposed_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_side = models.CharField(max_length=10, choices=Side, blank=True)
    agreed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    end_side = models.CharField(max_length=10, choices=Side, blank=True)
    end_asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=6, choices=HoldEnd, blank=True)

    objects = SumHoldQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], name="disputes_sumhold_one_stands", condition=Q(state__in=STANDING)
            ),
            models.CheckConstraint(
                name="disputes_sumhold_is_a_sum", condition=Q(amount__gt=Decimal(0)) & ~Q(asset="")
            ),
            models.CheckConstraint(
                name="disputes_sumhold_by_both",
                condition=Q(
                    state__in=[HoldState.ACTIVE, HoldState.ENDED],
                    agreed_by__isnull=False,
                    started_at__isnull=False,
                )
                & ~Q(agreed_side="")
                & ~Q(agreed_side=F("proposed_side"))
                & ~Q(agreed_by=F("proposed_by"))
                | Q(agreed_by=None, started_at=None, agreed_side="")
                & ~Q(state__in=[HoldState.ACTIVE, HoldState.ENDED]),
            ),
            models.CheckConstraint(
                name="disputes_sumhold_ends",
                condition=Q(state__in=STANDING, ended_at=None)
                | ~Q(state__in=STANDING) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="disputes_sumhold_day",
                condition=Q(rule=HoldRule.DAY, until__isnull=False) | ~Q(rule=HoldRule.DAY) & Q(until=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["until"], name="disputes_sumhold_until",
                condition=Q(state=HoldState.ACTIVE, rule=HoldRule.DAY),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.money}"

    @property
    def money(self) -> str:
        return money(self.amount, self.asset)


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    def in_force(self) -> "RepresentativeQuerySet":
        """Those who may act today."""
        today = clock.now().date()
        until = Q(until_on=None) | Q(until_on__gte=today)
        return self.filter(until, state=Standing.ACCEPTED, person__isnull=False, from_on__lte=today)

    def with_people(self) -> "RepresentativeQuerySet":
        """With everybody a row names, in the same query."""
        return self.select_related("person", "named_by", "checked_by")


class Representative(models.Model):
    """Somebody the trader named to act for them in one case, with proof that they may (F20).

    In force while accepted, within its days and not revoked; then whoever signs in with that address and has
    joined stands on the trader's side of this case, and of nothing else.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="representatives")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=Standing, default=Standing.WAITING)
    kind = models.CharField(max_length=10, choices=Acts)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=10)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    named_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    proof_name = models.CharField(max_length=120)
    proof_mime = models.CharField(max_length=60)
    proof_size = models.PositiveIntegerField()
    proof_sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=120)
    checked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    check_reason = models.CharField(max_length=1000, blank=True)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    joined_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_representative_numbered"),
            models.UniqueConstraint(
                F("dispute"),
                Lower("email"),
                name="disputes_representative_named_once",
                condition=Q(state__in=[Standing.WAITING, Standing.ACCEPTED]),
            ),
            models.UniqueConstraint(
                fields=["dispute", "person"],
                name="disputes_representative_joined_once",
                condition=Q(state=Standing.ACCEPTED),
            ),
            models.CheckConstraint(
                name="disputes_representative_checked",
                condition=Q(state=Standing.WAITING, checked_by=None)
                | Q(state=Standing.REVOKED)
                | Q(state=Standing.ACCEPTED, checked_by__isnull=False) & ~Q(checked_by=F("named_by"))
                | Q(state=Standing.REFUSED, checked_by__isnull=False) & ~Q(check_reason=""),
            ),
            models.CheckConstraint(
                name="disputes_representative_days",
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="disputes_representative_another",
                condition=Q(person=None, joined_at=None)
                | Q(person__isnull=False, joined_at__isnull=False) & ~Q(person=F("named_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], name="disputes_representative_in", condition=Q(state=Standing.ACCEPTED)
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name a reader may know: that of the account, once there is one, which may be hidden."""
        return str(self.person) if self.person else self.name

    @property
    def is_in_force(self) -> bool:
        """Whether they may act today: accepted, joined, within the days; the same as `in_force` asks."""
        today = clock.now().date()
        return (
            self.state == Standing.ACCEPTED
            and self.person_id is not None
            and self.from_on <= today <= (self.until_on or today)
        )


class CareFinding(models.Model):
    """Whether a trader's vulnerability had to do with the complaint; only ever added, the last one stands."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="care_findings")
    caused = models.CharField(max_length=8, choices=Caused)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.caused}"


class Survey(models.Model):
    """A side is asked how a mediator worked, once their part in a case has ended (F21)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="surveys")
    number = models.PositiveSmallIntegerField()
    seat = models.ForeignKey(Assignment, models.PROTECT, related_name="surveys")
    side = models.CharField(max_length=10, choices=Side)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "side"], name="disputes_survey_once"),
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_survey_numbered"),
            models.CheckConstraint(
                name="disputes_survey_of_a_side", condition=Q(side__in=[Side.TRADER, Side.PLATFORM])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.side}"


class SurveyAnswer(models.Model):
    """What one side said. It is not in the log of the case, and nobody who works the case reads it."""

    survey = models.OneToOneField(Survey, models.PROTECT, related_name="answer")
    fairness = models.PositiveSmallIntegerField()
    clarity = models.PositiveSmallIntegerField()
    pace = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disputes_surveyanswer_of_five",
                condition=Q(fairness__range=(1, 5), clarity__range=(1, 5), pace__range=(1, 5)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}"
