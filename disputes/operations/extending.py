"""Moving a date. Never by the one who is waited for, never for one side alone, never past the last day.

Source: disputes.md 1.5, "Extensions", and F13. The platform's own answer has one extension, to the date its
policy allows, and only with a reason sent before the first date (6.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import Dispute, DisputeDeadline, Extension
from ..states import MEDIATING, OUTSIDE, Actor, Waiting
from . import chain, deadlines, statutory, telling
from .case import hold

ANSWER = "response"
_PLATFORM = (Actor.SU, Actor.CH, Actor.FI)
# Who is waited for, and who therefore may not give more time.
_WAITED: dict[str, tuple[Actor, ...]] = {
    Waiting.TRADER: (Actor.TR,),
    Waiting.PLATFORM: _PLATFORM,
    Waiting.MEDIATOR: MEDIATING,
    Waiting.DECIDER: (Actor.DE,),
    Waiting.REVIEWER: (Actor.AR,),
}
_DIRECT = frozenset({Actor.SU, Actor.CH, Actor.CO})
_NEUTRALS = frozenset({*MEDIATING, Actor.DE, Actor.AR})
_FIXED = frozenset({"ack", "hard_stop", OUTSIDE, "reopen_window"})


def may(rows: Iterable[DisputeDeadline]) -> frozenset[str]:
    """Who may move these clocks of one kind: nobody they wait for; neutrals only what waits for a party."""
    sides = {row.waits_for for row in rows}
    if any(row.metric == ANSWER for row in rows):
        return frozenset({Actor.SU, Actor.CH})
    allowed = _DIRECT | (_NEUTRALS if sides & {Waiting.TRADER, Waiting.PLATFORM} else frozenset())
    return allowed - {actor for side in sides for actor in _WAITED.get(side, ())}


def movable(dispute: Dispute, acting: frozenset[str]) -> dict[str, DisputeDeadline]:
    """The clocks that somebody with these capacities may move now, one row of each kind."""
    found: dict[str, list[DisputeDeadline]] = {}
    for row in dispute.deadlines.running().order_by("due_at"):
        if row.metric not in _FIXED:
            found.setdefault(row.metric, []).append(row)
    if ANSWER in found and not _has_more(dispute, found[ANSWER][0]):
        del found[ANSWER]
    return {metric: rows[0] for metric, rows in found.items() if may(rows) & acting}


def _has_more(dispute: Dispute, row: DisputeDeadline) -> bool:
    """Whether the policy still gives the answer more time; a case taken up again may be past its date."""
    allowed = answer_by(dispute)
    return allowed is not None and allowed > row.moment and not row.extensions.exists()


def answer_by(dispute: Dispute) -> datetime | None:
    """The date the policy lets the answer be extended to; None when it has none."""
    return statutory.dates(dispute.policy_version, dispute.received_at)["extended"]


@dataclass(frozen=True)
class _Grant:
    """More time, as it is written down beside every clock it moves."""

    due: datetime
    reason: str
    by: Person
    role: str
    at: datetime

    def write(self, row: DisputeDeadline, was: datetime) -> Extension:
        """The line under the clock that says who moved it, from when and why."""
        return Extension.objects.create(
            deadline=row,
            was_due_at=was,
            due_at=self.due,
            reason=self.reason,
            by=self.by,
            role=self.role,
            at=self.at,
        )


@transaction.atomic
def extend(
    dispute: Dispute,
    metric: str,
    *,
    by: Person,
    reason: str,
    until: date | None = None,
    at: datetime | None = None,
) -> list[Extension]:
    """Move a running date to the end of the local day `until` (the answer: to the policy's own date).

    Both sides get the new date, also the one that had already done its part, and both are told why.
    """
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, _DIRECT | _NEUTRALS)
    access.require_declared(by, dispute)
    rows = list(
        dispute.deadlines.running().filter(metric=metric).exclude(metric__in=_FIXED).order_by("due_at")
    )
    if not rows:
        raise Conflict(_("This date is not running, or cannot be moved."), code="date_not_running")
    role = access.acting(by, dispute, may(rows))
    due, reason = _due(dispute, rows[0], until, at), many_lines(reason)[:1000]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why. Both sides will read it.")]})
    _within_the_last_day(dispute, due)
    was, grant = rows[0].moment, _Grant(due, reason, by, str(role), at)
    moved = [_move(row, grant) for row in rows if row.moment < due]
    moved += _give_to_the_other(dispute, rows, was, grant)
    if len(moved) > 1 and metric == "comment_provisional":
        dispute.waiting_on = Waiting.BOTH
        dispute.save(update_fields=["waiting_on"])
    facts = {"clocks": [deadlines.told_as(one.deadline) for one in moved], "was": chain.moment(was)}
    event = chain.add(
        dispute, "dispute.clock.extended", by=by, role=role, at=at, facts=facts, private={"reason": reason}
    )
    telling.both(
        "dispute.step", dispute, event, step="extended", key=metric, until=due.isoformat(), reason=reason
    )
    return moved


def _due(dispute: Dispute, row: DisputeDeadline, until: date | None, at: datetime) -> datetime:
    if row.moment <= at:
        raise Conflict(_("This date has passed; it can no longer be moved."), code="date_passed")
    if row.metric == ANSWER:
        allowed = answer_by(dispute)
        if allowed is None or not _has_more(dispute, row):
            raise Conflict(_("The rules of this case allow no further time."), code="no_extension")
        return allowed
    zone = ZoneInfo(dispute.policy_version.rule["tz"])
    try:
        local = row.moment.astimezone(zone).time()
        due = datetime.combine(until, local, tzinfo=zone).astimezone(UTC) if until else None
    except OverflowError:
        due = None
    if due is None or due <= row.moment:
        raise Invalid(fields={"until": [_("Please give a day after the present date.")]})
    return due


def _within_the_last_day(dispute: Dispute, due: datetime) -> None:
    last = deadlines.last_day(dispute)
    if last is not None and due > last:
        raise Invalid(fields={"until": [_("No date can be moved past the last day for our final answer.")]})


def _move(row: DisputeDeadline, grant: _Grant) -> Extension:
    was = row.moment
    deadlines.move(row, grant.due, at=grant.at)
    return grant.write(row, was)


def _give_to_the_other(
    dispute: Dispute, rows: list[DisputeDeadline], was: datetime, grant: _Grant
) -> list[Extension]:
    """What both sides owe is extended for both (F13): a side that was done gets the same time again."""
    metric, there = rows[0].metric, {row.waits_for for row in rows}
    sides = deadlines.waits_for(dispute.policy_version, metric)
    missing = [side for side in sides if side not in there] if len(sides) > 1 else []
    return [
        grant.write(deadlines.put(dispute, metric, grant.due, side, at=grant.at), was) for side in missing
    ]
