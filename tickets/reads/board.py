"""The supervisor's board: what is late, what will be, who carries how much, and what was done about it.

Every question is answered from a partial index over what is alive or was broken, so that the board costs the
same with a thousand tickets and with a million.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.notify.models import Notice
from helpdesk.timers.models import State
from helpdesk.ui.templatetags.when import clock, span

from .. import access
from ..models import Ticket, TicketTimer
from ..models.rungs import BREACH, rungs
from ..models.ticket import TicketQuerySet
from ..states import Metric, Promise
from . import pulse
from .clock_steps import listed, said
from .pills import Pill, pill

AHEAD = timedelta(hours=1)
LATE, SOON, SHOWN, BREACHES = 20, 60, 12, 20


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket that is late or will be soon. `place` is where on the hour ahead it falls due, in per cent."""

    reference: str
    url: str
    subject: str
    lang: str
    pill: Pill
    assignee: str
    taken: str
    taken_at: datetime | None
    place: str


@dataclass(frozen=True, slots=True)
class Load:
    """What one agent carries; `share` compares it with the fullest desk, in per cent."""

    name: str
    initials: str
    url: str
    open: int
    late: int
    oldest: datetime | None
    share: int


@dataclass(frozen=True, slots=True)
class Attained:
    """How one kind of promise went today; `share` is None when none was due."""

    name: str
    kept: int
    broken: int

    @property
    def share(self) -> int | None:
        """Kept of all, in per cent; never rounded up to all of them."""
        total = self.kept + self.broken
        return None if not total else 100 * self.kept // total


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken promise and what was done about it."""

    reference: str
    url: str
    metric: str
    at: datetime
    tone: str
    done: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on it."""

    late: tuple[Row, ...]
    soon: tuple[Row, ...]
    late_count: int
    soon_count: int
    quarters: tuple[str, ...]
    loads: tuple[Load, ...]
    attained: tuple[Attained, ...]
    today: Attained
    breaches: tuple[Broken, ...]
    pulse: pulse.Pulse
    now: datetime

    @property
    def next_due(self) -> tuple[Row, ...]:
        """Those of the hour ahead that are listed; all of them stand on its line."""
        return self.soon[:SHOWN]


def of(person: Person, now: datetime) -> Board:
    """The board as this person may see it: who may not read tickets sees figures and numbers, no subjects."""
    tickets = access.tickets_on_board(person)
    late, soon = _rows(tickets, person, now)
    loads, counts = _loads(tickets, now)
    attained = _attained(now)
    today = Attained("", sum(one.kept for one in attained), sum(one.broken for one in attained))
    quarters = tuple(clock(now + AHEAD * n / 4, now) for n in range(5))
    return Board(
        late, soon, *counts, quarters, loads, attained, today, _breaches(person), pulse.take(now), now
    )


# --- late, and due within the hour ----------------------------------------------------------------
_COLUMNS = (
    "reference", "subject", "language", "promise_metric", "promise_due_at", "promise_soon_at",
    "assignee__name", "assignee__email", "taken_by", "taken_at",
)  # fmt: skip


def _rows(tickets: TicketQuerySet, person: Person, now: datetime) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    open_breach = TicketTimer.objects.filter(
        ticket=OuterRef("pk"), state=State.BREACHED, fulfilled_at=None, cancelled_at=None
    ).exclude(acknowledged_at=None).order_by("-acknowledged_at")  # fmt: skip
    name = Coalesce(
        NullIf("acknowledged_by__name", Value("")), "acknowledged_by__email", output_field=CharField()
    )
    late = tickets.late(now).annotate(
        taken_by=Subquery(open_breach.values(name=name)[:1]),
        taken_at=Subquery(open_breach.values("acknowledged_at")[:1]),
    )
    soon = tickets.live().filter(promise_due_at__gt=now, promise_due_at__lte=now + AHEAD)
    soon = soon.annotate(
        taken_by=Value(None, output_field=CharField()), taken_at=Value(None, output_field=DateTimeField())
    )
    some = [rows.due_next().values_list(*_COLUMNS)[:most] for rows, most in ((late, LATE), (soon, SOON))]
    found = some[0].union(some[1], all=True)
    rows: tuple[list[Row], list[Row]] = ([], [])
    stem = reverse("tickets:desk-ticket", args=["T-222222"]).removesuffix("T-222222/")
    for row in sorted(found, key=lambda row: row[4]):
        rows[row[4] > now].append(_row(row, person, now, stem))
    return tuple(rows[0]), tuple(rows[1])


def _row(row: tuple[Any, ...], person: Person, now: datetime, stem: str) -> Row:
    reference, subject, language, metric, due, soon, name, email, taken, taken_at = row
    reads = person.reads_tickets
    return Row(
        reference,
        f"{stem}{reference}/" if reads else "",
        subject if reads else "",
        language,
        pill(now, Promise.RUNNING, metric, due, soon, ""),
        name or (email or "").partition("@")[0],
        taken or "",
        taken_at,
        f"{max(0.0, min(100.0, 100 * (due - now) / AHEAD)):.1f}%",
    )


