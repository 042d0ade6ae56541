"""Samples for the gallery: every part in every state, long texts and names from right to left included."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

LONG = "A very long subject that goes on without saying much, as people in distress sometimes write. " * 2
RTL = "محمد عبد الله الحداد"


class SampleForm(forms.Form):
    """One field of each kind."""

    subject = forms.CharField(label="Subject", help_text="In a few words")
    body = forms.CharField(label="What happened", widget=forms.Textarea(attrs={"rows": 3}))
    network = forms.ChoiceField(label="Network", choices=[("trc20", "TRC-20"), ("erc20", "ERC-20")])
    agree = forms.BooleanField(label="I have read this", required=False)


def parts() -> dict[str, Any]:
    """What the gallery shows."""
    now = timezone.now()
    wrong = SampleForm({"subject": "", "body": LONG, "network": "doge"})
    wrong.is_valid()
    return {
        "promises": [
            {"tone": "due", "say": _("First answer by"), "by": "14:02", "share": 62},
            {"tone": "soon", "say": _("First answer by"), "by": "14:02", "share": 91},
            {
                "tone": "late",
                "say": _("We are late. The first answer was due at"),
                "by": "14:02",
                "share": 100,
            },
            {"tone": "paused", "say": _("It is your turn."), "by": "", "share": 40},
            {"tone": "kept", "say": _("Answered in time."), "by": "", "share": 100},
        ],
        "form": SampleForm(),
        "wrong": wrong,
        "long": LONG,
        "rtl": RTL,
        "now": now,
        "soon": now + timedelta(minutes=6),
        "late": now - timedelta(hours=2, minutes=10),
        "tones": ["due", "soon", "late", "accent"],
        "rows": range(25),
    }
