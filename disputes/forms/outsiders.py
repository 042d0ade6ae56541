"""The forms about a mediator from outside."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .steps import Refusable, Text


class PromiseForm(Refusable):
    """Keeping a case to oneself, in the words that were shown."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_000)
    sure = forms.BooleanField(
        label=_("I have read this and promise it."),
        error_messages={"required": _("Please tick the box: the case opens to nobody without this promise.")},
    )


class RevokeForm(Refusable):
    """Why an access ends before its time."""

    use_required_attribute = False
    reason = Text(
        label=_("Why does it end now"),
        max_length=1000,
        error_messages={"required": _("Please say in a few words why. It is kept in the log.")},
    )
