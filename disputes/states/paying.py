"""The words of money and of keeping: who has to approve, why a file is kept, what a promise came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Need(models.TextChoices):
    """An approval that a sum needs (F7). Which people can give it: decision 0039."""

    SUPERVISOR = "supervisor", _("a supervisor")
    SECOND = "second", _("a supervisor of another team, or compliance")
    COMPLIANCE = "compliance", _("compliance")
    FINANCE_LEAD = "finance_lead", _("the finance lead")
    EXECUTIVE = "executive", _("an executive")


class Source(models.TextChoices):
    """What a promise of money came from."""

    OFFER = "offer", pgettext_lazy("money", "Settlement offer")
    ANSWER = "answer", pgettext_lazy("money", "The platform's answer")
    DECISION = "decision", pgettext_lazy("money", "Decision")
    EXTERNAL = "external", pgettext_lazy("money", "Outside body")


class Keep(models.TextChoices):
    """Why nothing of a case may be erased."""

    PRESERVATION = "preservation", _("preservation while the case is open")
    LEGAL = "legal", _("legal hold")
    AML = "aml", _("compliance hold")


class Retained(models.TextChoices):
    """The classes of what is kept (disputes.md 3.6)."""

    CASE = "case", _("Register row, letters, decisions, evidence")
    CALLS = "calls", _("Call recordings")
    KYC = "kyc", _("Identity checks and what hangs on them")
    EXTRACTS = "extracts", _("Price and log extracts under hold")
    TICKS = "ticks", _("Raw prices outside a hold")
    ACCESS = "access", _("Access log")
    DRAFT = "draft", _("Draft never submitted")
