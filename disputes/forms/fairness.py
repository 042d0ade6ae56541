"""The forms of the fairness rules on the page of a case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Restriction
from .steps import Refusable, Text


class RestrictionForm(Refusable):
    """What is to be done against a trader whose dispute is open, and why."""

    use_required_attribute = False
    act = forms.ChoiceField(label=_("What is to be done"), choices=Restriction.Act.choices)
    ticket = Text(label=_("Ticket, unless it is the account"), max_length=20, required=False)
    reason = Text(label=_("Reason, both sides read it"), lines=2, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "restriction-%s"


class RulingForm(Refusable):
    """Why an objection is upheld or dismissed."""

    use_required_attribute = False
    ruling = Text(
        label=_("Reasons, both sides read them"),
        lines=3,
        max_length=1000,
        error_messages={"required": _("Please say why; both sides read it.")},
    )


class ClearingForm(Refusable):
    """Why somebody who was late may be drawn again."""

    use_required_attribute = False
    person = Text(max_length=254, widget=forms.HiddenInput)
    reason = Text(
        label=_("Why they may be drawn again"),
        max_length=1000,
        error_messages={"required": _("Please say why they may be drawn again.")},
    )
