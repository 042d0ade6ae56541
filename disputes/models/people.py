from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import NEUTRAL, Actor, How, Side
from .case import Dispute


class Party(models.Model):
    """A side of the case: the trader, somebody with proof of authority to speak for them, the platform."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="parties")
    side = models.CharField(max_length=10, choices=Side)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    represents = models.BooleanField(default=False)
    authority = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "person"], name="disputes_party_once", condition=Q(person__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Draw(models.Model):
    """How a neutral was chosen: everything needed to draw again and get the same person.

    `pool` lists [person id, weight] in the order of ids; `excluded` lists {person, rules}.
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="draws")
    role = models.CharField(max_length=20, choices=Actor)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    seed = models.CharField(max_length=64)
    pool = models.JSONField()
    excluded = models.JSONField(default=list)
    result = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.role} {self.at:%Y-%m-%d}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def active(self) -> "AssignmentQuerySet":
        """Seats that are taken now."""
        return self.filter(ended_at=None)

    def neutral(self) -> "AssignmentQuerySet":
        """Mediators, deciders and reviewers, present and former."""
        return self.filter(role__in=NEUTRAL)


class Assignment(models.Model):
    """Who has a role in a case, from when to when. A trigger refuses a neutral who is involved (F1)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=Actor)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    draw = models.OneToOneField(Draw, models.PROTECT, null=True, blank=True, related_name="assignment")
    started_at = models.DateTimeField(default=timezone.now)
    declared_at = models.DateTimeField(null=True, blank=True)
    declaration = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=1000, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "role"],
                name="disputes_assignment_one_active",
                condition=Q(ended_at=None),
            ),
            models.UniqueConstraint(
                fields=["dispute", "user"],
                name="disputes_assignment_one_neutral_role",
                condition=Q(role__in=NEUTRAL),
            ),
            models.CheckConstraint(
                name="disputes_assignment_declared_in_words",
                condition=Q(declared_at=None) | ~Q(declaration=""),
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="disputes_assignment_seats", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"

    @property
    def is_neutral(self) -> bool:
        return self.role in NEUTRAL

    @property
    def role_word(self) -> str:
        return str(Actor(self.role).label)


class Involvement(models.Model):
    """Somebody touched what is being judged. Only ever added; a trigger refuses the rest."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="involvements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=How)
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "user", "how"], name="disputes_involvement_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.how}"


class Objection(models.Model):
    """A party objects to a neutral. The first of each side needs no reason and always succeeds (F5).

    Every further one says why, and somebody without a part in the case rules on it, with reasons (`ruling`).
    """

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="objections")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="objections")
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=1000, blank=True)
    upheld = models.BooleanField(null=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruling = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "side"], name="disputes_objection_once"),
            models.UniqueConstraint(
                fields=["dispute", "side"],
                name="disputes_objection_one_peremptory",
                condition=Q(upheld=True, ruled_by=None),
            ),
            models.CheckConstraint(
                name="disputes_objection_ruled_with_reasons",
                condition=Q(ruled_by=None, upheld=True)
                | (Q(ruled_by=None, upheld=None) & ~Q(reason=""))
                | (
                    Q(ruled_by__isnull=False, upheld__isnull=False, ruled_at__isnull=False)
                    & ~Q(reason="")
                    & ~Q(ruling="")
                    & ~Q(ruled_by=F("by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.at:%Y-%m-%d}"
