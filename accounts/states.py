"""Roles. They add up; who may do what to one case is decided per case (`access`), superusers included."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
