from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalEntity(models.Model):
    """A company of the platform that contracts with traders; it decides the jurisdiction of a complaint."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    jurisdiction = models.CharField(max_length=20, default="HOUSE")

    class Meta:
        verbose_name_plural = "legal entities"

    def __str__(self) -> str:
        return self.name


class TradingAccount(models.Model):
    """An account the trader holds with one of the entities."""

    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="trading_accounts", verbose_name=_("holder")
    )
    entity = models.ForeignKey(LegalEntity, models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=40, unique=True)
    opened_on = models.DateField(null=True, blank=True)
    tier = models.CharField(max_length=20, default="standard")

    def __str__(self) -> str:
        return self.number
