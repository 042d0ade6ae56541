"""Objections to a mediator as both sides see them, and who may rule on one."""

from dataclasses import dataclass

from accounts.models import Person

from .. import access
from ..models import Dispute, Objection
from ..states import BARRED, Actor, How, Side
from .before import under_named

# Who directed, approved or paid has a hand in the case; who only read it has not.
_HANDS = (*BARRED, How.SUPERVISED, How.PAID)


@dataclass(frozen=True)
class Count:
    """How often one side has objected, and what became of it."""

    side: str
    name: str
    free_used: bool
    waiting: int
    upheld: int
    dismissed: int


def waiting(dispute: Dispute) -> Objection | None:
    """The oldest objection on which somebody still has to rule; those of a seat that has ended are moot."""
    rows = dispute.objections.filter(upheld=None, assignment__ended_at=None)
    return rows.select_related("assignment__user", "by").order_by("id").first()


def may_rule(dispute: Dispute, person: Person, found: Objection) -> bool:
    """Compliance, or a supervisor, without a hand in the case; never who objected."""
    mine = access.actors_of(person, dispute) & {Actor.SU, Actor.CO}
    if not mine or found.by_id == person.pk or under_named(dispute, person):
        return False
    hands = BARRED if Actor.CO in mine else _HANDS
    return not dispute.involvements.filter(user=person, how__in=hands).exists()


def counts(dispute: Dispute) -> list[Count]:
    """For each side; the same for whoever looks."""
    rows = list(dispute.objections.select_related("assignment"))
    return [_count(side, [row for row in rows if row.side == side]) for side in (Side.TRADER, Side.PLATFORM)]


def _count(side: Side, rows: list[Objection]) -> Count:
    ruled = [row for row in rows if row.ruled_by_id]
    upheld = sum(1 for row in ruled if row.upheld)
    open_ = sum(1 for row in rows if row.upheld is None and row.assignment.ended_at is None)
    return Count(side, str(side.label), bool(rows), open_, upheld, len(ruled) - upheld)


def reasoned(dispute: Dispute) -> list[Objection]:
    """Those that were made with reasons, with the ruling where there is one."""
    rows = dispute.objections.exclude(upheld=True, ruled_by=None).select_related("assignment__user")
    return list(rows.order_by("id"))


def can(dispute: Dispute, person: Person) -> set[str]:
    """Whether the person could rule now."""
    found = waiting(dispute)
    return {"rule_objection"} if found is not None and may_rule(dispute, person, found) else set()


def page(dispute: Dispute) -> dict[str, object]:
    """What the page of a case shows of them."""
    return {
        "objections": reasoned(dispute),
        "objection_counts": counts(dispute) if dispute.draws.exists() else [],
        "objection_waiting": waiting(dispute),
    }
