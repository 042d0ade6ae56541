"""The shapes of the evidence room: what is prepared, asked for, covered, and who had an item in hand."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.serializers import StrictSerializer, Text

from ..models import EvidenceDraft, InfoRequest, Redaction
from ..states import DOMAIN, EvidenceKind, Side

REASONS = [row["code"] for row in DOMAIN["redaction_reasons"]]


# --- in -------------------------------------------------------------------------------------------
class NewDrafts(StrictSerializer):
    """Files to lay aside; nobody but the own side sees them."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=10)


class DraftChanged(StrictSerializer):
    """What a prepared file is; only what is sent is changed."""

    title = Text(max_length=200, required=False)
    description = Text(max_length=4000, required=False, allow_blank=True)
    kind = serializers.ChoiceField(EvidenceKind.choices, required=False)
    supports = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=999), required=False, max_length=100
    )
    captured_at = serializers.DateTimeField(required=False, allow_null=True)
    captured_by_clock = serializers.ChoiceField(["", "server", "client"], required=False)
    language = Text(max_length=10, required=False, allow_blank=True)
    supersedes = Text(max_length=8, required=False, allow_blank=True)
    translation_of = Text(max_length=8, required=False, allow_blank=True)
    machine_translated = serializers.BooleanField(required=False)
    held_back = serializers.ChoiceField(["", *REASONS], required=False)
    summary = Text(max_length=4000, required=False, allow_blank=True)


class DraftsPicked(StrictSerializer):
    """What to submit together; `late_reason` is needed once the file is closed."""

    picked = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), min_length=1, max_length=100
    )
    late_reason = Text(max_length=1000, required=False, allow_blank=True, default="")


class WantedIn(StrictSerializer):
    """One thing to ask for; `held` points at a number of the index instead."""

    title = Text(max_length=200)
    kind = serializers.ChoiceField(EvidenceKind.choices, required=False, default=EvidenceKind.OTHER)
    differs = Text(max_length=500, required=False, allow_blank=True, default="")
    held = Text(max_length=8, required=False, allow_blank=True, default="")


class NewRequest(StrictSerializer):
    """A list of things one side is asked for, by the end of a day (seven days unless said); `note` is why."""

    side = serializers.ChoiceField([Side.TRADER.value, Side.PLATFORM.value])
    items = WantedIn(many=True)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    note = Text(max_length=4000)


class NewAnswerToRequest(StrictSerializer):
    """The answer to one thing: files, or a number of the index, or why there is none."""

    files = serializers.ListField(child=serializers.FileField(), required=False, default=list, max_length=10)
    held = Text(max_length=8, required=False, allow_blank=True, default="")
    because = Text(max_length=2000, required=False, allow_blank=True, default="")


class NewRuling(StrictSerializer):
    """Whether a late item counts, and why."""

    admit = serializers.BooleanField()
    reason = Text(max_length=1000)


class NewRedaction(StrictSerializer):
    """Places of an item (by its number) and their reasons in pairs, with the edited file or a summary."""

    evidence = Text(max_length=8)
    place = serializers.ListField(child=Text(max_length=200), min_length=1, max_length=40)
    reason = serializers.ListField(child=serializers.ChoiceField(REASONS), min_length=1, max_length=40)
    summary = Text(max_length=4000, required=False, allow_blank=True, default="")
    file = serializers.FileField(required=False, default=None)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """As many reasons as places."""
        if len(told["place"]) != len(told["reason"]):
            raise serializers.ValidationError({"reason": [_("Each place needs one reason.")]})
        return told


class RedactionDecided(StrictSerializer):
    """A second person's word."""

    approve = serializers.BooleanField()
    refusal = Text(max_length=1000, required=False, allow_blank=True, default="")


# --- out ------------------------------------------------------------------------------------------
class DraftOut(serializers.Serializer):
    """Something prepared by the own side."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.CharField()
    supports = serializers.ListField(child=serializers.IntegerField())
    captured_at = serializers.DateTimeField(allow_null=True)
    captured_by_clock = serializers.CharField()
    language = serializers.CharField()
    supersedes = serializers.SerializerMethodField()
    translation_of = serializers.SerializerMethodField()
    machine_translated = serializers.BooleanField()
    held_back = serializers.CharField()
    summary = serializers.CharField()
    filename = serializers.CharField(source="original_filename")
    mime = serializers.CharField(source="mime_detected")
    size = serializers.IntegerField()
    sha256 = serializers.CharField(source="claimed_sha256")
    changed_at = serializers.DateTimeField()

    def get_supersedes(self, draft: EvidenceDraft) -> str | None:
        """The number of the item it takes the place of."""
        return draft.supersedes.index_no if draft.supersedes else None

    def get_translation_of(self, draft: EvidenceDraft) -> str | None:
        """The number of the item it translates."""
        return draft.translation_of.index_no if draft.translation_of else None


class InfoItemOut(serializers.Serializer):
    """One thing asked for."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.CharField()
    differs = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_with = serializers.ListField(child=serializers.CharField())
    missing_because = serializers.CharField()


class RequestOut(serializers.Serializer):
    """A list of things one side was asked for, and how far it has come."""

    number = serializers.IntegerField()
    side = serializers.ChoiceField([Side.TRADER.value, Side.PLATFORM.value])
    role = serializers.CharField()
    note = serializers.CharField()
    letter = serializers.IntegerField(source="letter.number", default=None, allow_null=True)
    asked_at = serializers.DateTimeField()
    due_at = serializers.SerializerMethodField()
    state = serializers.ChoiceField(["complete", "open", "late", "dropped"])
    complete_at = serializers.DateTimeField(allow_null=True)
    answered = serializers.SerializerMethodField()
    items = InfoItemOut(many=True)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, one: InfoRequest) -> str | None:
        """By when."""
        due = one.deadline.moment if one.deadline and one.deadline.state != "cancelled" else None
        return due.isoformat().replace("+00:00", "Z") if due else None

    def get_answered(self, one: InfoRequest) -> int:
        """How many of the items have an answer."""
        return sum(item.answered_at is not None for item in one.items.all())


class HandOut(serializers.Serializer):
    """One line of the custody list; `hash` is the link of the log that says so."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    role = serializers.CharField()
    what = serializers.CharField()
    hash = serializers.CharField()


class PlaceOut(serializers.Serializer):
    """One covered place."""

    place = serializers.CharField()
    reason = serializers.CharField()


class RedactionOut(serializers.Serializer):
    """A request to cover parts of an item, and what became of it."""

    number = serializers.IntegerField()
    evidence = serializers.CharField(source="item.index_no")
    places = PlaceOut(many=True)
    summary = serializers.CharField()
    sha256 = serializers.CharField()
    requested_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    approved = serializers.BooleanField(allow_null=True)
    refusal = serializers.CharField()
    derivative = serializers.SerializerMethodField()

    def get_derivative(self, one: Redaction) -> str | None:
        """The number of the edited version."""
        return one.derivative.index_no if one.derivative else None
