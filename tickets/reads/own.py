"""What a requester sees of their own tickets, and what filing a new one needs to know."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.notify.models import Notice
from helpdesk.ui.templatetags.when import clock

from .. import access
from ..models import Category, Ticket
from ..states import LIVE, Metric, Promise, Status
from . import promise, thread, words

SIZE = 25
WRITTEN = ("ticket.answered",)  # notices that something was said to the requester


@dataclass(frozen=True, slots=True)
class Card:
    """One of the requester's tickets. `turn` says who acts next; `unread` that we wrote since they looked."""

    reference: str
    url: str
    subject: str
    lang: str
    category: str
    status: str
    tone: str
    turn: str
    promise: str
    line: str
    updated: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class Cards:
    """One page of them; `after` leads to the next."""

    open: list[Card]
    over: list[Card]
    after: int = 0


def cards(person: Person, now: datetime, after: int = 0) -> Cards:
    """The person's own tickets, newest first."""
    rows = access.own_tickets(person).select_related("category").order_by("-id").defer("search", "fields")
    found = list((rows.filter(id__lt=after) if after else rows)[: SIZE + 1])
    shown = found[:SIZE]
    unread = _unread(person, [ticket.reference for ticket in shown])
    made = [(ticket, _card(ticket, now, ticket.reference in unread)) for ticket in shown]
    live = [card for ticket, card in made if ticket.status in LIVE or ticket.status == Status.MEDIATION]
    over = [card for ticket, card in made if ticket.is_over]
    return Cards(live, over, shown[-1].pk if len(found) > SIZE else 0)


def _unread(person: Person, references: list[str]) -> set[str]:
    """The tickets about which we have written something that the person has not seen."""
    notices = Notice.objects.in_bell_of(person).unread().filter(subject_ref__in=references, kind__in=WRITTEN)
    return set(notices.values_list("subject_ref", flat=True))


def _card(ticket: Ticket, now: datetime, unread: bool) -> Card:
    tone, promise = _promise(ticket, now)
    return Card(
        ticket.reference,
        reverse("tickets:ticket", args=[ticket.reference]),
        ticket.subject,
        ticket.language,
        str(ticket.category),
        words.status_for_requester(ticket.status),
        tone,
        turn(ticket),
        promise,
        ticket.last_line,
        ticket.updated_at,
        unread,
    )


def _promise(ticket: Ticket, now: datetime) -> tuple[str, str]:
    due = ticket.promise_due_at
    if ticket.promise_state == Promise.RUNNING and due is not None and ticket.is_live:
        if due <= now:
            return "late", _("Late since %(at)s") % {"at": clock(due, now)}
        sentence = {
            Metric.FIRST_RESPONSE: _("First answer by %(at)s"),
            Metric.NEXT_RESPONSE: _("Answer by %(at)s"),
            Metric.PERIODIC_UPDATE: _("News by %(at)s"),
            Metric.RESOLUTION: _("Solution by %(at)s"),
        }[Metric(ticket.promise_metric)]
        soon = ticket.promise_soon_at is not None and ticket.promise_soon_at <= now
        return ("soon" if soon else "due"), sentence % {"at": clock(due, now)}
    if ticket.promise_state in {Promise.MENDED, Promise.BROKEN}:
        return "soon", Promise(ticket.promise_state).label.capitalize()
    if ticket.is_over:
        return "kept", ""
    return "paused", ""


def turn(ticket: Ticket) -> str:
    """Who acts next."""
    return {
        Status.NEW: _("Our turn"),
        Status.OPEN: _("Our turn"),
        Status.WAITING: _("Your turn"),
        Status.ON_HOLD: _("A third party's turn"),
        Status.MEDIATION: _("See the dispute"),
        Status.RESOLVED: _("Nobody needs to act"),
        Status.CLOSED: _("Nobody needs to act"),
    }[Status(ticket.status)]


def open_in(person: Person, category: Category) -> Ticket | None:
    """The newest ticket the person still has open on the same problem, to warn before filing a second."""
    rows = access.own_tickets(person).worked().filter(category=category)
    return rows.order_by("-id").only("reference", "subject", "language", "status", "created_at").first()


@cache
def _proofs() -> dict[str, list[str]]:
    path = Path(__file__).resolve().parents[1] / "data" / "forms.json"
    return json.loads(path.read_text(encoding="utf-8"))["proofs"]


def proofs(category: Category) -> str:
    """What to attach for this kind of problem."""
    subject = category.parent.code if category.parent else category.code
    both = _proofs().get(subject)
    return "" if both is None else both[1] if (get_language() or "").startswith("zh") else both[0]


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject with its problem types, for choosing one."""

    code: str
    name: str
    icon: str
    types: list[Category]


ICONS = {
    "ACC": "user", "KYC": "id-card", "DEP": "arrow-down", "WDR": "arrow-up", "TRD": "chart-column",
    "BIN": "timer", "FUT": "trending-up", "P2P": "handshake", "FRZ": "snowflake", "BON": "gift",
    "FEE": "percent", "SEC": "shield-alert", "PLT": "monitor", "SVC": "headphones", "INF": "megaphone",
    "PRV": "key", "GEN": "circle-question-mark",
}  # fmt: skip


def subjects(search: str = "") -> list[Subject]:
    """Every subject with its problem types; with a search, those in whose names or codes it stands."""
    wanted = search.casefold().split()
    found: dict[str, Subject] = {}
    for kind in Category.objects.choosable().order_by("parent__position", "position"):
        parent = kind.parent
        assert parent is not None  # noqa: S101 - choosable() means it has one
        text = f"{kind.name_en} {kind.name_zh} {parent.name_en} {parent.name_zh} {kind.code}".casefold()
        if all(word in text for word in wanted):
            subject = Subject(parent.code, str(parent), ICONS.get(parent.code, "circle-question-mark"), [])
            found.setdefault(parent.code, subject).types.append(kind)
    return list(found.values())


def details(ticket: Ticket) -> list[tuple[str, str]]:
    """The problem type's own fields as (label, value), in the active language."""
    chinese = (get_language() or "").startswith("zh")
    label, rows = ("label_zh" if chinese else "label_en"), []
    for field in ticket.category.fields:
        value = ticket.fields.get(field["name"])
        if value:
            names = {o["value"]: o["zh"] if chinese else o["en"] for o in field.get("options", [])}
            plain = str(value).replace("T", " ") if field.get("type") == "datetime-local" else str(value)
            rows.append((field[label], names.get(value, plain)))
    return rows


def page(ticket: Ticket, person: Person, now: datetime, *, seen: int | None = None) -> dict[str, object]:
    """Everything the requester's page and its fragments show."""
    timers = promise.timers_of(ticket)
    return {
        "ticket": ticket,
        "thread": thread.of(ticket, person, desk=False, seen=seen),
        "line": promise.line(ticket, timers, now),
        "stages": promise.stages(ticket),
        "status_word": words.status_for_requester(ticket.status),
        "turn": turn(ticket),
        "details": details(ticket),
    }
