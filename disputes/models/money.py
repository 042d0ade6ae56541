"""Who may let how much go out: limits, rates, the authority to pay a promise, and what is owed (F7)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import money, word
from ..states.paying import Need, Source
from .case import Dispute
from .content import Offer
from .ruling import Decision
from .sums import Sum, sum_is_whole


class ApprovalLimit(models.Model):
    """A band of sums, by what it lies above (in US dollars), and the approvals it needs.

    Editing means editing the row: an approval keeps the band it was given in.
    """

    above = models.DecimalField(max_digits=20, decimal_places=2, unique=True)
    needs = ArrayField(models.CharField(max_length=20, choices=Need))

    class Meta:
        ordering = ["above"]
        constraints = [
            models.CheckConstraint(name="disputes_limit_not_negative", condition=Q(above__gte=0)),
            models.CheckConstraint(name="disputes_limit_needs_somebody", condition=Q(needs__len__gte=1)),
        ]

    def __str__(self) -> str:
        return f"> {money(self.above, 'USD')}"


class Currency(models.Model):
    """A currency sums are promised in, and to how many decimals it is rounded."""

    code = models.CharField(max_length=12, unique=True)
    decimals = models.PositiveSmallIntegerField(default=2)

    class Meta:
        verbose_name_plural = "currencies"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Rate(models.Model):
    """What one unit was worth in US dollars from a day on. A new day is a new row; none is changed."""

    currency = models.ForeignKey(Currency, models.PROTECT, related_name="rates")
    day = models.DateField()
    usd = models.DecimalField(max_digits=24, decimal_places=10)
    source = models.CharField(max_length=120)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [models.CheckConstraint(name="disputes_rate_above_nothing", condition=Q(usd__gt=0))]
        indexes = [models.Index(fields=["currency", "-day"], name="disputes_rate_of_day")]

    def __str__(self) -> str:
        return f"{self.currency_id} {self.day}"

    @property
    def worth(self) -> str:
        return money(self.usd, "USD")


class InterestRate(models.Model):
    """What late money costs in a jurisdiction, in per cent a year from a day on; else the house's row."""

    jurisdiction = models.CharField(max_length=20)
    day = models.DateField()
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["jurisdiction", "-day"]
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "day"], name="disputes_interest_one_a_day"),
            models.CheckConstraint(name="disputes_interest_not_negative", condition=Q(percent__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.day}: {self.percent} %"


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def live(self) -> "AuthorityQuerySet":
        """Those that nobody took back."""
        return self.filter(void_at=None)


class Authority(Sum):
    """The permission to pay one promise: whoever proposed it, and the approvals it has.

    `needed` is how many approvals the last look asked for, `completed_at` when they were all there. Triggers
    keep proposer, approvers and payer apart, and the sum as it was approved.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="authorities")
    source = models.CharField(max_length=10, choices=Source)
    offer = models.OneToOneField(Offer, models.PROTECT, null=True, blank=True, related_name="authority")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="authorities")
    kind = models.CharField(max_length=20)
    # Empty while a trader's own offer waits: whoever accepts it for the platform proposes to pay it.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    needed = models.PositiveSmallIntegerField(default=1)
    completed_at = models.DateTimeField(null=True, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "authorities"
        constraints = [sum_is_whole("disputes_authority_amount_has_currency")]
        indexes = [
            models.Index(fields=["dispute"], name="disputes_authority_live", condition=Q(void_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.source} {self.money}"

    @property
    def kind_word(self) -> str:
        return word("remedies", self.kind)

    @property
    def source_word(self) -> str:
        return str(Source(self.source).label)


class Approval(models.Model):
    """One person lets it go out: as what, and by which figures. Only ever added.

    `can` are the needs the person could fill at that moment. `usd` is this sum, `counted` all of the trader's
    thirty days with it, both by `rate` of `rate_day`; `above` is the band that made.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    team = models.CharField(max_length=40, blank=True)
    can = ArrayField(models.CharField(max_length=20, choices=Need))
    at = models.DateTimeField(default=timezone.now)
    rate = models.DecimalField(max_digits=24, decimal_places=10, null=True, blank=True)
    rate_day = models.DateField(null=True, blank=True)
    usd = models.DecimalField(max_digits=38, decimal_places=2, null=True, blank=True)
    counted = models.DecimalField(max_digits=38, decimal_places=2, null=True, blank=True)
    above = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "by"], name="disputes_approval_once"),
            models.CheckConstraint(
                name="disputes_approval_figures_whole",
                condition=Q(rate=None, rate_day=None, usd=None, counted=None)
                | Q(rate__isnull=False, rate_day__isnull=False, usd__isnull=False, counted__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id} {self.by_id}"


class RemedyQuerySet(models.QuerySet["Remedy"]):
    def main(self) -> "RemedyQuerySet":
        """What was promised, without the interest that grew on it."""
        return self.filter(part_of=None)


class Remedy(Sum):
    """What the platform owes, and who carried it out. No person may stand in two places of it (F7).

    Interest for lateness is a row of its own, `part_of` the other, written when both are paid.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="remedies")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="remedies")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="remedies")
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="remedies")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    kind = models.CharField(max_length=20)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    days = models.PositiveIntegerField(null=True, blank=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = RemedyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "remedies"
        constraints = [
            models.CheckConstraint(
                name="disputes_remedy_four_eyes",
                condition=Q(paid_by=None) | ~Q(paid_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="disputes_remedy_paid_after_approval",
                condition=Q(paid_by=None, paid_at=None)
                | (Q(paid_by__isnull=False, paid_at__isnull=False) & ~Q(proof="")),
            ),
            sum_is_whole("disputes_remedy_amount_has_currency"),
            models.UniqueConstraint(
                fields=["authority"], name="disputes_remedy_one_promise", condition=Q(part_of=None)
            ),
            models.UniqueConstraint(fields=["part_of"], name="disputes_remedy_interest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.kind}"

    @property
    def kind_word(self) -> str:
        return word("remedies", self.kind)

    @property
    def is_approved(self) -> bool:
        return self.authority.completed_at is not None

    @property
    def interest(self) -> "Remedy | None":
        """What grew on it while it was late, once it is paid."""
        return self.parts.first()
