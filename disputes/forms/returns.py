"""The form that asks for a register or a return."""

from datetime import UTC
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LegalEntity
from helpdesk.core import clock

from ..reads import returns
from ..reads.register import Question
from ..states import coded
from .steps import Refusable

KINDS = {
    "register": _("Complaint register, every column"),
    "fca": _("United Kingdom: complaints return (FCA)"),
    "cysec": _("Cyprus: monthly form (CySEC)"),
    "asic": _("Australia: dispute resolution data (ASIC)"),
    "mica": _("European Union: analysis of complaints (MiCA)"),
}


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class ReturnForm(Refusable):
    """Which return, for which company and days, as at which moment."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("Return"), choices=[])
    entity = forms.ChoiceField(label=_("Company"), required=False)
    first = forms.DateField(
        label=_("From the day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(label=_("To the day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    as_at = forms.DateTimeField(
        label=_("As at (UTC)"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        help_text=_("Empty means now. The same moment gives the same file again."),
    )
    form = forms.ChoiceField(label=_("Format"), choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("json", "JSON")])
    bom = forms.BooleanField(label=_("With a mark for spreadsheet programs (BOM, in CSV)"), required=False)

    def __init__(self, entities: list[LegalEntity], *args: Any, **kwargs: Any) -> None:
        first, last = returns.last_month(clock.now().date())
        kwargs.setdefault("initial", {"first": first, "last": last})
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(KINDS.items())  # type: ignore[attr-defined]
        named = [(one.code, f"{one.name} · {coded('jurisdictions', one.jurisdiction)}") for one in entities]
        self.fields["entity"].choices = [("", _("All companies")), *named]  # type: ignore[attr-defined]

    def question(self) -> Question:
        """What was asked, with the moment filled in."""
        typed = self.cleaned_data
        at = typed["as_at"]
        as_at = at.replace(tzinfo=UTC) if at else returns.as_at_default(clock.now())
        return Question(typed["first"], typed["last"], as_at, typed["entity"])
