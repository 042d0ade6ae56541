"""The words of a letter while they are written."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .steps import Refusable, Text


class LetterTextForm(Refusable):
    """Subject and text of a draft."""

    use_required_attribute = False
    subject = Text(label=_("Subject"), max_length=200)
    body = Text(label=_("Text"), lines=26, max_length=20_000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
