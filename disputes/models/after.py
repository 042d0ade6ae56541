"""What follows a decision: the appeal against it, and the way to a body outside."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, get_language_info

from ..states import Binding, CountsFrom, ExternalOutcome, Ground, Review, Side, word
from .case import Dispute
from .content import Evidence
from .ruling import Decision
from .sums import Promised, sum_is_whole


def _zh() -> bool:
    return (get_language() or "").startswith("zh")


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


class Appeal(models.Model):
    """One side asks for a review of one decision, once. What was asked never changes afterwards."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="appeals")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    against = models.ForeignKey(Decision, models.PROTECT, related_name="appeals")
    ground = models.CharField(max_length=20, choices=Ground)
    reasons = models.TextField()
    language = models.CharField(max_length=10, blank=True)
    result = models.CharField(max_length=10, choices=Review, blank=True)
    decision = models.OneToOneField(
        Decision, models.PROTECT, null=True, blank=True, related_name="reviewed_appeal"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_appeal_numbered"),
            models.UniqueConstraint(fields=["against", "side"], name="disputes_appeal_once_a_side"),
            models.UniqueConstraint(
                fields=["dispute"], name="disputes_appeal_one_open", condition=Q(ended_at=None)
            ),
            models.UniqueConstraint(
                fields=["dispute"], name="disputes_appeal_sent_back_once", condition=Q(result="send_back")
            ),
            models.CheckConstraint(
                name="disputes_appeal_ended_with_a_result",
                condition=Q(ended_at=None, result="") | (Q(ended_at__isnull=False) & ~Q(result="")),
            ),
            models.CheckConstraint(name="disputes_appeal_has_reasons", condition=~Q(reasons="")),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.side} {self.ground}"

    @property
    def ground_word(self) -> str:
        return str(Ground(self.ground).label)

    @property
    def side_word(self) -> str:
        return str(Side(self.side).label)

    @property
    def result_word(self) -> str:
        return str(Review(self.result).label) if self.result else ""


class ExternalBody(models.Model):
    """A body outside that takes cases. The operator keeps this list; it says no more than is known.

    `jurisdictions` are codes of policies; without a limit there is no last day that we know of.
    """

    code = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=160)
    name_zh = models.CharField(max_length=160)
    country = models.CharField(
        max_length=2, blank=True, validators=[RegexValidator(r"^[A-Z]{2}$")]
    )  # ISO 3166; empty: of no single country
    jurisdictions = ArrayField(models.CharField(max_length=20), default=list)
    covers_en = models.CharField(max_length=300, blank=True)
    covers_zh = models.CharField(max_length=300, blank=True)
    web = models.URLField(blank=True)
    languages = models.CharField(max_length=120, blank=True)
    limit_n = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_unit = models.CharField(
        max_length=16, blank=True, validators=[RegexValidator(r"^(calendar_days|weeks|months|years)$")]
    )
    counts_from = models.CharField(max_length=16, choices=CountsFrom, default=CountsFrom.FINAL_RESPONSE)
    cost_en = models.CharField(max_length=200, blank=True)
    cost_zh = models.CharField(max_length=200, blank=True)
    binding = models.CharField(max_length=12, choices=Binding, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "external bodies"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="disputes_externalbody_limit_whole",
                condition=Q(limit_n=None, limit_unit="")
                | Q(limit_n__gte=1, limit_unit__in=["calendar_days", "weeks", "months", "years"]),
            )
        ]

    def __str__(self) -> str:
        return self.name_zh if _zh() else self.name_en

    @property
    def laws(self) -> list[tuple[str, str]]:
        """Under which rules it takes cases: each code with its name."""
        return [(code, word("jurisdictions", code)) for code in self.jurisdictions]

    @property
    def covers(self) -> str:
        return self.covers_zh if _zh() else self.covers_en

    @property
    def cost(self) -> str:
        return self.cost_zh if _zh() else self.cost_en

    @property
    def language_words(self) -> str:
        """The languages it works in, by name; a code nobody has a name for stays as it is."""
        return ", ".join(_language(code.strip()) for code in self.languages.split(",") if code.strip())

    @property
    def binding_word(self) -> str:
        return str(Binding(self.binding).label)


class ExternalReferral(Promised):
    """The case is with a body outside: which, since when, under what number; later what it found.

    `stopped_at` is when the trader let the work here end; until then it goes on beside. A trigger keeps what
    was told and what was found.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="referrals")
    number = models.PositiveSmallIntegerField()
    body = models.ForeignKey(ExternalBody, models.PROTECT, null=True, blank=True, related_name="+")
    body_name = models.CharField(max_length=160)
    day = models.DateField()
    their_reference = models.CharField(max_length=80)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    told_as = models.CharField(max_length=20)
    told_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=ExternalOutcome, blank=True)
    outcome_text = models.TextField(blank=True)
    outcome_day = models.DateField(null=True, blank=True)
    ours = models.CharField(max_length=20, blank=True)
    remedy = models.CharField(max_length=20, blank=True)
    item = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_referral_numbered"),
            models.UniqueConstraint(
                fields=["dispute"], name="disputes_referral_one_open", condition=Q(recorded_at=None)
            ),
            models.CheckConstraint(
                name="disputes_referral_told_whole", condition=~Q(body_name="") & ~Q(their_reference="")
            ),
            models.CheckConstraint(
                name="disputes_referral_outcome_whole",
                condition=Q(recorded_at=None, outcome="")
                | (
                    Q(recorded_at__isnull=False, recorded_by__isnull=False, outcome_day__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(outcome_text="")
                ),
            ),
            sum_is_whole("disputes_referral_amount_has_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.body_name} {self.their_reference}"

    @property
    def name(self) -> str:
        """The body's name in the reader's language; as it was told where it is not in the directory."""
        return str(self.body) if self.body else self.body_name

    @property
    def outcome_word(self) -> str:
        return str(ExternalOutcome(self.outcome).label) if self.outcome else ""

    @property
    def ours_word(self) -> str:
        return word("outcomes", self.ours) if self.ours else ""

    @property
    def differs(self) -> bool | None:
        """Whether the body came to another result than we did; None where there is nothing to compare."""
        comparable = {ExternalOutcome.UPHELD, ExternalOutcome.PARTLY, ExternalOutcome.NOT_UPHELD}
        if self.outcome not in comparable or self.ours not in {*comparable, "goodwill"}:
            return None
        return self.outcome != ("not_upheld" if self.ours == "goodwill" else self.ours)
