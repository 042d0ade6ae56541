"""The shape of a file for a body outside, and of a body in the directory."""

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from ..models import ExternalBody
from ..states import Binding, CountsFrom, LetterLanguage, choices, coded
from .after import OTHER
from .steps import Refusable, Text


class PackForm(Refusable):
    """For which body; one file is for one body."""

    use_required_attribute = False
    body = forms.ChoiceField(
        label=_("Which body"), error_messages={"required": _("Please choose the body, or write its name.")}
    )
    body_name = Text(
        label=_("Its name, if it is another one"),
        max_length=160,
        required=False,
        help_text=_("A court or a body that is not in the list."),
    )
    their_reference = Text(
        label=_("Their number for the case"),
        max_length=80,
        required=False,
        help_text=_("Empty: the one we were told, if there is one."),
    )
    language = forms.ChoiceField(
        label=_("Language of the cover"),
        required=False,
        help_text=_("Empty: the complaint's language where the body works in it, else English."),
    )

    def __init__(self, bodies: list[ExternalBody], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id, self.bodies = "pack-%s", {body.code: body for body in bodies}
        named = [(body.code, str(body)) for body in bodies]
        fields: Any = self.fields
        fields["body"].choices = [*named, (OTHER, _("Another body, or a court"))]
        fields["language"].choices = [("", "–"), *LetterLanguage.choices]

    def told(self) -> dict[str, Any]:
        """What was chosen."""
        return self.cleaned_data | {"body": self.bodies.get(self.cleaned_data["body"])}


class HandForm(Refusable):
    """When and how it went to the body."""

    use_required_attribute = False
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please give the day.")},
    )
    how = Text(
        label=_("How it went there"),
        max_length=300,
        help_text=_(
            "Their portal, mail or post, with the number of the receipt if there is one. Both sides read it."
        ),
        error_messages={"required": _("Please say how it went there: their portal, mail, post.")},
    )

    def __init__(self, number: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number, self.auto_id = number, f"hand-{number}-%s"


UNITS = [
    ("", "–"), ("calendar_days", _("days")), ("weeks", _("weeks")), ("months", _("months")),
    ("years", _("years")),
]  # fmt: skip


class BodyForm(Refusable):
    """A body outside, as the directory knows it."""

    use_required_attribute = False
    code = forms.SlugField(
        label=_("Short name"), max_length=40, help_text=_("Small letters, digits and hyphens; it stays.")
    )
    name_en = Text(label=_("Name in English"), max_length=160)
    name_zh = Text(label=_("Name in Chinese"), max_length=160)
    country = Text(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("Two letters (GB, CY); empty where it is of no single country."),
        validators=[RegexValidator(r"^[A-Za-z]{2}$", _("Please give two letters, such as GB."))],
    )
    jurisdictions = forms.MultipleChoiceField(
        label=_("Rules under which it takes cases"), required=False, widget=forms.CheckboxSelectMultiple
    )
    covers_en = Text(label=_("What it covers, in English"), max_length=300, required=False)
    covers_zh = Text(label=_("What it covers, in Chinese"), max_length=300, required=False)
    web = forms.URLField(label=_("Web address"), max_length=200, required=False, assume_scheme="https")
    languages = Text(
        label=_("Languages"), max_length=120, required=False, help_text=_("Codes with commas: en, zh.")
    )
    limit_n = forms.IntegerField(label=_("Time limit"), required=False, min_value=1, max_value=3650)
    limit_unit = forms.ChoiceField(label=_("Unit of the limit"), choices=UNITS, required=False)
    counts_from = forms.ChoiceField(label=_("Counted from"), choices=CountsFrom.choices)
    cost_en = Text(label=_("Cost, in English"), max_length=200, required=False)
    cost_zh = Text(label=_("Cost, in Chinese"), max_length=200, required=False)
    binding = forms.ChoiceField(label=_("Whom its decision binds"), choices=Binding.choices, required=False)
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=999, required=False, initial=0
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, body: ExternalBody | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "body-%s"
        codes = choices("jurisdictions", coded)
        cast(forms.MultipleChoiceField, self.fields["jurisdictions"]).choices = codes
        if body is not None:
            del self.fields["code"]
            self.initial = {name: getattr(body, name) for name in self.fields}
