"""Refusals about people and keys."""

from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Busy, Conflict, Forbidden, Invalid, stands_behind


class UnknownRole(Invalid):
    code = "unknown_role"
    default = _("There is no such role.")


@stands_behind("accounts_person_inside_or_outside")
class InsideAndOutside(Conflict):
    code = "inside_and_outside"
    default = _(
        "A mediator from outside is independent of this house: the role cannot be held beside a role of"
        " staff. Please take one of them away first."
    )


class LastAdmin(Conflict):
    code = "last_admin"
    default = _("This is the last administrator; name another one first.")


class OwnManager(Conflict):
    code = "own_manager"
    default = _("Nobody can be above themselves, not by way of others either.")


class FactorMissing(Forbidden):
    code = "second_factor_needed"
    page = "accounts/factor_needed.html"
    default = _(
        "This opens only to somebody who signs in with a second factor. Please set one up in your settings:"
        " it takes two minutes and an authenticator app."
    )


class WrongCode(Invalid):
    code = "wrong_code"
    default = _("This is not the code. Each one works once, and for half a minute.")


class TooManyCodes(Busy):
    code = "too_many_codes"
    default = _("Too many wrong codes. Please wait a quarter of an hour and try again.")
