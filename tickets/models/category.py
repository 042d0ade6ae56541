from django.conf import settings
from django.db import models
from django.utils.translation import get_language


class Bilingual(models.Model):
    """A row named in both languages; `str()` answers in the active one."""

    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Team(Bilingual):
    """A group of agents that looks after some of the categories."""

    code = models.SlugField(max_length=20, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)


class CategoryQuerySet(models.QuerySet["Category"]):
    def choosable(self) -> "CategoryQuerySet":
        """The problem types a ticket can be filed under, with their subject, in the list's order."""
        return self.filter(parent__isnull=False, active=True).select_related("parent").order_by("position")

    def subjects(self) -> "CategoryQuerySet":
        """The upper level."""
        return self.filter(parent=None, active=True).order_by("position")


class Category(Bilingual):
    """A subject (`WDR`) or, below it, a problem type (`WDR-DELAY`).

    `fields` is the problem type's own form: a list of {name, type, label_en, label_zh, hint_en, hint_zh,
    required, options}. `complaint` marks types whose broken resolution promise opens a dispute by itself,
    `fault` those that report a fault of the platform: many of them at once make an incident.
    """

    code = models.CharField(max_length=20, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    priority = models.CharField(max_length=2, default="P3")
    complaint = models.BooleanField(default=False)
    fault = models.BooleanField(default=False, db_default=False)
    checks = models.JSONField(default=list, blank=True)
    cause = models.CharField(max_length=80, blank=True)
    fields = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="categories")
    active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
