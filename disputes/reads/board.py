"""The desk's cases by stage and by what is due: what is overdue comes first, then what is due next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.timers.models import State as Ticking

from .. import access
from ..models import Assignment, Dispute, DisputeDeadline, PolicyVersion
from ..models.case import DisputeQuerySet
from ..states import MEDIATING, OUTSIDE, OVER, Actor, State, Waiting, coded
from . import words

ROWS, LAST_PAGE = 100, 500
SOON, WEEK = timedelta(hours=24), timedelta(days=7)
NOBODY = "none"
DUE = {
    "late": gettext_lazy("overdue"),
    "day": gettext_lazy("due within 24 hours"),
    "week": gettext_lazy("due within 7 days"),
    "none": gettext_lazy("without a date"),
}
_WIDE = (Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR)
# Chances that lie beside the work of a stage: the column `next_due_at` (0019) passes over them as well.
NOT_COUNTED = frozenset({"simple", "object_mediator", OUTSIDE})
# In whose hands the case is while it waits for them.
_HANDS: dict[str, tuple[str, ...]] = {
    Waiting.PLATFORM: (Actor.CH,),
    Waiting.MEDIATOR: tuple(MEDIATING),
    Waiting.DECIDER: (Actor.DE,),
    Waiting.REVIEWER: (Actor.AR,),
}


@dataclass(frozen=True)
class Wanted:
    """What the board is asked to show; whatever it does not know is as if it had not been asked.

    `handler` is a person's number, or for programs their address.
    """

    stage: str = ""
    due: str = ""
    turn: str = ""
    law: str = ""
    handler: str = ""
    q: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Wanted":
        """The filters of an address."""
        page, handler = query.get("page", ""), query.get("handler", "")
        return cls(
            stage=query.get("stage", "") if query.get("stage") in State.values else "",
            due=query.get("due", "") if query.get("due") in DUE else "",
            turn=query.get("turn", "") if query.get("turn") in Waiting.values else "",
            law=query.get("law", "")[:20],
            handler=handler if handler == NOBODY or (handler.isdecimal() and len(handler) < 10) else "",
            q=" ".join(query.get("q", "").replace("\x00", "").split())[:80],
            page=min(max(int(page), 1), LAST_PAGE) if page.isdecimal() and len(page) < 6 else 1,
        )

    def address(self, **changes: Any) -> str:
        """The address that shows the same with these changes; from the first page unless it is named."""
        values = vars(replace(self, **{"page": 1} | changes))
        kept = {key: value for key, value in values.items() if value and (key, value) != ("page", 1)}
        return f"?{urlencode(kept)}"

    @property
    def narrowed(self) -> bool:
        """Whether more than the stage has been chosen."""
        return any((self.due, self.turn, self.law, self.handler, self.q))


@dataclass(frozen=True)
class Row:
    """One case on the board: where it is, in whose hands, and what is due when."""

    dispute: Dispute
    state: str
    turn: str
    hands: str
    due: DisputeDeadline | None
    due_word: str
    tone: str


@dataclass(frozen=True)
class Stage:
    """One stage: how many cases are in it, and how many of them are overdue."""

    code: str
    name: str
    count: int
    late: int
    address: str


def board(person: Person, wanted: Wanted) -> dict[str, Any]:
    """The cases the person may know of. Who reads the whole register also counts, filters and searches it."""
    now, wide = clock.now(), reads_register(person)
    wanted = wanted if wide else Wanted(stage=wanted.stage, page=wanted.page)
    visible = access.disputes_for(person)
    stages = _stages(visible, wanted, now)
    # Whoever looks for a number wants the case, over or not.
    among = visible if wanted.stage or wanted.q else visible.open()
    found = narrowed(among, wanted, now).for_list().by_due()
    seats = Assignment.objects.active().select_related("user")
    found = found.prefetch_related(Prefetch("assignments", seats, to_attr="seated"))
    first = (wanted.page - 1) * ROWS
    rows = list(found[first : first + ROWS + 1])
    return {
        "cards": [_row(dispute, now) for dispute in rows[:ROWS]],
        "next": wanted.address(page=wanted.page + 1) if len(rows) > ROWS else "",
        "earlier": wanted.address(page=wanted.page - 1) if wanted.page > 1 else "",
        "wanted": wanted,
        "everything": wanted.address(stage=""),
        "wide": wide,
        **stages,
        **({"choices": _choices(), "clear": Wanted(stage=wanted.stage).address()} if wide else {}),
    }


def _stages(visible: DisputeQuerySet, wanted: Wanted, now: datetime) -> dict[str, Any]:
    open_, late = ~Q(state__in=OVER), Q(next_due_at__lt=now)
    counts = visible.values_list("state").annotate(
        n=Count("id"),
        late=Count("id", filter=open_ & late),
        day=Count("id", filter=open_ & ~late & Q(next_due_at__lt=now + SOON)),
        week=Count("id", filter=open_ & ~late & Q(next_due_at__lt=now + WEEK)),
    )
    by_state = {state: figures for state, *figures in counts.order_by()}
    stages = [
        Stage(
            state.value,
            str(state.label),
            count=by_state[state.value][0],
            late=by_state[state.value][1],
            address=wanted.address(stage=state.value),
        )
        for state in State
        if state.value in by_state
    ]
    still = [figures for state, figures in by_state.items() if state not in OVER]
    open_n, *due = (sum(column) for column in zip(*still, strict=True)) if still else (0, 0, 0, 0)
    soon = [
        (code, str(DUE[code]), n, wanted.address(stage="", due=code))
        for code, n in zip(("late", "day", "week"), due, strict=True)
    ]
    return {"stages": stages, "open": open_n, "soon": soon}


def reads_register(person: Person) -> bool:
    """Whether the person may filter and search: whoever sees some cases only would learn of hidden names."""
    return person.has_role(*_WIDE)


def narrowed(rows: DisputeQuerySet, wanted: Wanted, now: datetime) -> DisputeQuerySet:
    """The rows that fit."""
    if wanted.q:
        rows = _search(rows, wanted.q)
    if wanted.stage:
        rows = rows.filter(state=wanted.stage)
    if wanted.due:
        rows = rows.filter(_due(wanted.due, now))
    if wanted.turn:
        rows = rows.filter(waiting_on=wanted.turn)
    if wanted.law:
        rows = rows.filter(jurisdiction=wanted.law)
    if wanted.handler:
        seats = Assignment.objects.active().filter(role=Actor.CH)
        if wanted.handler == NOBODY:
            return rows.exclude(pk__in=seats.values("dispute"))
        who = Q(user__email=wanted.handler.lower()) if "@" in wanted.handler else Q(user_id=wanted.handler)
        return rows.filter(pk__in=seats.filter(who).values("dispute"))
    return rows


def _search(rows: DisputeQuerySet, q: str) -> DisputeQuerySet:
    """By the number of the case, its ticket, its row in the register, or the account; or by the trader."""
    number = q.upper()
    named = Q(reference__contains=number) | Q(ticket__reference__contains=number)
    named |= Q(account__number__iexact=q) | Q(trader__name__icontains=q) | Q(trader__email__iexact=q)
    register = Dispute.objects.filter(complaints__register_no=number)
    return rows.filter(named | Q(pk__in=register.values("pk")))


def _due(code: str, now: datetime) -> Q:
    if code == "late":
        return Q(next_due_at__lt=now)
    if code == "none":
        return Q(next_due_at=None)
    return Q(next_due_at__gte=now, next_due_at__lt=now + (SOON if code == "day" else WEEK))


def _choices() -> dict[str, list[tuple[str, str]]]:
    laws = PolicyVersion.objects.order_by("jurisdiction").values_list("jurisdiction", flat=True).distinct()
    handlers = Person.objects.with_role(Role.HANDLER).order_by("name")
    return {
        "due": [(code, str(name)) for code, name in DUE.items()],
        "turn": [(code.value, str(code.label)) for code in Waiting],
        "law": [(code, coded("jurisdictions", code)) for code in laws],
        "handler": [(NOBODY, _("nobody")), *((str(one.pk), str(one)) for one in handlers)],
    }


def _row(dispute: Dispute, now: datetime) -> Row:
    due = _nearest(dispute) if dispute.is_open else None
    hands = _HANDS.get(dispute.waiting_on, ()) if dispute.is_open else ()
    names = [str(seat.user) for seat in dispute.seated if seat.role in hands]  # type: ignore[attr-defined]
    if dispute.state == State.REMEDY_DUE and dispute.waiting_on == Waiting.PLATFORM:
        names = [str(Actor.FI.label)]
    return Row(
        dispute,
        str(State(dispute.state).label),
        str(Waiting(dispute.waiting_on).label),
        ", ".join(names),
        due,
        words.clock_word(due.metric) if due else "",
        tone(due, now),
    )


def _nearest(dispute: Dispute) -> DisputeDeadline | None:
    """The clock by which the case stands where it does on the board."""
    clocks = list(dispute.deadlines.all())
    ticking = (one for one in clocks if one.state == Ticking.RUNNING or one.is_late)
    found = (one for one in ticking if one.metric not in NOT_COUNTED and one.moment == dispute.next_due_at)
    return next(found, None) or words.next_clock(dispute, clocks)


def tone(due: DisputeDeadline | None, now: datetime) -> str:
    """How pressing a date is."""
    if due is None:
        return "paused"
    left = due.moment - now
    return "late" if left < timedelta(0) else "soon" if left < SOON else "due"
