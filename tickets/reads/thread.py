"""The conversation of a ticket: what was said and what happened, in the order of time."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit import words as said
from helpdesk.audit.models import Entry

from ..models import Attachment, Message, Ticket
from ..states import Channel, Delivery, Kind
from . import words

# What these acts did stands in the thread itself.
_SHOWN_AS_MESSAGES = {
    "ticket.public.posted", "ticket.note.posted", "ticket.message.held", "ticket.message.recalled",
    "ticket.system.posted",
}  # fmt: skip
_NEWEST = 400  # messages and events a page shows; what is older stands in the transcript


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message, behind the permission door."""

    key: str
    name: str
    size: str
    icon: str
    url: str
    preview_url: str
    sha256: str
    mime: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something said. `tone` is us, theirs, note or system; `held` can still be undone."""

    id: int
    tone: str
    author: str
    initials: str
    role: str
    at: datetime
    html: SafeString
    lang: str
    channel: str
    held: bool = False
    mine: bool = False
    fresh: bool = False
    release_at: datetime | None = None
    files: list[File] = field(default_factory=list)
    is_event = False


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened, as one grey line."""

    at: datetime
    text: str
    icon: str
    is_event = True


Line = Said | Happened


@dataclass(frozen=True, slots=True)
class Thread:
    """Everything in order; `seen` is the newest message, for forms that must not be sent past it.

    `unanswered` is what the requester has said since our last answer; one that came with files is "".
    """

    lines: list[Line]
    seen: int
    files: list[File]
    unanswered: tuple[str, ...] = ()


def of(ticket: Ticket, person: Person, *, desk: bool, seen: int | None = None, whole: bool = False) -> Thread:
    """The thread as this person may read it; `seen` marks what is newer than they have read."""
    desk = desk and ticket.requester_id != person.pk
    messages = Message.objects.on(ticket, person).order_by("-id")
    if not desk:
        messages = messages.exclude(kind=Kind.NOTE)
    found = list(messages if whole else messages[:_NEWEST])[::-1]
    files, authors = _files(ticket), _authors(found, ticket, person)
    lines: list[Line] = [_said(m, authors, person, files.get(m.pk, []), seen) for m in found]
    lines += _happened(ticket, desk=desk, whole=whole)
    # At the same moment the act that was recorded first stands first; a message before its consequences.
    lines.sort(key=lambda line: line.at)
    every = [file for message in found for file in files.get(message.pk, [])]
    return Thread(lines, found[-1].pk if found else 0, every, tuple(_unanswered(found, files)))


def _unanswered(messages: list[Message], files: dict[int, list[File]]) -> list[str]:
    """A file says more than its words do: what came with one can never pass for mere thanks."""
    said: list[str] = []
    for message in messages:
        if message.kind == Kind.PUBLIC and message.delivery != Delivery.RECALLED:
            said = [] if message.from_staff else [*said, "" if files.get(message.pk) else message.body]
    return said


def _authors(messages: list[Message], ticket: Ticket, person: Person) -> dict[int | None, Person]:
    """Who wrote them; those the page has loaded already are not asked for again."""
    known: dict[int | None, Person] = {
        one.pk: one for one in (ticket.requester, ticket.assignee, person) if one is not None
    }
    missing = {message.author_id for message in messages} - known.keys() - {None}
    return {**known, **Person.objects.only("name", "email").in_bulk(missing)} if missing else known


def _files(ticket: Ticket) -> dict[int, list[File]]:
    """The files of each message; a page shows those of the messages it shows."""
    by_message: dict[int, list[File]] = {}
    for row in Attachment.objects.filter(ticket=ticket).order_by("id"):
        by_message.setdefault(row.message_id or 0, []).append(file(row, ticket.reference))
    return by_message


def file(row: Attachment, reference: str) -> File:
    """One file as pages show it."""
    args = [reference, row.key]
    looking = reverse("tickets:preview", args=args) if row.preview_name else ""
    url = reverse("tickets:attachment", args=args)
    return File(
        row.key,
        row.name,
        words.size(row.size),
        words.file_kind(row.mime),
        url,
        looking,
        row.sha256,
        row.mime,
    )


def _said(
    message: Message,
    authors: dict[int | None, Person],
    person: Person,
    files: list[File],
    seen: int | None,
) -> Said:
    author = authors.get(message.author_id)
    tone = "note" if message.kind == Kind.NOTE else "us" if message.from_staff else "theirs"
    if author is None or message.kind == Kind.SYSTEM:
        tone = "system"
    mine = message.author_id == person.pk
    return Said(
        message.pk,
        tone,
        str(author) if author else _("Customer service"),
        author.initials if author else "·",
        _("customer service") if message.from_staff else "",
        message.sent_at or message.created_at,
        message.html,
        message.language,
        str(Channel(message.channel).label) if message.channel != Channel.WEB else "",
        message.delivery == Delivery.HELD,
        mine,
        seen is not None and message.pk > seen and not mine,
        message.release_at,
        files,
    )


def _happened(ticket: Ticket, *, desk: bool, whole: bool) -> list[Happened]:
    entries = Entry.objects.filter(subject=ticket.reference).exclude(action__in=_SHOWN_AS_MESSAGES)
    if not desk:
        entries = entries.filter(action__in=said.public_actions())
    entries = entries.order_by("-id") if whole else entries.order_by("-id")[:_NEWEST]
    return [Happened(entry.at, said.tell(entry), said.icon(entry)) for entry in reversed(entries)]


def told(message: Message) -> str:
    """One line of what was said, for warnings and titles."""
    return message.line(80)
