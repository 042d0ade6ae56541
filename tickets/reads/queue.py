"""The desk's queue: rows as plain strings, pages by key (never by offset), counts that stop at a hundred."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db.models import CharField, Q, Value
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from helpdesk.search import query as search

from .. import access
from ..models import Category
from ..models.ticket import TicketQuerySet
from ..states import DOMAIN, LIVE, Channel, Priority, Status
from .pills import Pill, pill

VIEWS = {
    "due": _("Due next"),
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "late": _("Late"),
    "waiting": _("Waiting for the trader"),
    "disputes": pgettext_lazy("queue view", "In dispute"),
    "closed": _("Recently solved"),
}
SIZES = (25, 50)
COUNTED, REMEMBERED = 100, 15  # counts stop here; seconds they are kept
_COLUMNS = (
    "id", "reference", "subject", "last_line", "language", "status", "priority", "channel", "updated_at",
    "last_requester_at", "last_staff_at", "promise_state", "promise_metric", "promise_due_at",
    "promise_soon_at", "promise_reason", "dispute_reference", "requester__name", "requester__email",
    "assignee__name", "assignee__email",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a queue page was asked for; made from the address, so that it can be shared."""

    view: str = "due"
    words: str = ""
    status: str = ""
    category: str = ""
    priority: str = ""
    assignee: str = ""
    requester: str = ""
    tag: str = ""
    language: str = ""
    channel: str = ""
    due: float | None = None
    after: str = ""
    size: int = 25

    @property
    def by_due(self) -> bool:
        """Whether the order is what is due next; otherwise the newest change comes first.

        What waits for somebody else is due to nobody, so its order is that of the newest change as well.
        """
        ours = self.status in {"", Status.NEW, Status.OPEN}
        return ours and not self.words and self.view not in {"waiting", "disputes", "closed"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. `ours` says that the trader spoke last and waits."""

    reference: str
    url: str
    subject: str
    line: str
    lang: str
    pill: Pill
    requester: str
    category: str
    priority: str
    status: str
    assignee: str
    initials: str
    ours: bool


@dataclass(frozen=True)
class Page:
    """Rows, and the key of the next page; empty when this is the last."""

    rows: list[Row] = field(default_factory=list)
    after: str = ""


def scope(person: Person, wanted: Wanted, now: datetime) -> TicketQuerySet:
    """The tickets of a view with its filters, not yet in order."""
    rows = _view(access.tickets_for(person), person, wanted, now)
    exact = {
        "priority": wanted.priority,
        "language": wanted.language,
        "channel": wanted.channel,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.tag:
        rows = rows.filter(tags__contains=[wanted.tag])
    if wanted.category:
        rows = rows.filter(category__in=_categories(wanted.category))
    if wanted.requester:
        rows = rows.filter(requester__in=Person.objects.by_email(wanted.requester))
    if wanted.due is not None:
        rows = rows.filter(promise_due_at__lte=now + timedelta(seconds=wanted.due))
    return _assigned(rows, person, wanted.assignee)


def _view(rows: TicketQuerySet, person: Person, wanted: Wanted, now: datetime) -> TicketQuerySet:
    if wanted.view == "mine":
        rows = rows.filter(assignee=person)
    elif wanted.view == "unassigned":
        rows = rows.filter(assignee=None)
    elif wanted.view == "late":
        rows = rows.late(now)
    if wanted.status:
        return rows.filter(status=wanted.status)
    if wanted.words:
        return rows
    own = {"waiting": [Status.WAITING], "disputes": [Status.MEDIATION]}.get(wanted.view)
    if wanted.view == "closed":
        return rows.filter(status__in=[Status.RESOLVED, Status.CLOSED])
    return rows.filter(status__in=own) if own else rows.live()


def _categories(code: str) -> list[int]:
    """A problem type, or all of a subject; few rows, asked apart so that the queue's index stays in use."""
    found = Category.objects.filter(Q(code=code) | Q(parent__code=code))
    return list(found.values_list("pk", flat=True))


def _assigned(rows: TicketQuerySet, person: Person, who: str) -> TicketQuerySet:
    if not who:
        return rows
    if who == "none":
        return rows.filter(assignee=None)
    if who == "me":
        return rows.filter(assignee=person)
    if who.isdecimal():
        return rows.filter(assignee_id=int(who))
    people = [p.pk for p in access.assignees() if who.casefold() in f"{p.name} {p.email}".casefold()]
    return rows.filter(assignee_id__in=people)


def page(person: Person, wanted: Wanted, now: datetime) -> Page:
    """One page of the queue."""
    rows = scope(person, wanted, now)
    if wanted.words:
        return _found(rows, wanted, now)
    if wanted.by_due:
        found = _by_due(rows, wanted)
        key = _due_key
    else:
        found = _by_change(rows, wanted)
        key = _change_key
    more = len(found) > wanted.size
    found = found[: wanted.size]
    return Page(_rows(found, now), key(found[-1]) if more else "")


def _columns(rows: Any) -> Any:
    """The queue reads columns, not objects: the type of such a queryset is that of its rows."""
    name = "category__name_zh" if (get_language() or "").startswith("zh") else "category__name_en"
    return rows.values_list(*_COLUMNS, name)


def _by_due(tickets: TicketQuerySet, wanted: Wanted) -> list[tuple]:
    """In the order of what is due; tickets without a moment stand last and are asked for apart."""
    rows, limit = _columns(tickets.due_next()), wanted.size + 1
    due, last = _key(wanted.after)
    if not last:
        return list(rows[:limit])
    if due is None:
        return list(rows.filter(promise_due_at=None, id__gt=last)[:limit])
    later = rows.filter(promise_due_at__gte=due).filter(Q(promise_due_at__gt=due) | Q(id__gt=last))
    found = list(later[:limit])
    if len(found) < limit:
        found += rows.filter(promise_due_at=None)[: limit - len(found)]
    return found


def _by_change(tickets: TicketQuerySet, wanted: Wanted) -> list[tuple]:
    """The newest change first. One status at a time: only then does the index give the order."""
    changed, last = _key(wanted.after)
    if last:
        older = Q(updated_at__lt=changed) | Q(id__lt=last)
        tickets = tickets.filter(updated_at__lte=changed).filter(older)
    rows, limit = _columns(tickets.order_by("-updated_at", "-id")), wanted.size + 1
    if wanted.view == "closed" and not wanted.status:
        found = [row for one in (Status.RESOLVED, Status.CLOSED) for row in rows.filter(status=one)[:limit]]
        return sorted(found, key=lambda row: (row[8], row[0]), reverse=True)[:limit]
    return list(rows[:limit])


def _found(rows: TicketQuerySet, wanted: Wanted, now: datetime) -> Page:
    """The best answers to a question; further ones by place, never beyond the thousand that are ranked."""
    offset = int(wanted.after) if wanted.after.isdecimal() else 0
    offset = min(offset, search.CANDIDATES)
    asked = search.parse(wanted.words)
    found = list(_columns(search.best(rows, asked))[offset : offset + wanted.size + 1])
    more = len(found) > wanted.size
    return Page(_rows(found[: wanted.size], now), str(offset + wanted.size) if more else "")


def _due_key(row: tuple) -> str:
    return f"{row[13].isoformat() if row[13] else ''}~{row[0]}"


def _change_key(row: tuple) -> str:
    return f"{row[8].isoformat()}~{row[0]}"


def _key(after: str) -> tuple[datetime | None, int]:
    """Where the last page ended; a key that is not ours starts from the beginning."""
    at, _tilde, last = after.partition("~")
    if not last.isdecimal() or len(last) > 18:
        return None, 0
    try:
        return (datetime.fromisoformat(at) if at else None), int(last)
    except ValueError:
        return None, 0


def _rows(found: list[tuple], now: datetime) -> list[Row]:
    """Columns to words. Everything repeated (states, names, address) is looked up once per page."""
    statuses = {code: str(label) for code, label in Status.choices}
    chinese = (get_language() or "").startswith("zh")
    priorities = {row["code"]: row["zh"] if chinese else row["en"] for row in DOMAIN["priorities"]}
    stem = reverse("tickets:desk-ticket", args=["T-222222"]).removesuffix("T-222222/")
    people: dict[str, str] = {}
    rows = []
    for (
        _id, reference, subject, line, language, status, priority, _channel, _updated, theirs, ours, state,
        metric, due, soon, reason, dispute, name, email, agent, agent_email, category,
    ) in found:  # fmt: skip
        if agent_email and agent_email not in people:
            people[agent_email] = Person(name=agent or "", email=agent_email).initials
        rows.append(
            Row(
                reference,
                f"{stem}{reference}/",
                subject,
                line,
                language,
                pill(now, state, metric, due, soon, reason),
                name or email.partition("@")[0],
                category,
                f"{priority} {priorities[Priority(priority)]}",
                dispute or statuses[status],
                agent or agent_email or "",
                people.get(agent_email, ""),
                status in LIVE and theirs is not None and (ours is None or theirs > ours),
            )
        )
    return rows


def counts(person: Person, now: datetime) -> dict[str, str]:
    """How many tickets each view holds, as words; one question for all, kept for a few seconds."""
    key = f"tickets.counts:{person.pk}"
    kept = caches["here"].get(key)
    if kept is None:
        kept = _count(person, now)
        caches["here"].set(key, kept, REMEMBERED)
    return kept


def _count(person: Person, now: datetime) -> dict[str, str]:
    some = [
        scope(person, Wanted(view=view), now)
        .order_by()
        .annotate(view=Value(view, output_field=CharField()))
        .values_list("view", flat=True)[:COUNTED]
        for view in VIEWS
        if view != "closed"
    ]
    found = list(some[0].union(*some[1:], all=True))
    told = {view: found.count(view) for view in VIEWS if view != "closed"}
    return {view: "99+" if number >= COUNTED else str(number) for view, number in told.items()}


def filters() -> dict[str, list[tuple[str, str]]]:
    """What the queue can be narrowed by: (value, label) for each."""
    chinese = (get_language() or "").startswith("zh")
    key = f"tickets.filters:{chinese}"
    kept = caches["here"].get(key)
    if kept is None:
        kept = {
            "status": [(code, str(label)) for code, label in Status.choices],
            "category": [(c.code, str(c)) for c in Category.objects.subjects()],
            "priority": [(p.value, f"{p.value} {p.word}") for p in Priority],
            "assignee": [(str(p.pk), str(p)) for p in access.assignees()],
            "language": [("zh-hans", "中文"), ("en", "English")],
            "channel": [(code, str(label)) for code, label in Channel.choices],
        }
        caches["here"].set(key, kept, 60)
    return kept
