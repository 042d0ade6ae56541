from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import REVIEWED, Conclusion, DecisionKind, Finding, Measure, Review, word
from .case import Dispute, Point
from .sums import Promised

# What every decision must say (F9); the answers to the points and the remedy come on top.
BLOCKS = ("facts", "rule_applied", "reasoning", "calculation", "not_accepted")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def rulings(self) -> "DecisionQuerySet":
        """What a neutral decided; the platform's own answer is none."""
        return self.exclude(kind=DecisionKind.RESPONSE)

    def answers(self) -> "DecisionQuerySet":
        """The platform's own answers (T07), drafts included."""
        return self.filter(kind=DecisionKind.RESPONSE)

    def issued(self) -> "DecisionQuerySet":
        """What was sent to both sides."""
        return self.exclude(issued_at=None)


class Decision(Promised):
    """A reasoned decision. Until `issued_at` it is the decider's draft; afterwards a trigger keeps it.

    The platform's answer has the same parts and is a decision of nobody neutral: `kind` response, with the
    `conclusion` it ends in, `submitted_at` once it waits for approval, `returned` why it came back, and
    `approved_by`, who is never its author.

    `sha256` is of the canonical text as issued, `chain_head` the end of the case's log at that moment.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=DecisionKind)
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, default="en")
    facts = models.TextField(blank=True)
    evidence_relied = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    rule_applied = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    calculation = models.TextField(blank=True)
    not_accepted = models.TextField(blank=True)
    comments_answered = models.TextField(blank=True)
    rights = models.TextField(blank=True)
    differs_because = models.TextField(blank=True)
    # The earlier decisions its author was shown (F10): rows of `reads.similar`, nobody named in them.
    compared = models.JSONField(default=list, blank=True, db_default=[])
    outcome = models.CharField(max_length=20, blank=True)
    root_cause = models.CharField(max_length=20, blank=True)
    remedy = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Of a decision on appeal alone: confirm, vary or send back; one that is sent back has no result.
    review = models.CharField(max_length=10, choices=Review, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    chain_head = models.CharField(max_length=64, blank=True)
    conclusion = models.CharField(max_length=8, choices=Conclusion, blank=True)
    # Of the platform's answer alone: what was changed, or why nothing had to; a trigger wants both.
    measure = models.CharField(max_length=8, choices=Measure, blank=True)
    measures = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    returned = models.TextField(blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="disputes_decision_numbered"),
            models.UniqueConstraint(
                fields=["dispute", "kind"], name="disputes_decision_one_draft", condition=Q(issued_at=None)
            ),
            models.CheckConstraint(
                name="disputes_decision_amount_has_currency",
                condition=Q(issued_at=None) | Q(amount=None) | (Q(amount__gt=0) & ~Q(currency="")),
            ),
            models.CheckConstraint(
                name="disputes_decision_answer_four_eyes",
                condition=(
                    ~Q(kind=DecisionKind.RESPONSE)
                    | Q(issued_at=None)
                    | (Q(approved_by__isnull=False) & ~Q(conclusion=""))
                )
                & (Q(approved_by=None) | ~Q(approved_by=F("author"))),
            ),
            # Presence is the least a decision owes; the database holds to it too.
            models.CheckConstraint(
                name="disputes_decision_issued_complete",
                condition=Q(issued_at=None)
                | (
                    ~Q(facts="")
                    & ~Q(rule_applied="")
                    & ~Q(reasoning="")
                    & ~Q(calculation="")
                    & ~Q(not_accepted="")
                    & ~Q(rights="")
                    & ~Q(sha256="")
                    & ((~Q(outcome="") & ~Q(remedy="")) | Q(kind="appeal", review="send_back"))
                    & (Q(kind="appeal", review__in=REVIEWED) | (~Q(kind="appeal") & Q(review="")))
                ),
            ),
        ]

        indexes = [
            # What was upheld lately (F27), and what was decided in cases of the same kind (F10).
            models.Index(fields=["-issued_at"], name="disputes_decision_issued", condition=~Q(issued_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.kind} {self.number}"

    @property
    def kind_word(self) -> str:
        return str(DecisionKind(self.kind).label)

    @property
    def is_answer(self) -> bool:
        return self.kind == DecisionKind.RESPONSE

    @property
    def conclusion_word(self) -> str:
        return str(Conclusion(self.conclusion).label) if self.conclusion else ""

    @property
    def measure_word(self) -> str:
        return str(Measure(self.measure).label) if self.measure else ""

    @property
    def review_word(self) -> str:
        return str(Review(self.review).label) if self.review else ""

    @property
    def outcome_word(self) -> str:
        return word("outcomes", self.outcome) if self.outcome else ""

    @property
    def root_cause_word(self) -> str:
        return word("root_causes", self.root_cause) if self.root_cause else ""


class PointFinding(models.Model):
    """The decision's answer to one point."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="findings")
    point = models.ForeignKey(Point, models.PROTECT, related_name="findings")
    finding = models.CharField(max_length=14, choices=Finding, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["point__number"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "point"], name="disputes_pointfinding_once")
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.finding}"

    @property
    def finding_word(self) -> str:
        return str(Finding(self.finding).label) if self.finding else ""
