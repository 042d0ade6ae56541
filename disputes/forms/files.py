"""The shape of what people send to have it looked at."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .steps import Refusable


class CopyForm(Refusable):
    """A copy of a file, to be checked."""

    file = forms.FileField(
        label=_("The ZIP as you took it"),
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".zip,application/zip"}),
    )

    def too_large(self) -> "CopyForm":
        """Refused for its size, unread."""
        self.errors.clear()
        told = _("This file is too large for this page. Please run verify.py from the ZIP on your computer.")
        self.errors["file"] = self.error_class([str(told)])
        return self
