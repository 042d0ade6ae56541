"""A sum and what is done with it: the same columns and words wherever money is promised, owed or ordered."""

from django.db import models
from django.db.models import Q

from ..states import money, word


class Sum(models.Model):
    """An amount in its own currency; both are empty where no money is meant."""

    amount = models.DecimalField(max_digits=38, decimal_places=18, null=True, blank=True)
    currency = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True

    @property
    def money(self) -> str:
        return money(self.amount, self.currency)


class Promised(Sum):
    """The same with a `remedy`, the code of what is done."""

    remedy: str

    class Meta:
        abstract = True

    @property
    def remedy_word(self) -> str:
        return word("remedies", self.remedy) if self.remedy else ""


def sum_is_whole(name: str) -> models.CheckConstraint:
    """An amount is above nothing and names its currency."""
    return models.CheckConstraint(name=name, condition=Q(amount=None) | (Q(amount__gt=0) & ~Q(currency="")))
