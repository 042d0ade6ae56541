"""Forms about the dates of a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import DisputeDeadline
from ..reads import words
from .steps import Refusable, Text


class Offered(forms.ChoiceField):
    """Shows what the person may choose; what else is sent is for the rules to refuse (403, 409)."""

    def valid_value(self, value: Any) -> bool:
        """Any short code."""
        return len(str(value)) <= 40


class ExtendForm(Refusable):
    """More time, for both sides alike."""

    use_required_attribute = False
    metric = Offered(label=_("Which date"))
    until = forms.DateField(
        label=_("Until the end of"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The platform's answer is extended to the date its rules allow, whatever stands here."),
    )
    reason = Text(label=_("Reason"), lines=2, max_length=1000, help_text=_("Both sides can read this."))

    def __init__(self, clocks: dict[str, DisputeDeadline], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(metric, words.clock_word(metric)) for metric in clocks]
        self.fields["metric"].choices = named  # type: ignore[attr-defined]
        self.auto_id = "extend-%s"


class DelayForm(Refusable):
    """The notice that the answer is late."""

    use_required_attribute = False
    reason = Text(
        label=_("Why is the answer not ready"),
        lines=3,
        max_length=4000,
        error_messages={"required": _("Please say why the answer is not ready.")},
    )
    expected_on = forms.DateField(
        label=_("We expect to answer by"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please give a day in the future.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "delay-%s"
