"""What the machinery itself must remember."""

from django.db import models


class DeadLetter(models.Model):
    """A task whose worker died while running it; after too many deliveries it is set aside here."""

    task_id = models.CharField(max_length=64, unique=True)
    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, blank=True)
    redeliveries = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["dead_at"], name="runtime_deadletter_dead", condition=models.Q(dead_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.task_id}"
