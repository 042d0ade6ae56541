"""The words of what everyone may read, so that a mistyped word finds its neighbour."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Word(models.Model):
    """A word as it is written (not its stem) in a published text. Never filled from private texts."""

    text = models.CharField(max_length=40, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["text"], opclasses=["gin_trgm_ops"], name="search_word_trigrams")]

    def __str__(self) -> str:
        return self.text
