"""The shapes of tickets for programs. What goes in is closed; what comes out depends on who reads."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Person
from helpdesk.api.serializers import StrictSerializer, Text
from helpdesk.core.errors import NotFound

from .. import access
from ..models import Attachment, Category, Message, Ticket
from ..operations.intake import LONGEST_BODY, LONGEST_SUBJECT
from ..states import Channel, Kind, Metric, Priority, Status

# What of an act's data its requester may read; whatever is added later stays inside until it is named here.
TOLD = {"message", "channel", "before", "after", "cause", "dispute", "metric", "due_at"}


# --- in -------------------------------------------------------------------------------------------
class NewTicket(StrictSerializer):
    """A ticket to file. `fields` answers the questions of the category, if it has any."""

    category = Text(max_length=20)
    subject = Text(max_length=LONGEST_SUBJECT)
    body = Text(max_length=LONGEST_BODY)
    channel = serializers.ChoiceField([Channel.API], default=Channel.API)
    language = serializers.ChoiceField(["zh-hans", "en"], required=False)
    fields = serializers.DictField(child=Text(max_length=200, allow_blank=True), required=False)  # type: ignore[assignment]

    def validate_category(self, code: str) -> Category:
        """A problem type that can be chosen."""
        try:
            return access.category(code)
        except NotFound:
            raise serializers.ValidationError(_("There is no such category.")) from None


class NewMessage(StrictSerializer):
    """Something to say: to the other side, or as a note among staff."""

    body = Text(max_length=LONGEST_BODY)
    kind = serializers.ChoiceField([Kind.PUBLIC, Kind.NOTE], default=Kind.PUBLIC)


class NewReply(StrictSerializer):
    """An answer, and what it does next: nothing, wait for the trader, or propose the ticket as solved."""

    body = Text(max_length=LONGEST_BODY)
    then = serializers.ChoiceField(["", "wait", "resolve"], default="")


class NewNote(StrictSerializer):
    """A note among staff."""

    body = Text(max_length=LONGEST_BODY)


class NewFiles(StrictSerializer):
    """Files with the words that go with them."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=10)
    body = Text(max_length=LONGEST_BODY, required=False)
    kind = serializers.ChoiceField([Kind.PUBLIC, Kind.NOTE], default=Kind.PUBLIC)


class Assignment(StrictSerializer):
    """Who works on it from now on: an agent's address, `me`, or null for nobody."""

    assignee = Text(max_length=254, allow_null=True)
    reason = Text(max_length=200, required=False, allow_blank=True, default="")


class Reason(StrictSerializer):
    """Why."""

    reason = Text(max_length=500)


class ComplaintMark(StrictSerializer):
    """Whether what was said is a complaint; `reason` is needed when it is none."""

    message = serializers.IntegerField(min_value=1, max_value=2**62)
    complaint = serializers.BooleanField()
    reason = Text(max_length=500, required=False, allow_blank=True, default="")


class Nothing(StrictSerializer):
    """An empty object."""


