from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import Unfit
from .case import Dispute


def _apart(one: str, other: str) -> Q:
    """The two are not the same person; somebody who is not there yet is nobody."""
    return Q(**{one: None}) | Q(**{other: None}) | ~Q(**{one: F(other)})


class Admission(models.Model):
    """A proposal not to admit a complaint, what became of it, and the one review the trader may ask for.

    Open until `ended_at`: approved by as many as it needs (the case is inadmissible then), or turned down.
    Nobody stands in two places of it: whoever proposed does not approve, whoever did either does not review.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="admissions")
    reason = models.CharField(max_length=20, choices=Unfit)
    explanation = models.TextField()
    elsewhere = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    turned_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    turned_down = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    review_asked_at = models.DateTimeField(null=True, blank=True)
    review_reason = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_text = models.TextField(blank=True)
    admitted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], name="disputes_admission_one_open", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="disputes_admission_said_why",
                condition=~Q(explanation="") & ~Q(elsewhere=""),
            ),
            models.CheckConstraint(
                name="disputes_admission_hands_apart",
                condition=_apart("approved_by", "proposed_by")
                & _apart("seconded_by", "proposed_by")
                & _apart("seconded_by", "approved_by")
                & _apart("reviewed_by", "proposed_by")
                & _apart("reviewed_by", "approved_by")
                & _apart("reviewed_by", "seconded_by"),
            ),
            models.CheckConstraint(
                name="disputes_admission_abusive_by_two",
                condition=~Q(reason=Unfit.ABUSIVE)
                | Q(ended_at=None)
                | ~Q(turned_down="")
                | Q(approved_by__isnull=False, seconded_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.reason}"

    @property
    def reason_word(self) -> str:
        return str(Unfit(self.reason).label)

    @property
    def needs_compliance(self) -> bool:
        return self.reason == Unfit.ABUSIVE

    @property
    def is_approved(self) -> bool:
        return self.approved_by_id is not None and (
            not self.needs_compliance or self.seconded_by_id is not None
        )

    @property
    def stands(self) -> bool:
        """Whether it made the case inadmissible."""
        return self.ended_at is not None and not self.turned_down

    def hands(self) -> set[int]:
        """Everyone who proposed or approved it."""
        return {self.proposed_by_id, self.approved_by_id or 0, self.seconded_by_id or 0} - {0}
