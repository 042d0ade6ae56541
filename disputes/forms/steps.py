"""The shape of the steps people take on the pages of a case, besides the decision."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, DomainError
from helpdesk.core.text import no_control_characters
from tickets.forms import FilesField
from tickets.operations.attaching import Upload

from ..models import Point
from ..operations.appointing import STATEMENTS
from ..states import Channel, choices

LONG = {"rows": 5}


class Text(forms.CharField):
    """Typed text: no control characters, a large field when it has lines."""

    def __init__(self, *, lines: int = 0, **kwargs: Any) -> None:
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": lines}))
        super().__init__(**kwargs)
        self.validators.append(no_control_characters)


def sum_field() -> forms.TextInput:
    """A field for money: browsers turn the smallest part of a coin into the hint "1e-8"."""
    return forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})


class Refusable(forms.Form):
    """A form that can show what the rules said no to."""

    answered = 422

    def take(self, refusal: DomainError) -> None:
        """Each refusal beside its field, what has no field above the form; "not now" has its own status."""
        if isinstance(refusal, Conflict):
            self.answered = refusal.status
        for name, sentences in (refusal.fields or {"": [refusal.message]}).items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, str(sentence))


class StepForm(Refusable):
    """A step that needs no words: a refusal is shown on the page it was asked from."""


class MessageForm(Refusable):
    """What somebody says in a case."""

    channel = forms.ChoiceField(label=_("Who reads it"))
    body = Text(label=_("Message"), lines=4, max_length=20_000)

    def __init__(self, channels: list[Channel], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(channel.value, channel.label) for channel in channels]  # type: ignore[attr-defined]
        if len(channels) == 1:
            self.fields["channel"].widget = forms.HiddenInput()
            self.fields["channel"].initial = channels[0].value


class EvidenceForm(Refusable):
    """New evidence: files, what they show, which points they support."""

    title = Text(label=_("What is it"), max_length=200, required=False)
    description = Text(label=_("What does it show"), lines=3, max_length=4000, required=False)
    late_reason = Text(
        label=_("Why does it come only now"),
        lines=2,
        max_length=1000,
        required=False,
        help_text=_("The file is closed. Both sides read this; whoever decides admits it or leaves it out."),
    )
    supports = forms.MultipleChoiceField(
        label=_("Which points does it support"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, points: list[Point], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbered = [(str(point.number), str(point)) for point in points]
        self.fields["supports"].choices = numbered  # type: ignore[attr-defined]
        self.fields["files"] = FilesField(
            label=_("Files"),
            help_text=_("Pictures, PDF, text, CSV, ZIP, sound and video, up to 25 MB each."),
        )

    def uploads(self) -> list[Upload]:
        """The files sent."""
        return [Upload(one.file, one.name or "file") for one in self.cleaned_data["files"]]

    def points(self) -> list[int]:
        """The numbers of the points chosen."""
        return [int(number) for number in self.cleaned_data["supports"]]


class DeclarationForm(Refusable):
    """What a neutral signs before the file opens."""

    statements = forms.MultipleChoiceField(
        label=_("I declare"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (STATEMENTS[0], _("I am impartial: I have not worked on this case and hold no view on it.")),
            (STATEMENTS[1], _("I have no interest in how it ends, and no relationship with either side.")),
            (STATEMENTS[2], _("I have the time to do this within the dates of the procedure.")),
        ],
    )
    interests = Text(
        label=_("Anything the parties should know"),
        lines=3,
        max_length=2000,
        required=False,
        help_text=_("Both sides can read this."),
    )


class ReasonForm(Refusable):
    """Why a neutral steps back."""

    reason = Text(
        label=_("Reason"),
        lines=2,
        max_length=1000,
        error_messages={"required": _("Please say in a few words why. Both sides will read it.")},
    )


class ObjectionForm(Refusable):
    """An objection; the first of each side needs no reason, every further one does."""

    use_required_attribute = False

    reason = Text(label=_("Reason"), lines=2, max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "object-%s"


class DeclineForm(Refusable):
    """Why the platform declines an offer; whoever accepts it need not say why."""

    use_required_attribute = False
    reason = Text(
        label=_("Reason, if you decline"),
        max_length=1000,
        error_messages={"required": _("The platform has to say why it declines.")},
    )

    def __init__(self, number: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number, self.auto_id = number, f"decline-{number}-%s"


class NoteForm(Refusable):
    """Why a mediation ended without an agreement."""

    note = Text(
        label=_("Why was no agreement reached"),
        lines=3,
        max_length=2000,
        error_messages={"required": _("Please say in a sentence why no agreement was reached.")},
    )


class ProofForm(Refusable):
    """What shows that it was carried out."""

    proof = Text(
        label=_("Ledger entry or transaction id"),
        max_length=200,
        error_messages={"required": _("Please give the ledger entry or transaction id.")},
    )


class AnswerForm(Refusable):
    """The decider's answer to the comments."""

    comments_answered = Text(
        label=_("Answer to the comments"),
        lines=5,
        max_length=20_000,
        required=False,
        help_text=_("Needed when a side has commented; it becomes part of the decision."),
    )


class OfferForm(Refusable):
    """A settlement offer."""

    text = Text(label=_("What do you offer or ask for"), lines=3, max_length=4000)
    remedy = forms.ChoiceField(label=_("Kind"))
    amount = forms.DecimalField(
        label=_("Sum"),
        max_digits=20,
        decimal_places=8,
        min_value=Decimal("0.00000001"),
        required=False,
        widget=sum_field(),
    )
    currency = Text(label=_("Currency"), max_length=12, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].choices = choices("remedies")  # type: ignore[attr-defined]
