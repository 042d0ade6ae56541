"""How acts about people are told."""

from django.utils.translation import gettext_lazy as _

from helpdesk.audit.words import say
from helpdesk.notify import kinds

say("person.registered", _("{actor} opened an account"), icon="user-plus")
say("person.roles.changed", _("{actor} changed roles from {before} to {after}"), icon="shield")
say(
    "person.roles.asked",
    _("{actor} asked to change roles from {before} to {after}: {reason}"),
    icon="shield",
)
say("person.roles.approved", _("{actor} agreed to the change of roles"), icon="shield")
say("person.roles.turned_down", _("{actor} said no to the change of roles"), icon="x")
say("person.activity.changed", _("{actor} changed whether the account is active: {active}"), icon="user")
say("person.preferences.changed", _("{actor} changed settings: {fields}"), icon="settings")
say(
    "person.care.changed",
    _("{actor} noted whether the person needs particular care: {needs_care}"),
    icon="heart",
)
say("person.care.noted", _("{actor} noted why the person needs particular care"), icon="heart")
say("person.care.ended", _("{actor} ended a note about particular care"), icon="heart")
say("person.adjustment.noted", _("{actor} noted what is done differently for the person"), icon="pencil")
say("person.adjustment.removed", _("{actor} removed what was done differently"), icon="x")
say(
    "person.line.changed",
    _("{actor} changed unit and manager from {before} to {after}"),
    icon="users",
)
say("person.factor.added", _("{actor} set up a second factor"), icon="shield")
say("person.factor.removed", _("The second factor was removed"), icon="shield")
say("person.factor.refused", _("A wrong code was typed for the second factor"), icon="shield-alert")
say("apikey.issued", _("{actor} issued an API key"), icon="key")
say("apikey.revoked", _("{actor} revoked an API key"), icon="key")

# Kinds of mail that allauth asks for; `secret` ones carry a link that opens the account.
for code, title, secret in (
    ("email_confirmation", _("Confirm your e-mail address"), True),
    ("email_confirmation_signup", _("Confirm your e-mail address"), True),
    ("account_already_exists", _("You already have an account"), False),
    ("unknown_account", _("No account for this address"), False),
    ("password_reset_key", _("Choose a new password"), True),
    ("password_reset", _("Password reset"), False),
    ("password_changed", _("Password changed"), False),
    ("password_set", _("Password set"), False),
    ("email_changed", _("E-mail address changed"), False),
    ("email_confirm", _("E-mail address confirmed"), False),
    ("email_deleted", _("E-mail address removed"), False),
    ("factor_added", _("Second factor set up"), False),
    ("factor_removed", _("Second factor removed"), False),
):
    kinds.register(f"account.{code}", category="account", title=title, essential=True, secret=secret)
kinds.register("account.roles", category="work", title=_("Roles are asked for or decided"))
