"""The forms of a systemic issue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .steps import Refusable, Text


class WordsForm(Refusable):
    """What was found or done, or how it was put right."""

    use_required_attribute = False
    text = Text(label=_("What was found or done"), lines=4, max_length=4000)


class CloseForm(WordsForm):
    """The end of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "close-%s"
        self.fields["text"].label = _("How the cause was put right")


class OwnerForm(Refusable):
    """Who has it, and until when."""

    use_required_attribute = False
    owner = forms.EmailField(label=_("Address of the owner"), max_length=254)
    due_on = forms.DateField(label=_("Until"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
