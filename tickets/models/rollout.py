from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .sla import SlaPolicyVersion


class Progress(models.TextChoices):
    RUNNING = "running", _("running")
    DONE = "done", _("finished")
    REPLACED = "replaced", _("stopped: a newer version came")


class PolicyRolloutQuerySet(models.QuerySet["PolicyRollout"]):
    def running(self) -> "PolicyRolloutQuerySet":
        """Work that is not finished, oldest first."""
        return self.filter(state=Progress.RUNNING).order_by("pk")


class PolicyRollout(models.Model):
    """Somebody's wish that a version shall count for open tickets too, and how far that has come.

    Walked in order of the tickets' keys, up to `cursor`; `missed` are those somebody was working on, for
    which it walks again, and `failed` those it had to leave alone.
    """

    version = models.ForeignKey(SlaPolicyVersion, models.PROTECT, related_name="rollouts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=Progress, default=Progress.RUNNING)
    total = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    breached_at_once = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    failed = ArrayField(models.BigIntegerField(), default=list, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PolicyRolloutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], name="tickets_policyrollout_once", condition=Q(state=Progress.RUNNING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.state}"

    @property
    def share(self) -> int:
        """How far it has come, in per cent."""
        if self.state == Progress.DONE or not self.total:
            return 100
        return min(99, 100 * self.moved // self.total)
