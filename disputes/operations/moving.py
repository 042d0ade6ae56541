"""The one function that moves a dispute. Nothing else writes its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from helpdesk.core import clock
from tickets.models import Ticket
from tickets.operations import lifecycle

from .. import access
from ..errors import Involved
from ..models import Dispute, Event
from ..states import NEUTRAL, OVER, TABLE, Actor, State, transition
from . import chain, deadlines, granting, keeping, outside, sumholds
from .case import hold
from .conditions import CONDITIONS


@transaction.atomic
def apply(
    dispute: Dispute,
    name: str,
    *,
    by: Person | None,
    at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    outcome: str = "",
) -> Event:
    """Make one move of the table: lock, role, state, conflict, preconditions; then clocks, event and row.

    `by` None is the system. The given instance follows the row, so callers may go on with it.
    """
    at = at or clock.now()
    fresh = hold(dispute)
    role = Actor.SY if by is None else access.acting(by, fresh, TABLE[name].actors)
    row = transition(name, fresh.state, role)
    _refuse_conflict(fresh, by, role)
    if check := CONDITIONS.get(name):
        check(fresh, by)
    before, fresh.state, fresh.waiting_on = fresh.state, row.target, row.waiting_on
    fresh.closed_at = at if row.target in OVER else None
    fresh.outcome = outcome or fresh.outcome
    clocks = deadlines.turn(fresh, row, at=at)
    fresh.save(update_fields=["state", "waiting_on", "closed_at", "outcome"])
    if name in outside.FINAL_LETTERS:
        outside.begin(fresh, at=at)
    told = {"transition": row.code, **({"clocks": clocks} if clocks else {}), **(facts or {})}
    event = chain.add(
        fresh, f"dispute.{name}", by=by, role=role, at=at, before=before, facts=told, private=private
    )
    if before == State.DRAFT or before in OVER or row.target in OVER:
        keeping.follow(fresh, at=at)
    sumholds.follow(fresh, at=at)
    if row.target in OVER:
        _end_with(fresh, by, at)
    dispute.refresh_from_db()
    return event


def _refuse_conflict(dispute: Dispute, by: Person | None, role: str) -> None:
    """F1 once more at the moment of the act; the database holds the same line at the assignment."""
    if by is not None and role in NEUTRAL and dispute.involvements.filter(user=by).exists():
        raise Involved


def _end_with(dispute: Dispute, by: Person | None, at: datetime) -> None:
    dispute.assignments.active().update(ended_at=at, end_reason="case over")
    granting.run_out(dispute, at=at)
    ticket = Ticket.objects.get(pk=dispute.ticket_id)
    if dispute.state == State.INADMISSIBLE:
        lifecycle.leave_dispute(ticket, by=None, at=at)
    else:
        # Who of the house ends a case has not worked on its ticket by that, and may handle it again (T05).
        ours = by is not None and by.pk != dispute.trader_id
        lifecycle.close_with_dispute(ticket, by=None if ours else by, at=at)
