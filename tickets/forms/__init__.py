"""The shape of what people type. Rules stand in the operations; their refusals come back here by field."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Busy, DomainError, Invalid
from helpdesk.core.text import no_control_characters

from ..models import Category
from ..operations.attaching import Upload
from ..operations.conversation import THEN
from ..operations.intake import LONGEST_BODY, LONGEST_SUBJECT
from ..states import Priority

OWN = "about_"  # before the names of a problem type's own fields, so that they can never meet ours


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what they may be is decided by looking into them, later."""

    widget = ManyFiles

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_empty_file=True, **kwargs)  # an empty one is refused by name, later

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


class Refusable(forms.Form):
    """A form that can show the refusal of an operation beside the field it is about."""

    @contextmanager
    def taking_refusals(self) -> Iterator[None]:
        """Invalid or Busy raised inside become errors of this form; everything typed stays."""
        try:
            yield
        except (Invalid, Busy) as refusal:
            self.take(refusal)

    def take(self, refusal: DomainError) -> None:
        """Put each sentence where its field is, and those about no field of ours above the form."""
        if not refusal.fields:
            self.add_error(None, str(refusal.message))
        for name, sentences in refusal.fields.items():
            known = next((one for one in (name, OWN + name) if one in self.fields), None)
            for sentence in sentences:
                self.add_error(known, str(sentence))

    def uploads(self) -> list[Upload]:
        """The files, as the operations want them."""
        return [Upload(file.file, file.name or "") for file in self.cleaned_data.get("files", [])]

    @property
    def lost_files(self) -> bool:
        """Files were sent with a form that is shown again: a browser cannot keep them, we must say so."""
        return bool(self.is_bound and self.errors and self.files)


class TicketForm(Refusable):
    """A new ticket; below subject and text the fields of its problem type."""

    subject = forms.CharField(
        label=_("What is it about?"),
        help_text=_("A few words, for example “Withdrawal W-88120 not arrived after 6 hours”."),
        max_length=LONGEST_SUBJECT,
        validators=[no_control_characters],
        error_messages={"required": _("Please write in a few words what it is about.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("What happened?"),
        help_text=_("What you did, what you expected, what you saw instead. Exact times help."),
        max_length=LONGEST_BODY,
        validators=[no_control_characters],
        error_messages={"required": _("Please describe what happened.")},
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    files = FilesField(label=_("Screenshots and files"), required=False)  # type: ignore[assignment]

    def __init__(self, category: Category, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        own = {OWN + row["name"]: _field(row) for row in category.fields}
        self.fields = {"subject": self.fields["subject"], **own, "body": self.fields["body"]} | self.fields

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of the problem type."""
        return [self[name] for name in self.fields if name.startswith(OWN)]

    def about(self) -> dict[str, str]:
        """What was typed into them, under the names the domain uses."""
        return {row["name"]: self.cleaned_data.get(OWN + row["name"], "") for row in self.category.fields}


def _field(row: dict[str, Any]) -> forms.Field:
    """A problem type's field from its description."""
    tongue = "zh" if (get_language() or "").startswith("zh") else "en"
    common = {
        "label": row[f"label_{tongue}"],
        "help_text": row.get(f"hint_{tongue}", ""),
        "required": bool(row.get("required")),
        "error_messages": {"required": _("This is needed to look into your problem.")},
    }
    if row["type"] == "select":
        chosen = [("", _("Please choose")), *((one["value"], one[tongue]) for one in row["options"])]
        wrong = {"invalid_choice": _("Please choose one of the answers.")}
        common["error_messages"] |= wrong
        return forms.ChoiceField(choices=chosen, **common)
    widget = (
        forms.DateTimeInput(attrs={"type": "datetime-local"}) if row["type"] == "datetime-local" else None
    )
    return forms.CharField(max_length=200, validators=[no_control_characters], widget=widget, **common)


class MessageForm(Refusable):
    """Something said on a ticket. `seen` is the newest message that was on screen when it was written."""

    body = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_BODY,
        validators=[no_control_characters],
        error_messages={"required": _("Please write something before sending.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)
    again = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def newest(self) -> int | None:
        """What the writer had seen; None when they want to send whatever came since."""
        return None if self.cleaned_data["anyway"] else self.cleaned_data["seen"]

    def kept_files(self) -> list[str]:
        """Keys of files of a message that was taken back, to be sent with this one."""
        return self.cleaned_data["again"].split()[:10]


class ReplyForm(MessageForm):
    """An agent's public answer, and what it does to the ticket next."""

    body = forms.CharField(
        label=_("Public reply"),
        max_length=LONGEST_BODY,
        validators=[no_control_characters],
        error_messages={"required": _("Please write something before sending.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    then = forms.ChoiceField(choices=[(code, code) for code in THEN], required=False)


class NoteForm(MessageForm):
    """A note for the team; the requester never sees it."""

    body = forms.CharField(
        label=_("Internal note"),
        max_length=LONGEST_BODY,
        validators=[no_control_characters],
        error_messages={"required": _("Please write something before saving.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class EscalateForm(Refusable):
    """Why the ticket is not solved for its requester."""

    reason = forms.CharField(
        label=_("What is still not solved?"),
        help_text=_("In your own words. Whoever looks at it next reads this first."),
        max_length=500,
        validators=[no_control_characters],
        error_messages={"required": _("Please write in a few words what is not solved.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ComplaintForm(Refusable):
    """Whether something that was said is a complaint; no needs a reason."""

    message = forms.IntegerField(
        min_value=1, max_value=2**62, error_messages={"required": _("Please choose what was said.")}
    )
    complaint = forms.ChoiceField(
        choices=[("yes", _("It is a complaint")), ("no", _("It is no complaint"))],
        error_messages={"required": _("Please choose whether it is a complaint.")},
    )
    reason = forms.CharField(max_length=500, required=False, validators=[no_control_characters])


class PriorityForm(Refusable):
    priority = forms.ChoiceField(label=_("Priority"), choices=[(p.value, p.value) for p in Priority])


class TagsForm(Refusable):
    tags = forms.CharField(label=_("Tags"), required=False, max_length=500)

    def words(self) -> list[str]:
        """The tags as typed, between commas."""
        return self.cleaned_data["tags"].replace("，", ",").split(",")


class AssignForm(Refusable):
    """Who gets the ticket; empty puts it back into the queue."""

    assignee = forms.IntegerField(label=_("Assignee"), required=False, min_value=1)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class MoveForm(Refusable):
    move = forms.CharField(max_length=40)
