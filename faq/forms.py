"""Shapes of what editors and readers send."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import no_control_characters

from .models import Subject
from .operations.publishing import Text
from .states import Language, Reason

LONGEST_BODY = 60_000


class ArticleForm(forms.Form):
    """An article with its settings and both languages; `version` is the one the editor started from."""

    subject = forms.ModelChoiceField(Subject.objects.all(), label=_("Subject"), to_field_name="slug")
    slug = forms.SlugField(
        label=_("Address"), max_length=50, help_text=_("Small Latin letters, digits and hyphens.")
    )
    internal = forms.BooleanField(label=_("For staff only"), required=False)
    position = forms.IntegerField(label=_("Place in its subject"), min_value=0, max_value=9999, initial=100)
    review_by = forms.DateField(
        label=_("Review by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in Language.values:
            for part, field in _text_fields(language).items():
                self.fields[f"{prefix(language)}_{part}"] = field

    def clean_slug(self) -> str:
        return str(self.cleaned_data["slug"]).lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for language in Language.values:
            key = prefix(language)
            title, body = data.get(f"{key}_title", ""), data.get(f"{key}_body", "")
            if body and not title:
                self.add_error(f"{key}_title", _("Give this language a title."))
            if title and not body:
                self.add_error(f"{key}_body", _("Write the text, or leave this language empty for now."))
        if not self.errors and not self.texts():
            self.add_error(f"{prefix(Language.ZH)}_title", _("Write at least one language."))
        return data

    def texts(self) -> dict[str, Text]:
        """What was written, by language; an empty language is left out."""
        found = {}
        for language in Language.values:
            key = prefix(language)
            title, summary, body = (
                self.cleaned_data.get(f"{key}_{part}", "") for part in ("title", "summary", "body")
            )
            if title and body:
                found[language] = Text.clean(title, summary, body)
        return found

    def settings(self) -> dict[str, Any]:
        """The settings, as the operations take them."""
        return {
            name: self.cleaned_data[name] for name in ("subject", "slug", "internal", "position", "review_by")
        }

    def languages(self) -> list[dict[str, Any]]:
        """The fields of each language, for the page."""
        return [
            {
                "code": language.value,
                "label": language.label,
                "key": prefix(language),
                "title": self[f"{prefix(language)}_title"],
                "summary": self[f"{prefix(language)}_summary"],
                "body": self[f"{prefix(language)}_body"],
            }
            for language in Language
        ]


def prefix(language: str) -> str:
    """The short name of a language in field names: `zh` or `en`."""
    return str(language).partition("-")[0]


def _text_fields(language: str) -> dict[str, forms.Field]:
    attrs = {"lang": str(language)}
    return {
        "title": forms.CharField(
            label=_("Title"),
            max_length=120,
            required=False,
            validators=[no_control_characters],
            widget=forms.TextInput(attrs=attrs),
        ),
        "summary": forms.CharField(
            label=_("Summary"),
            max_length=300,
            required=False,
            validators=[no_control_characters],
            help_text=_("One sentence: what the reader will know afterwards."),
            widget=forms.TextInput(attrs=attrs),
        ),
        "body": forms.CharField(
            label=_("Text"),
            required=False,
            validators=[no_control_characters, MaxLengthValidator(LONGEST_BODY)],
            widget=forms.Textarea(attrs={**attrs, "rows": 22, "spellcheck": "true"}),
        ),
    }


class VoteForm(forms.Form):
    """Whether an article helped, and if not, why."""

    helpful = forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda value: value == "yes", empty_value=None
    )
    language = forms.ChoiceField(choices=Language)
    reason = forms.ChoiceField(
        label=_("What was missing?"),
        choices=[("", "—"), *Reason.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Tell us more (no personal or account data, please)"),
        max_length=500,
        required=False,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
