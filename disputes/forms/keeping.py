"""The shape of what compliance types about holds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..states.paying import Keep
from .steps import Refusable, Text


class HoldForm(Refusable):
    """A case nothing of which may be erased."""

    use_required_attribute = False
    reference = Text(
        label=_("Number of the case"),
        max_length=16,
        error_messages={"required": _("There is no case with this number.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind of hold"),
        choices=[(Keep.LEGAL.value, Keep.LEGAL.label), (Keep.AML.value, Keep.AML.label)],
        help_text=_("A compliance hold is known to compliance alone and leaves no trace in the case."),
    )
    reason = Text(
        label=_("Reason"), lines=2, max_length=1000, error_messages={"required": _("Please say why.")}
    )


class EndHoldForm(Refusable):
    """Why a hold may end."""

    use_required_attribute = False
    reason = Text(label=_("Reason"), max_length=1000, error_messages={"required": _("Please say why.")})

    def __init__(self, pk: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pk, self.auto_id = pk, f"hold-{pk}-%s"
