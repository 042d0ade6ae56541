from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Least, Now

from helpdesk.core import clock
from helpdesk.timers.models import State, Timer, TimerQuerySet

from ..states import CANARY, Act, Metric, PauseReason
from .sla import SlaPolicyVersion
from .ticket import Ticket


class TicketTimerQuerySet(TimerQuerySet["TicketTimer"]):
    def waking(self) -> Self:
        """Clocks to which something must happen by now, the longest overdue first; by the database's clock.

        One that could not be handled is left alone until `postponed_until`.
        """
        now = clock.told() or Now()
        rows = self.filter(wake_at__lte=now).order_by("wake_at")
        return rows.filter(Q(postponed_until=None) | Q(postponed_until__lte=Now()))

    def in_hands(self) -> Self:
        """Those that somebody has taken on since the ladder last called."""
        calls = TimerEvent.objects.filter(timer=OuterRef("pk"), kind__in=[Act.ACKNOWLEDGE, Act.ESCALATE])
        last = Subquery(calls.order_by("-id").values("kind")[:1])
        taken = self.exclude(acknowledged_at=None)
        return taken.annotate(last_call=last).filter(last_call=Act.ACKNOWLEDGE)

    def broken(self) -> Self:
        """Promises that were broken, made good since or not."""
        return self.filter(breached_at__isnull=False).exclude(metric=CANARY)

    def broken_since(self, moment: datetime) -> Self:
        """Promises whose moment passed unkept since then."""
        return self.broken().filter(breached_at__gte=moment)

    def kept_since(self, moment: datetime) -> Self:
        """Promises kept in time since then."""
        return self.filter(state=State.FULFILLED, fulfilled_at__gte=moment).exclude(metric=CANARY)


class TicketTimer(Timer):
    """One clock of one ticket; `cycle` counts how often the metric has been started on it.

    `warn_at` is when the next rung of the policy's ladder fires (none when it is used up), `rung` how many
    rungs lie behind, and `next_share` at which share of the target the next one before the breach fires.
    `wake_at` is the one moment the sweep asks for; the database works it out from the others.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="timers")
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, related_name="+")
    renewed_due_at = models.DateTimeField(null=True, blank=True)
    postponed_until = models.DateTimeField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    next_share = models.FloatField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    wake_at = models.GeneratedField(
        expression=Case(
            When(state=State.RUNNING, then=Least(F("due_at"), F("warn_at"))),
            When(state=State.PAUSED, then=F("pause_ends_at")),
            When(state=State.BREACHED, fulfilled_at=None, cancelled_at=None, then=F("warn_at")),
            default=None,
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    objects = TicketTimerQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "metric", "cycle"], name="tickets_tickettimer_one_per_cycle"
            ),
            models.UniqueConstraint(
                fields=["ticket", "metric"],
                name="tickets_tickettimer_one_ticking",
                condition=Q(state__in=[State.RUNNING, State.PAUSED]),
            ),
            *Timer.promises_of_the_database("tickets_tickettimer"),
        ]
        indexes = [
            # What the sweep asks every second: whatever is to happen next, and nothing else.
            models.Index(
                fields=["wake_at"], name="tickets_tickettimer_wake", condition=Q(wake_at__isnull=False)
            ),
            # The supervisor's board: the last breaches, and how today's promises went.
            models.Index(
                fields=["breached_at"],
                include=["metric"],
                name="tickets_tickettimer_broken",
                condition=Q(breached_at__isnull=False) & ~Q(metric=CANARY),
            ),
            models.Index(
                fields=["fulfilled_at"],
                include=["metric"],
                name="tickets_tickettimer_kept",
                condition=Q(state=State.FULFILLED) & ~Q(metric=CANARY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.metric} {self.cycle} {self.state}"

    @property
    def metric_word(self) -> str:
        return str(Metric(self.metric).label)

    @property
    def reason_word(self) -> str:
        return str(PauseReason(self.pause_reason).label) if self.pause_reason else ""


class TimerEvent(models.Model):
    """Something happened to a clock. Only ever added (a trigger refuses the rest); `rung` makes a step of
    the ladder happen once: the pair (timer, rung) is unique.

    `terms` holds what the act laid down and nothing else tells: of a start or a new target {metric, cycle,
    mode, target_seconds, calendar_version, started_at}, of what is owed again also where it stood
    {resumed_at, rung}, of a breach {detected_at, renewed_due_at}, of a pause {ends_at}. With them a clock
    can be rebuilt from its events alone.
    """

    timer = models.ForeignKey(TicketTimer, models.CASCADE, related_name="events")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="timer_events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Act)
    rung = models.CharField(max_length=40, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    policy_version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    consumed_seconds = models.PositiveIntegerField(default=0)
    terms = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("timer"), F("rung"), name="tickets_timerevent_rung_once", condition=~Q(rung="")
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="tickets_timerevent_ticket"),
            models.Index(fields=["timer", "id"], name="tickets_timerevent_timer"),
        ]

    def __str__(self) -> str:
        return f"{self.timer_id} {self.kind} {self.at:%H:%M:%S}"
