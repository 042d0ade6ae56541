"""Refusals about people and keys."""

from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Invalid


class UnknownRole(Invalid):
    code = "unknown_role"
    default = _("There is no such role.")


class LastAdmin(Conflict):
    code = "last_admin"
    default = _("This is the last administrator; name another one first.")


class OwnManager(Conflict):
    code = "own_manager"
    default = _("Nobody can be above themselves, not by way of others either.")
