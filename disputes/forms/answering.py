"""The shape of the steps before mediation: admission, the handler, the platform's answer, the trader's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

from ..models import Decision
from ..operations.handling import NOTED
from ..operations.ruling import Draft
from ..states import Conclusion, Measure, Unfit
from .ruling import DecisionForm
from .steps import Refusable, Text

_OWN = ("conclusion", "measure", "measures")


class ResponseForm(DecisionForm):
    """The platform's answer: a decision's parts, and the form it ends in."""

    def __init__(self, *args: Any, draft: Decision | None = None, **kwargs: Any) -> None:
        super().__init__(*args, draft=draft, **kwargs)
        self.fields["conclusion"] = self._choice(_("The answer ends in"), list(Conclusion.choices))
        self.fields["measure"] = self._choice(_("So that it does not happen again"), list(Measure.choices))
        label = _("What was changed, or why nothing had to change")
        self.fields["measures"] = self._text(label, lines=4, longest=20_000)
        if draft is not None:
            self.initial = {**self.initial, **{name: getattr(draft, name) for name in _OWN}}

    def draft(self) -> Draft:
        """What was written."""
        written = super().draft()
        return Draft(**vars(written) | {name: self.cleaned_data.get(name, "") for name in _OWN})


class AdmissionForm(Refusable):
    """Why a complaint should not be admitted; the trader reads the words if it is approved."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "–"), *Unfit.choices],
        error_messages={"required": _("Please choose one of the reasons.")},
    )
    explanation = Text(label=_("Explanation for the trader"), lines=4, max_length=4000)
    elsewhere = Text(
        label=_("Where they can go instead"),
        lines=3,
        max_length=4000,
        help_text=_("The trader reads both. Name the body or the firm, and how to reach it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "admission-%s"


class SendBackForm(Refusable):
    """Why something goes back to whoever wrote it."""

    reason = Text(label=_("What has to change, and why"), lines=3, max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "return-%s"


class ReviewForm(Refusable):
    """The review of a refusal: confirmed, or admitted after all, with reasons."""

    admit = forms.ChoiceField(
        label=_("Result"),
        choices=[("", "–"), ("no", _("The refusal is confirmed")), ("yes", _("The complaint is admitted"))],
    )
    text = Text(label=_("Reasons, for both sides"), lines=4, max_length=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "review-%s"


class AskReviewForm(Refusable):
    """The trader asks for the one review."""

    reason = Text(label=_("What was overlooked"), lines=3, max_length=4000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "askreview-%s"


class SayNoForm(Refusable):
    """The trader does not accept the answer and asks for mediation."""

    reason = Text(label=_("What is not right"), lines=3, max_length=4000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "no-%s"


class SolvedForm(Refusable):
    """The trader's own words on how it was solved."""

    words = Text(
        label=_("How was it solved, in your own words"),
        lines=3,
        max_length=2000,
        error_messages={"required": _("Please say in a few words how it was solved.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "solved-%s"


class EscalateForm(Refusable):
    """Why a supervisor takes the case to mediation."""

    reason = Text(label=_("Reason, both sides read it"), lines=2, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "escalate-%s"


class HandlerForm(Refusable):
    """Who is to handle the case."""

    person = forms.ChoiceField(label=_("Complaint handler"))

    def __init__(self, handlers: list[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id, self.people = "handler-%s", handlers
        named = [(person.email, str(person)) for person in handlers]
        self.fields["person"].choices = named  # type: ignore[attr-defined]


class NamedForm(Refusable):
    """Whom of the house the complaint is about."""

    person = forms.EmailField(
        label=_("Address of the colleague"),
        max_length=254,
        help_text=_("From now on the case goes around this person; the trader does not see the entry."),
    )

    how = forms.ChoiceField(
        label=_("What they have to do with it"),
        choices=[(how.value, how.label) for how in NOTED],
        required=False,
    )

    def clean_how(self) -> str:
        """Where nothing is said, the complaint is about them."""
        return self.cleaned_data["how"] or str(NOTED[0])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "named-%s"