class Filters(StrictSerializer):
    """What a list of tickets may be narrowed by."""

    status = serializers.ChoiceField(Status.choices, required=False)
    category = Text(max_length=20, required=False)
    priority = serializers.ChoiceField(Priority.choices, required=False)
    assignee = Text(max_length=254, required=False)
    q = Text(max_length=200, required=False, allow_blank=True)
    updated_since = serializers.CharField(max_length=40, required=False)
    cursor = serializers.CharField(required=False, allow_blank=True)
    limit = serializers.CharField(required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Unknown filters are refused by name, those about staff to everyone who is not."""
        plain = {name: data[name] for name in data} if isinstance(data, Mapping) else data
        if "assignee" in plain and not self.context["request"].user.reads_tickets:
            raise serializers.ValidationError({"assignee": [_("There is no such field here.")]})
        return super().to_internal_value(plain)

    def validate_updated_since(self, value: str) -> Any:
        """A moment with its zone; `+` arrives as a space in an address."""
        try:
            moment = parse_datetime(value.replace(" ", "+") if "T" in value else value)
            # PostgreSQL knows zones up to 16 hours from UTC, Python up to 24.
            moment = moment.astimezone(UTC) if moment is not None and timezone.is_aware(moment) else None
        except (ValueError, OverflowError):
            moment = None
        if moment is None or moment.year < 1970:
            raise serializers.ValidationError(_("Give a moment with its zone, such as 2026-11-22T09:00:00Z."))
        return moment


# --- out ------------------------------------------------------------------------------------------
class PersonOut(serializers.Serializer):
    """Somebody. Addresses of staff are for staff."""

    name = serializers.CharField()
    email = serializers.EmailField(required=False)


def person_shown(person: Person | None, reader: Person) -> dict[str, str] | None:
    """A person as this reader may know them."""
    if person is None:
        return None
    shown = {"name": str(person)}
    return shown | {"email": person.email} if reader.reads_tickets or reader.pk == person.pk else shown


class TimerOut(serializers.Serializer):
    """One promise about a ticket. Moments are UTC."""

    metric = serializers.ChoiceField(Metric.choices)
    cycle = serializers.IntegerField()
    state = serializers.ChoiceField(["running", "paused", "fulfilled", "breached", "cancelled"])
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    target_seconds = serializers.IntegerField()
    mode = serializers.CharField()
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(allow_null=True)
    detected_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.SerializerMethodField()

    def get_pause_reason(self, timer: Any) -> str | None:
        """Why it stands still."""
        return timer.pause_reason or None


class _ForReader(serializers.Serializer):
    """Knows who reads."""

    @property
    def reader(self) -> Person:
        return self.context["request"].user


class TicketOut(_ForReader):
    """A ticket with its promises."""

    reference = serializers.CharField()
    subject = serializers.CharField()
    category = serializers.CharField(source="category.code")
    priority = serializers.ChoiceField(Priority.choices)
    status = serializers.ChoiceField(Status.choices)
    requester = serializers.SerializerMethodField()
    assignee = serializers.SerializerMethodField()
    team = serializers.CharField(source="team.code", allow_null=True, default=None)
    channel = serializers.ChoiceField(Channel.choices)
    language = serializers.CharField()
    fields = serializers.SerializerMethodField("get_answers")  # type: ignore[assignment]
    tags = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    timers = serializers.SerializerMethodField()
    dispute = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(PersonOut)
    def get_requester(self, ticket: Ticket) -> Any:
        """Who asked."""
        return person_shown(ticket.requester, self.reader)

    @extend_schema_field(PersonOut(allow_null=True))
    def get_assignee(self, ticket: Ticket) -> Any:
        """Who works on it."""
        return person_shown(ticket.assignee, self.reader)

    def get_answers(self, ticket: Ticket) -> dict[str, str]:
        """What was answered to the category's own questions."""
        return ticket.fields

    def get_tags(self, ticket: Ticket) -> list[str]:
        """The house's own marks; for staff."""
        return ticket.tags if self.reader.reads_tickets else []

    @extend_schema_field(TimerOut(many=True))
    def get_timers(self, ticket: Ticket) -> Any:
        """In the order in which they were started."""
        timers = sorted(ticket.timers.all(), key=lambda timer: timer.pk)
        return TimerOut(timers, many=True).data

    def get_dispute(self, ticket: Ticket) -> str | None:
        """The reference of the dispute that came out of it."""
        return ticket.dispute_reference or None

    def get_url(self, ticket: Ticket) -> str:
        """The page for people."""
        return settings.BASE_URL + ticket.address_for(self.reader)


class AttachmentOut(serializers.Serializer):
    """A file as it was received; `sha256` is of those very bytes."""

    key = serializers.CharField()
    name = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    message = serializers.IntegerField(source="message_id", allow_null=True)
    created_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    def get_url(self, file: Attachment) -> str:
        """Where its bytes are, for the same key."""
        return settings.BASE_URL + reverse("api_ticket_file", args=[self.context["reference"], file.key])


class MessageOut(_ForReader):
    """Something that was said."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(Kind.choices)
    author = serializers.SerializerMethodField()
    from_staff = serializers.BooleanField()
    body = serializers.CharField()
    language = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    created_at = serializers.DateTimeField()
    attachments = serializers.SerializerMethodField()

    @extend_schema_field(PersonOut(allow_null=True))
    def get_author(self, message: Message) -> Any:
        """Who said it; null for automatic messages."""
        return person_shown(message.author, self.reader)

    @extend_schema_field(AttachmentOut(many=True))
    def get_attachments(self, message: Message) -> Any:
        """The files that came with it."""
        return AttachmentOut(message.attachments.all(), many=True, context=self.context).data


class EventOut(_ForReader):
    """One act of the record."""

    id = serializers.IntegerField(source="pk")
    at = serializers.DateTimeField()
    action = serializers.CharField()
    actor = serializers.SerializerMethodField()
    data = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_actor(self, entry: Any) -> str | None:
        """The name of who did it; null for the system."""
        return entry.actor_name or None

    def get_data(self, entry: Any) -> dict[str, Any]:
        """What it was about."""
        if self.context["whole"]:
            return entry.data
        # A reason is for whoever gave it: what a supervisor writes about a ticket stays among staff.
        told = TOLD | ({"reason"} if entry.actor_id == self.reader.pk else set())
        return {key: value for key, value in entry.data.items() if key in told}


class CategoryOut(serializers.Serializer):
    """A problem type, its subject, and the questions it asks."""

    code = serializers.CharField()
    name = serializers.CharField(source="__str__")
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    subject = serializers.CharField(source="parent.code")
    priority = serializers.ChoiceField(Priority.choices)
    fields = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
