"""Why somebody needs particular care, and what is done differently for them (F20). No rule ever reads it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..states import Driver, Known, Need

PERSON = settings.AUTH_USER_MODEL


class CareNote(models.Model):
    """What may make a trader vulnerable, as staff noted it with a reason, or as they said it themselves.

    Read by those who work with the trader and by compliance; ended, never deleted, because returns count it.
    """

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="care_notes")
    driver = models.CharField(max_length=12, choices=Driver)
    known = models.CharField(max_length=8, choices=Known)
    reason = models.CharField(max_length=500, blank=True)
    noted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "driver", "known"],
                name="accounts_carenote_once",
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="accounts_carenote_with_reason", condition=Q(noted_by=F("person")) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.driver}"

    @property
    def is_own(self) -> bool:
        return self.noted_by_id == self.person_id


class Adjustment(models.Model):
    """What is done differently for somebody: seen by staff who serve them, and by the person."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="adjustments")
    need = models.CharField(max_length=8, choices=Need)
    text = models.CharField(max_length=300, blank=True)
    in_hearings = models.BooleanField(default=False)
    noted_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="accounts_adjustment_other_in_words", condition=~Q(need=Need.OTHER) | ~Q(text="")
            )
        ]
        indexes = [
            models.Index(fields=["person"], name="accounts_adjustment_now", condition=Q(removed_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.need}"

    @property
    def words(self) -> str:
        """The need, and what was added to it."""
        if self.need == Need.OTHER:
            return self.text
        return f"{self.get_need_display()}: {self.text}" if self.text else str(self.get_need_display())
