from django.db import models
from django.db.models import Q

from helpdesk.timers.models import State, Timer

from ..states import Clock, Waiting
from .case import Dispute, PolicyVersion


class DisputeDeadline(Timer):
    """One clock of a case. `metric` is the key of the table; what both sides owe is two rows (F13).

    Counting follows disputes.md 1.5 (days end at midnight, working days at 17:00, in the policy's zone), so
    `due_at` is fixed when the clock starts and `target_seconds` only says how long that was.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=10, choices=Clock)
    waits_for = models.CharField(max_length=12, choices=Waiting)
    n = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    postponed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "metric", "waits_for", "cycle"],
                name="disputes_disputedeadline_one_per_cycle",
            ),
            models.UniqueConstraint(
                fields=["dispute", "metric", "waits_for"],
                name="disputes_disputedeadline_one_ticking",
                condition=Q(state__in=[State.RUNNING, State.PAUSED]),
            ),
            *Timer.promises_of_the_database("disputes_disputedeadline"),
        ]
        indexes = [
            # What the sweep asks every second.
            models.Index(
                fields=["due_at"], name="disputes_disputedeadline_due", condition=Q(state=State.RUNNING)
            ),
            models.Index(
                fields=["warn_at"],
                name="disputes_disputedeadline_warn",
                condition=Q(state=State.RUNNING, warn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.metric} {self.state}"


class Rung(models.Model):
    """A step of a clock's ladder that has happened; the pair (deadline, rung) happens once."""

    deadline = models.ForeignKey(DisputeDeadline, models.PROTECT, related_name="rungs")
    rung = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deadline", "rung"], name="disputes_rung_once")]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.rung}"
