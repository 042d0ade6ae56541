"""Who is reminded of a date, and how it climbs: first whoever is waited for, then who directs the case."""

from collections.abc import Iterable, Sequence

from accounts.models import Person
from accounts.states import Role

from ..models import Dispute, DisputeDeadline, Event
from ..states import MEDIATING, OUTSIDE, Actor, Clock, Waiting
from . import delaying, telling

_SEATS: dict[str, tuple[Actor, ...]] = {
    Waiting.PLATFORM: (Actor.CH,),
    Waiting.MEDIATOR: MEDIATING,
    Waiting.DECIDER: (Actor.DE,),
    Waiting.REVIEWER: (Actor.AR,),
}
DRAFT_AT = "75"


def remind(dispute: Dispute, row: DisputeDeadline, reached: Sequence[str], event: Event) -> None:
    """Tell of a date that comes near, or of one that was missed and is still owed; of several rungs the last.

    The letter lies ready even if its rung was slept through.
    """
    rung = reached[-1]
    if row.metric in delaying.METRICS and DRAFT_AT in reached:
        delaying.draft(dispute, row, event)
    kind = "dispute.late" if rung.startswith("late") else "dispute.soon"
    _tell(kind, dispute, row, rung, event)


def late(dispute: Dispute, row: DisputeDeadline, event: Event) -> None:
    """A duty was broken: whoever is waited for and the supervisors hear of it at once."""
    _tell("dispute.late", dispute, row, "due", event)


def _tell(kind: str, dispute: Dispute, row: DisputeDeadline, rung: str, event: Event) -> None:
    people = {person.pk: person for person in _people(dispute, row, rung)}
    due = row.moment.isoformat()
    telling.people(kind, dispute, event, people.values(), key=row.metric, due_at=due, rung=rung)


def _people(dispute: Dispute, row: DisputeDeadline, rung: str) -> Iterable[Person]:
    if row.waits_for == Waiting.TRADER or row.metric == OUTSIDE:
        yield from telling.trader_side(dispute)
        return
    seats = dispute.assignments.active().filter(role__in=_SEATS.get(row.waits_for, ()))
    yield from (seat.user for seat in seats.select_related("user"))
    law = row.kind == Clock.STATUTORY
    if law or rung != "50":
        yield from telling.platform(dispute)
    if (law and rung in {"90", "due"}) or rung.startswith("late"):
        yield from telling.holders(Role.COMPLIANCE)
