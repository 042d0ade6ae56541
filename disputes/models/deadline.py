from django.conf import settings
from django.db import models
from django.db.models import F, Q

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
            # Reminders before the end, and those that follow a broken date until it is made good.
            models.Index(
                fields=["warn_at"],
                name="disputes_disputedeadline_warn",
                condition=Q(state__in=[State.RUNNING, State.BREACHED], warn_at__isnull=False),
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


class Extension(models.Model):
    """A date that was moved, from when to when, by whom and why. Only ever added; both sides read it."""

    deadline = models.ForeignKey(DisputeDeadline, models.PROTECT, related_name="extensions")
    was_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="disputes_extension_is_later", condition=Q(due_at__gt=F("was_due_at")) & ~Q(reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.was_due_at:%Y-%m-%d} → {self.due_at:%Y-%m-%d}"


class DelayNotice(models.Model):
    """The plain letter that says our answer is late, and that the trader need not wait to go outside.

    Drafted while there is still time; whoever directs cases may complete and send it. If nobody does and no
    final letter is out when the date passes, it is sent by the system as it stands: `sent_by` is then empty.
    """

    deadline = models.OneToOneField(DisputeDeadline, models.PROTECT, related_name="delay_notice")
    drafted_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    expected_on = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.sent_at or 'draft'}"
