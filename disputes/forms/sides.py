"""The forms about what keeps both sides equal."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tickets.forms import FilesField
from tickets.operations.attaching import Upload

from ..states.fair import Acts, Caused, HoldRule
from .steps import Refusable, Text, sum_field


class SumHoldForm(Refusable):
    """A sum that is to stay where it is while the case lasts."""

    use_required_attribute = False
    amount = forms.DecimalField(
        label=_("Sum"),
        max_digits=20,
        decimal_places=8,
        min_value=Decimal("0.00000001"),
        widget=sum_field(),
        error_messages={"required": _("Please give the sum and the currency.")},
    )
    asset = Text(label=_("Currency or coin"), max_length=12, help_text=_("For example USDT."))
    rule = forms.ChoiceField(
        label=_("When is it free again"), choices=HoldRule.choices, initial=HoldRule.CASE
    )
    day = forms.DateField(
        label=_("Which day"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Only when you have chosen the end of a day."),
    )
    note = Text(label=_("A word to the other side"), lines=2, max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "sum-%s"


class LockForm(Refusable):
    """Under which number the wallet or the ledger holds the sum."""

    use_required_attribute = False
    reference = Text(label=_("Number of the lock in wallet or ledger"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "lock-%s"


class SpeakerForm(Refusable):
    """Who is to act for the trader, and the file that shows that they may."""

    use_required_attribute = False
    named = Text(label=_("Their name"), max_length=120)
    email = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        help_text=_("They sign in with it. Nobody else can use the invitation."),
    )
    kind = forms.ChoiceField(label=_("What are they"), choices=Acts.choices)
    language = forms.ChoiceField(label=_("Language of the letters to them"), choices=settings.LANGUAGES)
    from_on = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Empty: today."),
    )
    until_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("Empty: until you revoke it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(
            label=_("Proof that they may act for you"),
            help_text=_("A signed power of attorney, for example: a picture or a PDF, up to 25 MB."),
        )

    def uploads(self) -> list[Upload]:
        """The file sent."""
        return [Upload(one.file, one.name or "file") for one in self.cleaned_data["files"]]

    def written(self) -> dict[str, Any]:
        """What was typed, without the file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "files"}


def _score(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 6)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose from 1 to 5.")},
    )


class SurveyForm(Refusable):
    """How a mediator worked: three figures, and words if one likes."""

    use_required_attribute = False
    fairness = _score(_("Was it fair to both sides?"))
    clarity = _score(_("Was it clear what happened and why?"))
    pace = _score(_("Did it go on quickly enough?"))
    words = Text(label=_("In your words"), lines=3, max_length=1000, required=False)

    def scores(self) -> dict[str, int | None]:
        """The three figures."""
        return {name: self.cleaned_data[name] for name in ("fairness", "clarity", "pace")}


class RefuseSpeakerForm(Refusable):
    """Why a proof does not show what it should."""

    use_required_attribute = False
    reason = Text(
        label=_("Why not; the trader reads it"),
        lines=2,
        max_length=1000,
        error_messages={"required": _("Please say why; the trader reads it.")},
    )

    def __init__(self, number: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number, self.auto_id = number, f"refuse-{number}-%s"


class CareFindingForm(Refusable):
    """Whether what makes the trader vulnerable had to do with the complaint."""

    use_required_attribute = False
    caused = forms.ChoiceField(
        label=_("Had it to do with the complaint?"), choices=Caused.choices, initial=Caused.UNKNOWN
    )
    reason = Text(
        label=_("Why you think so"),
        lines=2,
        max_length=500,
        error_messages={"required": _("Please say why you think so.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "care-%s"
