"""How an article may move, and why people found one unhelpful."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.moves import Machine


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


LIFE = Machine(
    "article",
    [
        ("publish", {State.DRAFT, State.PUBLISHED}, State.PUBLISHED),
        ("unpublish", {State.PUBLISHED}, State.DRAFT),
        ("archive", {State.DRAFT, State.PUBLISHED}, State.ARCHIVED),
        ("bring_back", {State.ARCHIVED}, State.DRAFT),
    ],
)


class Language(models.TextChoices):
    ZH = "zh-hans", "简体中文"
    EN = "en", "English"


class Reason(models.TextChoices):
    UNCLEAR = "unclear", _("Hard to understand")
    INCOMPLETE = "incomplete", _("My case is missing")
    WRONG = "wrong", _("It is out of date or wrong")
    DISAGREE = "disagree", _("I understand it but do not like the rule")
    OTHER = "other", _("Something else")
