"""Answers kept so that a request repeated with the same key is answered, not carried out, again."""

from django.db import models


class IdempotentAnswer(models.Model):
    """The answer to one POST, written in the transaction of what it did."""

    owner_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "key"], name="api_answer_once_per_key")]
        indexes = [models.Index(fields=["created_at"], name="api_answer_age")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key[:20]}"
