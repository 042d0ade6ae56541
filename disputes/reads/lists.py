"""Lists of cases: the trader's own, and the desk's by stage and due date."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accounts.models import Person
from accounts.states import Role

from .. import access
from ..models import Dispute
from ..states import OVER, State
from . import words

MOST = 100


@dataclass(frozen=True)
class Card:
    """One case in a list."""

    dispute: Dispute
    state: str
    turn: str
    due: Any
    tone: str


def _card(dispute: Dispute, *, mine: bool) -> Card:
    clock = words.next_clock(dispute, dispute.deadlines.all())
    due = clock.due_at if clock and dispute.is_open else None
    tone = "paused" if not dispute.is_open else "due"
    return Card(dispute, str(State(dispute.state).label), words.turn(dispute, mine=mine), due, tone)


def own(person: Person) -> list[Card]:
    """The trader's cases, the newest first."""
    rows = access.own_disputes(person).for_list().order_by("-id")[:MOST]
    return [_card(row, mine=True) for row in rows]


def desk(person: Person, *, stage: str = "") -> dict[str, Any]:
    """The cases the person may know of, what is due next first, and how many there are in each stage."""
    visible = access.disputes_for(person)
    rows = visible.for_list().by_due()
    rows = rows.filter(state=stage) if stage in State.values else rows.exclude(state__in=OVER)
    counts = dict(visible.values_list("state").annotate(n=Count("id")).order_by())
    stages = [(state.value, state.label, counts[state.value]) for state in State if counts.get(state.value)]
    wide = person.has_role(Role.SUPERVISOR, Role.HANDLER, Role.COMPLIANCE, Role.AUDITOR)
    return {
        "cards": [_card(row, mine=False) for row in rows[:MOST]],
        "stages": stages,
        "stage": stage if stage in State.values else "",
        "open": sum(n for state, n in counts.items() if state not in OVER),
        "wide": wide,
    }
