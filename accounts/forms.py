"""What people type about themselves."""

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import no_control_characters, one_line

from .models import Person
from .states import Density, Driver, Known, Need, Role, Theme

COMMON_ZONES = [
    "UTC", "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Asia/Dubai", "Asia/Kolkata",
    "Europe/London", "Europe/Berlin", "Europe/Nicosia", "Africa/Cairo", "Africa/Lagos", "America/New_York",
    "America/Sao_Paulo", "Australia/Sydney",
]  # fmt: skip


def zones() -> list[tuple[str, str]]:
    """The usual zones first, then all others by name."""
    rest = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
    return [(zone, zone.replace("_", " ")) for zone in [*COMMON_ZONES, *rest]]


class SignupForm(forms.Form):
    """What allauth asks beyond e-mail and password."""

    name = forms.CharField(label=_("Your name"), max_length=80, validators=[no_control_characters])
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-controller": "zone"}))
    field_order = ("name", "email", "password1")

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])

    def signup(self, request: HttpRequest, user: Person) -> None:
        """A new account is a trader's, in the language of the page and, if the browser says so, its zone."""
        user.name = self.cleaned_data["name"]
        user.roles = [Role.TRADER]
        user.language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
        if (zone := self.cleaned_data["time_zone"]) in dict(zones()):
            user.time_zone = zone
        user.save(update_fields=["name", "roles", "language", "time_zone"])


class PreferencesForm(forms.ModelForm):
    """One's own settings."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    class Meta:
        model = Person
        fields = ("name", "language", "time_zone", "theme", "density", "undo_seconds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(no_control_characters)
        if not self.instance.works_here:
            del self.fields["density"], self.fields["undo_seconds"]
        else:
            self.fields["undo_seconds"] = forms.TypedChoiceField(
                label=_("Undo sending for"),
                coerce=int,
                choices=[(0, _("off")), (5, _("5 seconds")), (10, _("10 seconds")), (20, _("20 seconds"))],
                initial=self.instance.undo_seconds,
            )


class LanguageForm(forms.Form):
    """The language switch."""

    language = forms.ChoiceField(choices=[("zh-hans", "简体中文"), ("en", "English")])


class ThemeForm(forms.Form):
    """The theme switch."""

    theme = forms.ChoiceField(choices=Theme.choices)


class DensityForm(forms.Form):
    """The density switch of the queue."""

    density = forms.ChoiceField(choices=Density.choices)


SCOPES = [
    (f"{resource}:{act}", f"{resource}:{act}")
    for resource in ("tickets", "disputes", "articles", "search", "categories", "sla-policies", "me")
    for act in ("read", "write")
    if act == "read" or resource in {"tickets", "disputes", "sla-policies", "me"}
]


class KeyForm(forms.Form):
    """A new key for a program."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, validators=[no_control_characters], strip=True
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year")), (0, _("until it is revoked"))],
        initial=90,
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("Without a choice it may do everything that you may."),
        choices=SCOPES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class Answerable(forms.Form):
    """A form that can show what a rule said no to."""

    use_required_attribute = False
    answered = 422

    def done(self, work: Callable[[], Any]) -> bool:
        """Whether it happened; if a rule said no, the reason stands beside its field."""
        if not self.is_valid():
            return False
        try:
            work()
        except (Conflict, Invalid) as refusal:
            self.answered = refusal.status if isinstance(refusal, Conflict) else self.answered
            for name, sentences in (refusal.fields or {"": [refusal.message]}).items():
                for sentence in sentences:
                    self.add_error(name if name in self.fields else None, str(sentence))
            return False
        return True


def _typed(label: Any, length: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, validators=[no_control_characters])


class AdjustmentForm(Answerable):
    """What is to be done differently for somebody."""

    need = forms.ChoiceField(label=_("What is done differently"), choices=Need.choices)
    text = _typed(_("In your words"), 300)
    in_hearings = forms.BooleanField(label=_("A mediator from outside has to know it, too"), required=False)


class CareForm(Answerable):
    """Why somebody needs care, by those who serve them."""

    driver = forms.ChoiceField(label=_("What it is about"), choices=Driver.choices)
    known = forms.ChoiceField(label=_("How it is known"), choices=Known.choices)
    reason = forms.CharField(
        label=_("Why you note it"),
        max_length=500,
        validators=[no_control_characters],
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": _("Please say why you note it.")},
    )


class OwnCareForm(Answerable):
    """What somebody wants us to know of themselves."""

    driver = forms.ChoiceField(label=_("What it is about"), choices=Driver.choices)
    reason = _typed(_("In your words"), 500)


_CODE = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class CodeForm(forms.Form):
    """The second factor at sign-in."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your app, or one of your recovery codes."),
        max_length=20,
        widget=forms.TextInput(_CODE),
    )


class FactorForm(CodeForm):
    """Setting the second factor up, or removing it: both take the password once more."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("password", "code")


class FirstCodeForm(FactorForm):
    """The same before there are recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = ""


class RolesForm(Answerable):
    """The roles somebody is to have, and why."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    reason = forms.CharField(
        label=_("What they need them for"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        validators=[no_control_characters],
    )
