"""People as the administration sees them: who needs care is noted here, and no account is opened.

What it does not get to see are the keys to other people's sessions.
"""

from typing import Any

# Both register themselves when they are loaded; whoever reads a session's key can be that person.
from allauth.account import admin as _addresses  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.usersessions import admin as _sessions  # noqa: F401
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .errors import OwnManager
from .models import Person
from .operations import registration

admin.site.unregister(UserSession)
# An address that somebody else may change is a way to the password, and with it to the person's cases.
admin.site.unregister(EmailAddress)


class PersonForm(forms.ModelForm):
    """The line of somebody of the house; traders have none."""

    def clean(self) -> dict[str, Any]:
        """Said here what the operation would refuse."""
        typed = super().clean() or {}
        unit, manager = typed.get("unit", ""), typed.get("manager")
        if (unit or manager) and not self.instance.has_desk:
            raise forms.ValidationError(_("Only people who work here have a unit and a manager."))
        if manager is not None and not manager.works_here:
            self.add_error("manager", _("Please choose somebody who works here."))
        try:
            registration.refuse_circle(self.instance, manager)
        except OwnManager as refusal:
            self.add_error("manager", str(refusal.message))
        return typed


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """Who needs particular care, and of staff the unit and who is above them. All else is only read."""

    form = PersonForm
    list_display = ["email", "name", "unit", "manager", "needs_care"]
    list_filter = ["needs_care", "unit"]
    list_select_related = ["manager"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "needs_care", "unit", "manager"]
    autocomplete_fields = ["manager"]
    readonly_fields = ["email", "name"]

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Through the operation, so that it stands in the record who noted it."""
        assert isinstance(request.user, Person)  # noqa: S101 – the administration is for accounts of ours
        registration.set_care(obj, obj.needs_care, by=request.user)
        registration.set_line(obj, obj.unit, obj.manager, by=request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are opened by their owners, or by the command for it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is suspended, never taken away with what hangs on it."""
        return False
