"""The shape of what people send in the evidence room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import DomainError
from tickets.forms import FilesField
from tickets.operations.attaching import Upload

from ..models import EvidenceDraft, InfoItem, Point
from ..operations.asking import Wanted
from ..states import EvidenceKind, Side, choices
from .dates import Offered
from .steps import Refusable, Text

HINT = _("Pictures, PDF, text, CSV, ZIP, sound and video, up to 25 MB each.")
ROWS = range(1, 6)
PLACES = range(1, 6)
SIDES = {Side.TRADER: _("the trader"), Side.PLATFORM: _("the platform")}


def _uploads(form: forms.Form, name: str = "files") -> list[Upload]:
    return [Upload(one.file, one.name or "file") for one in form.cleaned_data[name]]


def _optional(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", "–"), *rows]


class PrepareForm(Refusable):
    """Files to lay aside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(label=_("Files"), help_text=HINT)
        self.auto_id = "prepare-%s"

    def uploads(self) -> list[Upload]:
        """The files sent."""
        return _uploads(self)


class DraftForm(Refusable):
    """What a prepared file is."""

    use_required_attribute = False
    title = Text(label=_("What is it"), max_length=200)
    description = Text(label=_("What does it show"), lines=3, max_length=4000, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=EvidenceKind.choices)
    supports = forms.MultipleChoiceField(
        label=_("Which points does it support"), required=False, widget=forms.CheckboxSelectMultiple
    )
    captured_at = forms.DateTimeField(
        label=_("When was it made, as far as you know"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    captured_by_clock = forms.ChoiceField(
        label=_("By which clock"),
        required=False,
        choices=[("", "–"), ("client", _("that of the device")), ("server", _("that of a server"))],
    )
    language = forms.ChoiceField(
        label=_("Its language"), required=False, choices=_optional(settings.LANGUAGES)
    )
    supersedes = forms.ChoiceField(label=_("Takes the place of"), required=False)
    translation_of = forms.ChoiceField(label=_("Is a translation of"), required=False)
    machine_translated = forms.BooleanField(label=_("Translated by a machine"), required=False)
    held_back = forms.ChoiceField(
        label=_("May not be shown whole because of"),
        required=False,
        help_text=_("A second person has to agree; until then nobody but the platform opens it."),
    )
    summary = Text(label=_("What the other side reads instead"), lines=3, max_length=4000, required=False)

    def __init__(
        self, draft: EvidenceDraft, points: list[Point], index: list[str], own: list[str], *args: Any
    ) -> None:
        super().__init__(*args)
        self.initial = _told(draft)
        self.draft, self.auto_id = draft, f"draft-{draft.pk}-%s"
        fields: Any = self.fields
        fields["supports"].choices = [(str(point.number), str(point)) for point in points]
        fields["supersedes"].choices = _optional((number, number) for number in own)
        fields["translation_of"].choices = _optional((number, number) for number in index)
        if draft.side == Side.PLATFORM:
            fields["held_back"].choices = _optional(choices("redaction_reasons"))
        else:
            del fields["held_back"], fields["summary"]

    def written(self) -> dict[str, Any]:
        """What the operation takes."""
        return self.cleaned_data | {"supports": [int(n) for n in self.cleaned_data["supports"]]}


def _told(draft: EvidenceDraft) -> dict[str, Any]:
    names = (
        "title", "description", "kind", "captured_at", "captured_by_clock", "language", "machine_translated",
        "held_back", "summary",
    )  # fmt: skip
    return {name: getattr(draft, name) for name in names} | {
        "supports": [str(number) for number in draft.supports],
        "supersedes": draft.supersedes.index_no if draft.supersedes else "",
        "translation_of": draft.translation_of.index_no if draft.translation_of else "",
    }


class SubmitForm(Refusable):
    """Which of the prepared files are submitted now, and why only now where the file is closed."""

    use_required_attribute = False
    late_reason = Text(
        label=_("Why does it come only now"),
        lines=2,
        max_length=1000,
        required=False,
        help_text=_("The file is closed. Both sides read this; whoever decides admits it or leaves it out."),
    )

    def __init__(self, drafts: Iterable[EvidenceDraft], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picked"] = forms.MultipleChoiceField(
            label=_("Submit"),
            choices=[(str(one.pk), one.title) for one in drafts],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Please choose what to submit.")},
        )

    def numbers(self) -> list[int]:
        """The drafts chosen."""
        return [int(pk) for pk in self.cleaned_data["picked"]]


class AskForm(Refusable):
    """A list of things one side is asked for."""

    use_required_attribute = False
    side = Offered(label=_("Who is asked"))
    until = forms.DateField(
        label=_("By the end of"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: the time the procedure gives, seven days."),
    )
    note = Text(
        label=_("Why it is needed"),
        lines=2,
        max_length=4000,
        help_text=_("It stands in the letter that goes out with this. Both sides read it."),
        error_messages={"required": _("Please say why it is needed. Both sides read it.")},
    )

    def __init__(self, sides: Iterable[Side], index: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["side"].choices = [(str(side), SIDES[side]) for side in sides]
        for n in ROWS:
            fields[f"item_{n}"] = Text(label=_("What is needed"), max_length=200, required=False)
            fields[f"kind_{n}"] = forms.ChoiceField(
                label=_("Kind"), choices=EvidenceKind.choices, initial=EvidenceKind.OTHER, required=False
            )
            fields[f"differs_{n}"] = Text(
                label=_("How it differs from what the file holds"), max_length=500, required=False
            )
            fields[f"held_{n}"] = forms.ChoiceField(
                label=_("Or point at what is there"),
                choices=_optional((number, number) for number in index),
                required=False,
            )

    def rows(self) -> list[dict[str, Any]]:
        """The fields of the list, line by line."""
        return [
            {"n": n, "title": self[f"item_{n}"], "kind": self[f"kind_{n}"], "differs": self[f"differs_{n}"],
             "held": self[f"held_{n}"]}
            for n in ROWS
        ]  # fmt: skip

    def wanted(self) -> list[Wanted]:
        """What is asked for; empty lines are none."""
        told, other = self.cleaned_data, EvidenceKind.OTHER
        return [
            Wanted(told[f"item_{n}"], told[f"kind_{n}"] or other, told[f"differs_{n}"], told[f"held_{n}"])
            for n in self._filled()
        ]

    def _filled(self) -> list[int]:
        return [n for n in ROWS if self.cleaned_data[f"item_{n}"] or self.cleaned_data[f"held_{n}"]]

    def take(self, refusal: DomainError) -> None:
        """Refusals count the lines that were filled in; here each finds its own line."""
        filled = self._filled()
        for number, n in reversed(list(enumerate(filled, 1))):
            if (name := f"item_{number}") in refusal.fields and number != n:
                refusal.fields[f"item_{n}"] = refusal.fields.pop(name)
        super().take(refusal)


class AnswerAskedForm(Refusable):
    """The answer to one thing asked for."""

    use_required_attribute = False
    held = forms.ChoiceField(label=_("It is in the file already"), required=False)
    because = Text(label=_("I do not have this because"), lines=2, max_length=2000, required=False)

    def __init__(self, item: InfoItem, index: list[str], *args: Any) -> None:
        super().__init__(*args)
        self.item, self.auto_id = item, f"asked-{item.number}-%s"
        self.fields["files"] = FilesField(label=_("Files"), help_text=HINT, required=False)
        held: Any = self.fields["held"]
        held.choices = _optional((number, number) for number in index)

    def uploads(self) -> list[Upload]:
        """The files sent."""
        return _uploads(self)


class RuleForm(Refusable):
    """What whoever decides says of a late item."""

    use_required_attribute = False
    admit = forms.ChoiceField(
        label=_("Your ruling"), choices=[("yes", _("It counts")), ("no", _("It is left out"))]
    )
    reason = Text(label=_("Reason"), lines=2, max_length=1000, help_text=_("Both sides can read this."))


class RedactForm(Refusable):
    """Places of an item that may not be shown, each with a reason out of the list."""

    use_required_attribute = False
    summary = Text(
        label=_("Summary for the other side"),
        lines=4,
        max_length=4000,
        required=False,
        help_text=_("Needed where no edited version can be made; it has to be fair."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in PLACES:
            self.fields[f"place_{n}"] = Text(label=_("Place"), max_length=200, required=False)
            self.fields[f"reason_{n}"] = forms.ChoiceField(
                label=_("Reason"), choices=_optional(choices("redaction_reasons")), required=False
            )
        self.fields["file"] = FilesField(label=_("The edited file"), help_text=HINT, required=False)

    def rows(self) -> list[dict[str, Any]]:
        """The fields, line by line."""
        return [{"n": n, "place": self[f"place_{n}"], "reason": self[f"reason_{n}"]} for n in PLACES]

    def places(self) -> list[dict[str, str]]:
        """The lines that were filled in."""
        told = self.cleaned_data
        rows = [{"place": told[f"place_{n}"], "reason": told[f"reason_{n}"]} for n in PLACES]
        return [row for row in rows if row["place"] or row["reason"]]

    def uploads(self) -> list[Upload]:
        """The edited file."""
        return _uploads(self, "file")

    def take(self, refusal: DomainError) -> None:
        """What is wrong with the places stands at the first of them."""
        if "places" in refusal.fields:
            refusal.fields["place_1"] = refusal.fields.pop("places")
        super().take(refusal)


class CoverForm(Refusable):
    """The second person's word on a redaction."""

    use_required_attribute = False
    approve = forms.ChoiceField(
        label=_("Your answer"), choices=[("yes", _("I agree")), ("no", _("I do not agree"))]
    )
    refusal = Text(label=_("Why not"), lines=2, max_length=1000, required=False)
