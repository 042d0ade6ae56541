"""Roles somebody is to have: asked for by one administrator, decided by another."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import Role

PERSON = settings.AUTH_USER_MODEL


class RoleChange(models.Model):
    """One request. Whoever decides has neither asked for it nor gains by it; the database refuses it."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="role_changes")
    before = ArrayField(models.CharField(max_length=20))
    wanted = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # None while it is open; taken back by whoever asked, or refused, it is no.
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], name="accounts_rolechange_one_open", condition=Q(approved=None)
            ),
            models.CheckConstraint(
                name="accounts_rolechange_decided_whole",
                condition=Q(approved=None, decided_by=None, decided_at=None)
                | Q(approved__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="accounts_rolechange_four_eyes",
                condition=~Q(approved=True) | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person"))),
            ),
            models.CheckConstraint(name="accounts_rolechange_with_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {', '.join(self.wanted)}"

    @property
    def more(self) -> list[str]:
        """What the person would gain."""
        return [str(Role(role).label) for role in self.wanted if role not in self.before]

    @property
    def less(self) -> list[str]:
        """What the person would lose."""
        return [str(Role(role).label) for role in self.before if role not in self.wanted]
