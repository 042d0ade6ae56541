"""The on-duty roster and the teams, as their pages send them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import no_control_characters

from .. import access
from ..models import Category, Team
from . import Refusable

_MOMENT = {"type": "datetime-local", "step": "60"}


class DutyForm(Refusable):
    """Who, from when to when, in the zone of whoever plans."""

    person = forms.TypedChoiceField(
        label=_("On-duty lead"),
        coerce=int,
        error_messages={
            "required": _("Please choose who is on duty."),
            "invalid_choice": _("Please choose one of the people offered."),
        },
    )
    starts_at = forms.DateTimeField(
        label=_("From"),
        widget=forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Please say when it starts."),
            "invalid": _("Please give a day and a time, such as 2026-11-22 09:00."),
        },
    )
    ends_at = forms.DateTimeField(
        label=_("To"),
        widget=forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Please say when it ends."),
            "invalid": _("Please give a day and a time, such as 2026-11-22 09:00."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(one.pk, str(one)) for one in access.assignees()]
        self.fields["person"].choices = [("", _("Please choose")), *people]  # type: ignore[attr-defined]


class TeamForm(Refusable):
    """A team's names, its people, and what it looks after."""

    name_zh = forms.CharField(
        label=_("Chinese name"),
        max_length=120,
        validators=[no_control_characters],
        error_messages={"required": _("Please give a name; agents of either language must know the team.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "lang": "zh-Hans"}),
    )
    name_en = forms.CharField(
        label=_("English name"),
        max_length=120,
        validators=[no_control_characters],
        error_messages={"required": _("Please give a name; agents of either language must know the team.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "lang": "en"}),
    )
    members = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        error_messages={"invalid_choice": _("Please choose among the people offered.")},
    )
    categories = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": _("Please choose among the problem types offered.")},
    )

    def __init__(self, team: Team | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self.people = access.assignees()
        self.types = list(access.categories().select_related("team"))
        self.fields["members"].choices = [(one.pk, str(one)) for one in self.people]  # type: ignore[attr-defined]
        self.fields["categories"].choices = [(one.code, str(one)) for one in self.types]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, team: Team | None) -> "TeamForm":
        """As the team stands now."""
        if team is None:
            return cls(None)
        form = cls(team)
        form.initial = {
            "name_en": team.name_en,
            "name_zh": team.name_zh,
            "members": [person.pk for person in team.members.all()],
            "categories": [one.code for one in form.types if one.team_id == team.pk],
        }
        return form

    def chosen(self) -> dict[str, Any]:
        """What was ticked, as the operation wants it."""
        members, categories = set(self.cleaned_data["members"]), set(self.cleaned_data["categories"])
        return {
            "name_en": self.cleaned_data["name_en"],
            "name_zh": self.cleaned_data["name_zh"],
            "members": [one for one in self.people if one.pk in members],
            "categories": [one for one in self.types if one.code in categories],
        }

    def member_boxes(self) -> list[tuple[int, str, bool]]:
        """Everyone who can be in it: (value, name, ticked)."""
        ticked = {str(value) for value in self["members"].value() or []}
        return [(one.pk, str(one), str(one.pk) in ticked) for one in self.people]

    def category_boxes(self) -> list[tuple[str, list[tuple[str, str, bool, str]]]]:
        """Problem types under their subjects: (value, name, ticked, the other team that has it now)."""
        ticked = {str(value) for value in self["categories"].value() or []}
        shelves: dict[str, list[tuple[str, str, bool, str]]] = {}
        for one in self.types:
            shelves.setdefault(str(one.parent), []).append(
                (one.code, str(one), one.code in ticked, self._other(one))
            )
        return list(shelves.items())

    def _other(self, category: Category) -> str:
        other = category.team
        return str(other) if other and (self.team is None or other.pk != self.team.pk) else ""
