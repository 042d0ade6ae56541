"""Calendars, the clock every promise is made of, and the heartbeat of what keeps them."""

from datetime import datetime, timedelta
from typing import Self, TypeVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core import clock

from .table import Table


class Calendar(models.Model):
    """When we work. What counts is a version: editing a calendar never moves a promise already made."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "CalendarVersion":
        """The version new promises are made on."""
        return self.versions.latest("number")


class CalendarVersion(models.Model):
    """One immutable edition of a calendar.

    `week` maps weekday numbers ("0" = Monday) to lists of ["HH:MM", "HH:MM"]; an end at or before its
    start runs over midnight, and ["00:00", "24:00"] is the whole day. `exceptions` maps ISO dates to such
    lists and replaces that day's hours; an empty list closes the day. Public holidays are among them:
    `holidays` remembers how they were chosen, {"set": "CN", "from": 2026, "to": 2027, "open": [dates],
    "days": {date: name}}, so that the set can be edited; what counts is `exceptions`.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    tz = models.CharField(max_length=60, default="UTC")
    week = models.JSONField(default=dict)
    exceptions = models.JSONField(default=dict, blank=True)
    holidays = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    author_id = models.BigIntegerField(null=True, blank=True)

    table: Table | None = None  # its hours to look up in; see `promises.look_up`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="timers_calendarversion_unique")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"


T = TypeVar("T", bound="Timer")


class State(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    FULFILLED = "fulfilled", _("kept")
    BREACHED = "breached", _("broken")
    CANCELLED = "cancelled", _("no longer needed")


class TimerQuerySet(models.QuerySet[T]):
    def running(self) -> Self:
        """Clocks that tick."""
        return self.filter(state=State.RUNNING)

    def open(self) -> Self:
        """Clocks somebody still owes something on: ticking, paused, or broken and not yet made good."""
        return self.filter(
            Q(state__in=[State.RUNNING, State.PAUSED])
            | Q(state=State.BREACHED, fulfilled_at=None, cancelled_at=None)
        )

    def due(self) -> Self:
        """Ticking clocks past their moment, by the database's own clock, the most overdue first."""
        return self.running().filter(due_at__lte=clock.told() or models.functions.Now()).order_by("due_at")


class Timer(models.Model):
    """One clock: a promise about one thing, from its start to its end.

    `due_at` and every other moment is an instant in UTC, fixed when the clock starts, resumes or is
    retargeted. `consumed_seconds` counts what was used before the present run (working seconds in business
    mode). `generation` grows with every change, so that a decision taken on an old copy is noticed.
    A breach is `breached_at` (the moment promised) and `detected_at` (when it was noticed); both stay for
    ever, also when the promise is made good later (`fulfilled_at`).
    """

    metric = models.CharField(max_length=40)
    cycle = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    mode = models.CharField(max_length=8, choices=[("calendar", _("calendar")), ("business", _("business"))])
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    target_seconds = models.PositiveIntegerField()
    consumed_seconds = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    resumed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=20, blank=True)
    pause_ends_at = models.DateTimeField(null=True, blank=True)
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=1)

    objects = TimerQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def moment(self) -> datetime:
        """What was promised: the due moment, also after it was missed."""
        moment = self.due_at or self.breached_at
        if moment is None:
            raise ValueError(f"A clock that is {self.state} has no moment.")
        return moment

    @property
    def is_late(self) -> bool:
        """Broken and not yet made good."""
        return self.state == State.BREACHED and self.fulfilled_at is None and self.cancelled_at is None

    @staticmethod
    def promises_of_the_database(prefix: str) -> list[models.CheckConstraint]:
        """The constraints every clock table carries; `prefix` makes their names unique."""
        return [
            models.CheckConstraint(
                name=f"{prefix}_state_has_its_moment",
                condition=(
                    Q(state=State.RUNNING, due_at__isnull=False, paused_at=None, breached_at=None)
                    | Q(state=State.PAUSED, paused_at__isnull=False, due_at=None, breached_at=None)
                    | Q(state=State.FULFILLED, fulfilled_at__isnull=False, breached_at=None)
                    | Q(state=State.BREACHED, breached_at__isnull=False, detected_at__isnull=False)
                    | Q(state=State.CANCELLED, cancelled_at__isnull=False, breached_at=None)
                ),
            ),
            models.CheckConstraint(
                name=f"{prefix}_noticed_after_due",
                condition=Q(breached_at=None) | Q(detected_at__gte=F("breached_at")),
            ),
        ]


class Heartbeat(models.Model):
    """When something last showed that it is alive, and how far it was behind (seconds)."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    lag_seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"

    def age(self, now: datetime) -> timedelta:
        """How long ago the last beat was."""
        return now - self.at
