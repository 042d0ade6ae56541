"""The list of the trader's own cases."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Person

from .. import access
from ..models import Dispute
from ..states import State
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
    clock = words.next_clock(dispute, dispute.deadlines.all()) if dispute.is_open else None
    tone = "paused" if not dispute.is_open else "late" if clock and clock.is_late else "due"
    due = clock.moment if clock else None
    return Card(dispute, str(State(dispute.state).label), words.turn(dispute, mine=mine), due, tone)


def own(person: Person) -> list[Card]:
    """The trader's cases, the newest first."""
    rows = access.own_disputes(person).for_list().order_by("-id")[:MOST]
    return [_card(row, mine=True) for row in rows]
