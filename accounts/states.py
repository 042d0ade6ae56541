"""Roles. They add up; who may do what to one case is decided per case (`access`), superusers included."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    TRADER = "trader", _("Trader")
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    HANDLER = "handler", _("Complaint handler")
    MEDIATOR = "mediator", _("Mediator")
    EXTERNAL_MEDIATOR = "external_mediator", _("External mediator")
    DECIDER = "decider", _("Decider")
    APPEAL_REVIEWER = "appeal_reviewer", _("Appeal reviewer")
    COMPLIANCE = "compliance", _("Compliance")
    FINANCE = "finance", _("Finance")
    EDITOR = "editor", _("Help-centre editor")
    ADMIN = "admin", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


# Who enters the workspace at all. An external mediator sees one case alone and is not of the house.
STAFF = frozenset(set(Role) - {Role.TRADER, Role.EXTERNAL_MEDIATOR})
# Who works on tickets and therefore reads them. An administrator configures but reads no case content.
TICKET_STAFF = frozenset({Role.AGENT, Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR})


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMPACT = "compact", _("Compact")
    COMFORTABLE = "comfortable", _("Comfortable")


class Driver(models.TextChoices):
    """What may make somebody vulnerable: the four drivers of the FCA's guidance."""

    HEALTH = "health", _("Health: illness, disability, ageing")
    LIFE_EVENT = "life_event", _("Life event: loss, separation, job, violence")
    RESILIENCE = "resilience", _("Resilience: little money or strength in reserve")
    CAPABILITY = "capability", _("Capability: language, reading, numbers, digital skills")


class Known(models.TextChoices):
    """How it is known."""

    TOLD = "told", _("told by the person")
    NOTICED = "noticed", _("noticed in what was said or done")
    OTHER = "other", _("told by somebody else")


class Need(models.TextChoices):
    """What is done differently for somebody."""

    PHONE = "phone", _("By phone instead of letters")
    WRITING = "writing", _("In writing instead of by phone")
    LARGE = "large", _("Large print")
    PLAIN = "plain", _("Short sentences, plain words")
    TIME = "time", _("More time to answer")
    HELPER = "helper", _("Somebody they trust takes part")
    OTHER = "other", pgettext_lazy("adjustment", "Something else")


# Who works with traders and reads why somebody needs care. An auditor or a neutral has no need to.
CARE_READERS = (Role.AGENT, Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE)


# The step of a sign-in that asks for the second factor.
FACTOR_STAGE = "factor"
