"""What the administration of the installation does not get to see: the keys to other people's sessions."""

# Both register themselves when they are loaded; whoever reads a session's key can be that person.
from allauth.account import admin as _addresses  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.usersessions import admin as _sessions  # noqa: F401
from allauth.usersessions.models import UserSession
from django.contrib import admin

admin.site.unregister(UserSession)
# An address that somebody else may change is a way to the password, and with it to the person's cases.
admin.site.unregister(EmailAddress)
