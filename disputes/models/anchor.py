from django.db import models
from django.utils import timezone


class Anchor(models.Model):
    """One day's root over the ends of all chains, published and mailed. Only ever added.

    The tree's first leaf is the root before it, so that whoever holds one root holds all earlier ones.
    """

    day = models.DateField(unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    cases = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"


class AnchorLeaf(models.Model):
    """A case's place in the tree and the end of its chain, written on the days on which that end moved.

    The leaves of a day are the newest ones up to it. The reference is a text, not a key: anchors must stay
    true whatever becomes of the tables of cases.
    """

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="leaves")
    position = models.PositiveIntegerField()
    reference = models.CharField(max_length=16)
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "anchor leaves"
        constraints = [
            models.UniqueConstraint(fields=["position", "anchor"], name="disputes_anchorleaf_once")
        ]
        indexes = [models.Index(fields=["reference", "anchor"], name="disputes_anchorleaf_case")]

    def __str__(self) -> str:
        return f"{self.reference} {self.length}"
