"""Sentences of the libraries whose Chinese is missing or reads badly: our catalogue words them."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SENTENCES = [
    _("Add Email"), _("Add Email Address"), _("Change Email"), _("Confirm Email Address"),
    _("Current email"), _("Email Address"), _("Email Addresses"), _("Primary"),
    _("Primary email address set."),
    _("Re-send Verification"), _("Removed email address %(email)s."),
    _("Verify Your Email Address"), _("You cannot remove your primary email address (%(email)s)."),
    _("You have confirmed %(email)s."),
    _("Do you really want to remove the selected email address?"),
    _("The following email addresses are associated with your account:"),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
]  # fmt: skip
