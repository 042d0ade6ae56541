"""The desk's page of one ticket: everything beside the conversation."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.cache import caches
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import access as people
from accounts.models import Person
from helpdesk.ui.templatetags.when import span

from .. import access
from ..models import Ticket, TicketTimer
from ..states import LIFE, Priority, Status
from . import owed, own, pills, promise, thread

MOVES = ("wait_for_trader", "wait_for_third_party", "resume", "resolve", "reopen", "close")


class Acts(dict[str, str]):
    """Where each act on a ticket is taken, by the name of its address; worked out when a page asks for it."""

    def __init__(self, reference: str) -> None:
        self.reference = reference

    def __missing__(self, act: str) -> str:
        self[act] = address = Ticket.desk_address(self.reference, act.replace("_", "-"))
        return address


@dataclass(frozen=True, slots=True)
class Related:
    """Another ticket of the same person."""

    reference: str
    url: str
    subject: str
    lang: str
    status: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who asks: only what the desk needs to answer."""

    name: str
    initials: str
    email: str
    language: str
    local_time: str
    since: datetime
    needs_care: bool
    reads_care: bool
    adjustments: tuple[str, ...]


def page(ticket: Ticket, person: Person, now: datetime, *, seen: int | None = None) -> dict[str, object]:
    """Everything the page and its fragments show."""
    timers = promise.timers_of(ticket)
    said = thread.of(ticket, person, desk=True, seen=seen)
    return {
        "ticket": ticket,
        "acts": Acts(ticket.reference),
        "thread": said,
        "owed": owed.of(ticket, timers, said.unanswered, person.pk),
        "may_work": person.is_agent,
        **header(ticket, now),
        **side(ticket, person, timers, now),
    }


def header(ticket: Ticket, now: datetime) -> dict[str, object]:
    """Status, pill and priority in words."""
    return {
        "pill": pills.of(ticket, now),
        "status_word": str(Status(ticket.status).label),
        "priority_word": Priority(ticket.priority).word,
        "addressee": str(ticket.requester),
    }


def side(ticket: Ticket, person: Person, timers: list[TicketTimer], now: datetime) -> dict[str, object]:
    """The panel at the side."""
    return {
        "moves": moves(ticket),
        **choices(),
        "clocks": promise.clocks(timers, now),
        "customer": customer(ticket.requester, person),
        "details": own.details(ticket),
        "related": related(ticket),
        "may_escalate": person.is_supervisor
        and "escalate" in LIFE.open_to(ticket.status)
        and not ticket.dispute_reference,
    }


def moves(ticket: Ticket) -> list[tuple[str, str]]:
    """The plain moves open now, as (code, words of the button)."""
    names = {
        "wait_for_trader": _("Wait for the trader"),
        "wait_for_third_party": _("Wait for a third party"),
        "resume": _("Go on"),
        "resolve": _("Mark as solved"),
        "reopen": _("Reopen"),
        "close": _("Close"),
    }
    if ticket.status == Status.MEDIATION:
        return []  # only the dispute's end closes it
    open_now = LIFE.open_to(ticket.status)
    return [(move, names[move]) for move in MOVES if move in open_now]


def choices() -> dict[str, str]:
    """The lists of the panel as finished options, made once a minute for each language."""
    key = f"tickets.choices:{get_language()}"
    kept = caches["here"].get(key)
    if kept is None:
        people = [(person.pk, str(person)) for person in access.assignees()]
        kept = {
            "assignees": _options(people),
            "priorities": _options([(p.value, f"{p.value} {p.word}") for p in Priority]),
        }
        caches["here"].set(key, kept, 60)
    return kept


def _options(pairs: list[tuple]) -> str:
    return format_html_join("", '<option value="{}">{}</option>', pairs)


def customer(person: Person, reader: Person) -> Customer:
    """The person who asks; nobody reads what is noted about themselves."""
    here = timezone.now().astimezone(ZoneInfo(person.time_zone))
    return Customer(
        str(person),
        person.initials,
        person.email,
        person.get_language_display(),
        f"{here:%H:%M} · {person.time_zone}",
        person.date_joined,
        person.needs_care and people.reads_care(reader, person),
        people.reads_care(reader, person),
        tuple(row.words for row in people.adjustments(person)),
    )


def related(ticket: Ticket) -> list[Related]:
    """The newest other tickets of the same person."""
    rows = (
        access.own_tickets(ticket.requester)
        .order_by("-id")
        .values_list("reference", "subject", "language", "status")[:7]
    )
    return [
        Related(
            reference,
            Ticket.desk_address(reference),
            subject,
            lang,
            str(Status(status).label),
        )
        for reference, subject, lang, status in rows
        if reference != ticket.reference
    ][:6]


def waited(ticket: Ticket, now: datetime) -> str:
    """How long the requester has waited for a word."""
    since = ticket.last_requester_at or ticket.created_at
    return span((now - since).total_seconds())
