from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class Factor(models.Model):
    """The second thing a person signs in with: an app that shows codes, and recovery codes for its loss.

    The app's secret is sealed (`operations.factors`), of recovery codes only the SHA-256 is kept, and each
    code opens once: `last_step` is the newest time step that did. `wrong` counts since `wrong_since`.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="factor")
    sealed = models.CharField(max_length=200)
    recovery = ArrayField(models.CharField(max_length=64), default=list)
    added_at = models.DateTimeField(default=timezone.now)
    last_step = models.BigIntegerField(default=0)
    wrong = models.PositiveSmallIntegerField(default=0)
    wrong_since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.person_id} {self.added_at:%Y-%m-%d}"
