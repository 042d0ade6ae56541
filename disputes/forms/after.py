"""The shape of the steps after a decision: the appeal and its review, the way outside, reopening."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms import FilesField
from tickets.operations.attaching import Upload

from ..models import Decision, Dispute, Evidence, ExternalBody
from ..states import REVIEWED, ExternalOutcome, Ground, Review, choices
from .ruling import DecisionForm
from .steps import Refusable, Text, sum_field

OTHER = "other"
_HINT = _("PNG, JPEG, GIF, WebP, PDF, TXT, CSV, ZIP, MP4 or MP3, up to 25 MB each.")
_RESULT = ("outcome", "root_cause", "remedy")


class _WithFiles(Refusable):
    """A step that files can come with. Its fields have identifiers of their own beside the page's others."""

    use_required_attribute = False
    prefix_id = "after"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"{self.prefix_id}-%s"
        self.fields["files"] = FilesField(label=_("Files"), required=False, help_text=_HINT)

    def uploads(self) -> list[Upload]:
        """The files sent."""
        return [Upload(one.file, one.name or "file") for one in self.cleaned_data["files"]]


class AppealForm(_WithFiles):
    """Asking for a review."""

    prefix_id = "appeal"
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("", "–"), *Ground.choices],
        error_messages={"required": _("Please choose one of the grounds.")},
    )
    reasons = Text(
        label=_("What is wrong with the decision"),
        lines=5,
        max_length=20_000,
        error_messages={"required": _("Please say what is wrong with the decision.")},
        help_text=_("Both sides and the reviewer read this."),
    )


class AppealDecisionForm(DecisionForm):
    """The decision on review: what becomes of the old one, and reasons for each point."""

    def __init__(
        self,
        dispute: Dispute,
        evidence: list[Evidence],
        data: Any = None,
        *,
        draft: Decision | None = None,
        keep: bool = False,
        earlier: bool = False,
    ) -> None:
        super().__init__(dispute, evidence, data, draft=draft, keep=keep, earlier=earlier)
        self.fields["review"] = forms.ChoiceField(
            label=_("What becomes of the decision"),
            choices=[("", "–"), *((code.value, code.label) for code in REVIEWED)],
            required=not keep,
            error_messages={"required": _("Please choose what becomes of the decision.")},
        )
        # Only who varies the decision gives a result of their own.
        if not data or data.get("review") != Review.VARY:
            for name in _RESULT:
                self.fields[name].required = False


class ReferralForm(Refusable):
    """Which body outside has the case."""

    use_required_attribute = False
    body = forms.ChoiceField(
        label=_("Which body"), error_messages={"required": _("Please choose the body, or write its name.")}
    )
    body_name = Text(
        label=_("Its name, if it is another one"),
        max_length=160,
        required=False,
        help_text=_("A court or a body that is not in the list."),
    )
    day = forms.DateField(
        label=_("Since which day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please give the day.")},
    )
    their_reference = Text(
        label=_("Their number for the case"),
        max_length=80,
        error_messages={"required": _("Please give the number the body has given the case.")},
    )
    work = forms.ChoiceField(
        label=_("The work here meanwhile"),
        choices=[("on", _("goes on")), ("stops", _("stops"))],
        help_text=_("You choose. If it stops, our dates end, and the case waits for the body."),
    )

    def __init__(self, bodies: list[ExternalBody], *args: Any, chooses: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id, self.bodies = "refer-%s", {body.code: body for body in bodies}
        named = [(body.code, str(body)) for body in bodies]
        self.fields["body"].choices = [*named, (OTHER, _("Another body, or a court"))]  # type: ignore[attr-defined]
        if not chooses:
            del self.fields["work"]

    def told(self) -> dict[str, Any]:
        """What was told."""
        typed = self.cleaned_data
        return {
            "body": self.bodies.get(typed["body"]),
            "body_name": typed["body_name"],
            "day": typed["day"],
            "their_reference": typed["their_reference"],
            "stops": typed.get("work") == "stops",
        }


class ExternalOutcomeForm(_WithFiles):
    """What the body found."""

    prefix_id = "external"
    outcome = forms.ChoiceField(
        label=_("What the body found"),
        choices=[("", "–"), *ExternalOutcome.choices],
        error_messages={"required": _("Please choose the outcome.")},
    )
    text = Text(
        label=_("Its words"),
        lines=5,
        max_length=20_000,
        error_messages={"required": _("Please give the words of the body.")},
    )
    day = forms.DateField(
        label=_("Day of its letter"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Please give the day.")},
    )
    remedy = forms.ChoiceField(label=_("What the platform has to do now"), initial="none")
    amount = forms.DecimalField(
        label=_("Sum"),
        max_digits=38,
        decimal_places=18,
        min_value=Decimal(0),
        required=False,
        widget=sum_field(),
    )
    currency = Text(label=_("Currency"), max_length=12, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].choices = choices("remedies")  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What was told, without the files."""
        return {name: value for name, value in self.cleaned_data.items() if name != "files"}


class ReopenForm(_WithFiles):
    """Why a case is taken up again."""

    prefix_id = "reopen"
    reason = Text(
        label=_("Why, or what is new"),
        lines=4,
        max_length=4000,
        required=False,
        help_text=_("A reason, new evidence or a new point is needed. Both sides read it."),
    )
    points = Text(
        label=_("New points, one on each line"),
        lines=3,
        max_length=8000,
        required=False,
        help_text=_("Each new point is a new complaint with its own dates; the old points stay in the case."),
    )

    def new_points(self) -> list[str]:
        """The points that were not in the case before."""
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]