# --- who carries how much ---------------------------------------------------------------------------
def _loads(tickets: TicketQuerySet, now: datetime) -> tuple[tuple[Load, ...], tuple[int, int]]:
    """Per agent, from the index of "mine" alone: the smallest number stands for the oldest ticket."""
    late, soon = Q(promise_due_at__lte=now), Q(promise_due_at__gt=now, promise_due_at__lte=now + AHEAD)
    carried = tickets.live().values("assignee_id").order_by("assignee_id").annotate(
        open=Count("id"), late=Count("id", filter=late), soon=Count("id", filter=soon), oldest=Min("id")
    )  # fmt: skip
    rows: dict[int | None, dict[str, Any]] = {row["assignee_id"]: dict(row) for row in carried}
    oldest = [row["oldest"] for row in rows.values()]
    filed = dict(Ticket.objects.filter(pk__in=oldest).values_list("pk", "created_at"))
    agents: list[Person | None] = [*access.people_with_load(list(rows)), *([None] if None in rows else [])]
    most = max((row["open"] for pk, row in rows.items() if pk), default=0)
    loads = [_load(one, rows.get(one.pk if one else None), filed, most) for one in agents]
    loads.sort(key=lambda load: (-load.late, -load.open, load.name))
    counts = tuple(sum(row[name] for row in rows.values()) for name in ("late", "soon"))
    return tuple(loads), (counts[0], counts[1])


def _load(agent: Person | None, row: dict[str, Any] | None, filed: dict[int, datetime], most: int) -> Load:
    row = row or {"open": 0, "late": 0, "oldest": 0}
    return Load(
        str(agent) if agent else _("Nobody yet"),
        agent.initials if agent else "–",
        f"{reverse('tickets:queue')}?assignee={agent.pk if agent else 'none'}",
        row["open"],
        row["late"],
        filed.get(row["oldest"]),
        min(100, round(100 * row["open"] / most)) if most else 0,
    )


# --- today ------------------------------------------------------------------------------------------
def _attained(now: datetime) -> tuple[Attained, ...]:
    """Promises kept and broken since midnight where the viewer is."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    kept = TicketTimer.objects.kept_since(midnight)
    broken = TicketTimer.objects.broken_since(midnight)
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"kept": 0, "broken": 0})
    for metric, how, number in _tally(kept, "kept").union(_tally(broken, "broken"), all=True):
        found[metric][how] = number
    return tuple(Attained(str(one.label), **found[one]) for one in Metric if one in found)


def _tally(rows: QuerySet[TicketTimer], how: str) -> QuerySet[Any, tuple[Any, ...]]:
    tallied = rows.order_by().values("metric").annotate(how=Value(how), number=Count("*"))
    return tallied.values_list("metric", "how", "number")


# --- the last breaches -------------------------------------------------------------------------------
def _breaches(person: Person) -> tuple[Broken, ...]:
    timers = list(
        TicketTimer.objects.broken()
        .order_by("-breached_at")
        .select_related("ticket", "policy_version", "acknowledged_by")
        .defer("ticket__search", "ticket__fields")[:BREACHES]
    )
    told = _told(timers)
    return tuple(
        Broken(
            timer.ticket.reference,
            timer.ticket.get_desk_url() if person.reads_tickets else "",
            timer.metric_word,
            timer.moment,
            "late" if timer.is_late and not timer.acknowledged_at else "soon" if timer.is_late else "kept",
            _done(timer, told[timer.pk]),
        )
        for timer in timers
    )


def _told(timers: list[TicketTimer]) -> dict[int, list[str]]:
    """Whom each breach and the rungs after it called, in one question."""
    owner: dict[str, int] = {}
    for timer in timers:
        owner[f"{BREACH}:{timer.pk}"] = timer.pk
        owner |= {f"rung:{timer.pk}:{r.key}": timer.pk for r in rungs(timer.policy_version, timer.metric)}
    names: dict[int, list[str]] = defaultdict(list)
    called = Notice.objects.filter(event_id__in=owner, kind__in=["ticket.late", "ticket.still_late"])
    shown = Coalesce(NullIf("person__name", Value("")), "person__email", output_field=CharField())
    for event_id, name in called.order_by("id").values_list("event_id", shown):
        if name not in names[owner[event_id]]:
            names[owner[event_id]].append(name)
    return names


def _done(timer: TicketTimer, told: list[str]) -> str:
    """Told whom, taken on by whom, and how it ended."""
    parts = [_("Told: %(names)s.") % {"names": listed(told)} if told else _("Nobody was there to be told.")]
    if timer.acknowledged_at and timer.acknowledged_by:
        late = span((timer.acknowledged_at - timer.moment).total_seconds())
        taken = {"name": timer.acknowledged_by, "span": late}
        parts.append(_("%(name)s took it on after %(span)s.") % taken)
    if timer.fulfilled_at:
        late = span((timer.fulfilled_at - timer.moment).total_seconds())
        solved, answered = _("Solved %(span)s late."), _("Answered %(span)s late.")
        parts.append((solved if timer.metric == Metric.RESOLUTION else answered) % {"span": late})
    elif timer.cancelled_at:
        parts.append(_("Nothing is owed on it any more."))
    else:
        parts.append(_("Still open."))
    if timer.ticket.dispute_reference:
        parts.append(_("The case is dispute %(number)s.") % {"number": timer.ticket.dispute_reference})
    return said(*parts)
