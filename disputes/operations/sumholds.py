"""The disputed sum stays where it is while both sides want it (F18). It awards nothing, and blocks no other.

One side proposes and the other agrees. It ends by itself with the case or by its rule, and earlier only when
both say so. Whoever keeps the wallet or the ledger hears of it by `SumHoldChanged` and by the case's log.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock, events
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.locks import hold_some
from helpdesk.core.text import many_lines, one_line
from tickets.models import Ticket

from .. import access
from ..errors import NotHeld
from ..events import SumHoldChanged
from ..models import Dispute, Event, SumHold
from ..states import OVER, Actor, Side, State
from ..states.fair import STANDING, WITH_RESULT, HoldEnd, HoldRule, HoldState
from . import chain, telling
from .case import hold

SIDES = {Actor.TR: Side.TRADER, Actor.CH: Side.PLATFORM, Actor.SU: Side.PLATFORM}
LONGEST = timedelta(days=366)


@transaction.atomic
def propose(
    dispute: Dispute,
    *,
    by: Person,
    amount: Decimal | None,
    asset: str,
    rule: str = HoldRule.CASE,
    day: date | None = None,
    note: str = "",
) -> SumHold:
    """Ask the other side that the disputed sum stays where it is."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, SIDES)
    if not dispute.is_open or dispute.state == State.DRAFT:
        raise Conflict(_("The case is already over."), code="sum_not_open")
    if dispute.sum_holds.standing().exists():
        raise Conflict(_("A sum is held or proposed already."), code="sum_stands")
    asset, note = one_line(asset).upper()[:12], many_lines(note)[:1000]
    until = _until(dispute, rule, day, at)
    if amount is None or amount <= 0 or not asset:
        raise Invalid(fields={"amount": [_("Please give the sum and the currency.")]})
    if rule == HoldRule.RESULT and dispute.state in WITH_RESULT:
        raise Invalid(fields={"rule": [_("There is a result already. Please choose another end.")]})
    row = SumHold.objects.create(
        dispute=dispute, amount=amount, asset=asset, rule=rule, until=until, note=note,
        proposed_side=SIDES[role], proposed_by=by, proposed_at=at,
    )  # fmt: skip
    _told(row, "dispute.sum.proposed", by, role, at, private={"note": note} if note else None)
    return row


def _until(dispute: Dispute, rule: str, day: date | None, at: datetime) -> datetime | None:
    """The end of the day named, where the case's policy has its days."""
    if rule not in HoldRule.values:
        raise Invalid(fields={"rule": [_("Please choose when the sum is free again.")]})
    if rule != HoldRule.DAY:
        return None
    zone = ZoneInfo(dispute.policy_version.rule["tz"])
    if day is None or not at.astimezone(zone).date() < day <= (at + LONGEST).date():
        raise Invalid(fields={"day": [_("Please name a day from tomorrow on, within a year.")]})
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


@transaction.atomic
def answer(dispute: Dispute, *, by: Person, agree: bool) -> SumHold:
    """The other side agrees, and the sum is held from now on; or it does not."""
    dispute, role, row, at = _mine(dispute, by, HoldState.PROPOSED)
    if row.proposed_side == SIDES[role]:
        raise Conflict(_("The other side has to answer this."), code="own_proposal")
    if not agree:
        _end(row, HoldState.DECLINED, at)
        _told(row, "dispute.sum.declined", by, role, at)
        return row
    row.state, row.agreed_side, row.agreed_by, row.started_at = HoldState.ACTIVE, SIDES[role], by, at
    row.save(update_fields=["state", "agreed_side", "agreed_by", "started_at"])
    _told(row, "dispute.sum.held", by, role, at)
    return row


@transaction.atomic
def take_back(dispute: Dispute, *, by: Person) -> SumHold:
    """Whoever proposed it thinks again before the other side has answered."""
    dispute, role, row, at = _mine(dispute, by, HoldState.PROPOSED)
    if row.proposed_side != SIDES[role]:
        raise Conflict(_("The other side proposed this; you can decline it."), code="not_own_proposal")
    _end(row, HoldState.WITHDRAWN, at)
    _told(row, "dispute.sum.withdrawn", by, role, at)
    return row


@transaction.atomic
def release(dispute: Dispute, *, by: Person) -> SumHold:
    """One side wants the sum free earlier; when the other has said so before, it is."""
    dispute, role, row, at = _mine(dispute, by, HoldState.ACTIVE)
    if row.end_side == SIDES[role]:
        raise Conflict(_("Your side has said so already; the other one has not."), code="end_asked")
    if row.end_side:
        _end(row, HoldState.ENDED, at, HoldEnd.BOTH)
        _told(row, "dispute.sum.ended", by, role, at)
        return row
    row.end_side, row.end_asked_at = SIDES[role], at
    row.save(update_fields=["end_side", "end_asked_at"])
    _told(row, "dispute.sum.end_asked", by, role, at)
    return row


@transaction.atomic
def keep(dispute: Dispute, *, by: Person) -> SumHold:
    """The sum stays held after all: the wish is taken back, or the other side does not share it."""
    dispute, role, row, at = _mine(dispute, by, HoldState.ACTIVE)
    if not row.end_side:
        raise Conflict(_("Nobody has asked to free the sum."), code="no_end_asked")
    row.end_side, row.end_asked_at = "", None
    row.save(update_fields=["end_side", "end_asked_at"])
    _told(row, "dispute.sum.kept", by, role, at)
    return row


@transaction.atomic
def refer(dispute: Dispute, *, by: Person, reference: str) -> SumHold:
    """The platform says under which number the wallet or the ledger holds it."""
    dispute, role, row, at = _mine(dispute, by, HoldState.ACTIVE, (Actor.CH, Actor.SU))
    reference = one_line(reference)[:120]
    if not reference:
        raise Invalid(fields={"reference": [_("Please give the number of the lock.")]})
    if row.reference:
        raise Conflict(_("The number of the lock is known already."), code="lock_known")
    row.reference = reference
    row.save(update_fields=["reference"])
    _told(row, "dispute.sum.locked", by, role, at, private={"reference": reference})
    return row


def follow(dispute: Dispute, *, at: datetime) -> None:
    """The case has moved: what its end or a result frees is free in the same moment. The case is held."""
    row = dispute.sum_holds.standing().first()
    if row is None:
        return
    if dispute.state in OVER:
        _free(row, HoldEnd.CASE, at)
    elif row.state == HoldState.ACTIVE and row.rule == HoldRule.RESULT and dispute.state in WITH_RESULT:
        _free(row, HoldEnd.RESULT, at)


def free_due() -> int:
    """Sums whose day is over."""
    due = SumHold.objects.filter(state=HoldState.ACTIVE, rule=HoldRule.DAY, until__lte=clock.judge())
    return sum(_free_due(*pair) for pair in due.values_list("dispute_id", "dispute__ticket_id")[:50])


@transaction.atomic
def _free_due(case: int, ticket: int) -> int:
    # A case somebody works on waits for the next look.
    if not hold_some(Ticket.objects.filter(pk=ticket)) or not hold_some(Dispute.objects.filter(pk=case)):
        return 0
    dispute, now = hold(Dispute.objects.get(pk=case)), clock.judge()
    row = dispute.sum_holds.filter(state=HoldState.ACTIVE, rule=HoldRule.DAY, until__lte=now).first()
    if row is None:
        return 0
    _free(row, HoldEnd.DAY, now)
    return 1


def _free(row: SumHold, why: HoldEnd, at: datetime) -> None:
    held = row.state == HoldState.ACTIVE
    _end(row, HoldState.ENDED if held else HoldState.LAPSED, at, why)
    _told(row, "dispute.sum.ended" if held else "dispute.sum.lapsed", None, Actor.SY, at)


def _mine(
    dispute: Dispute, by: Person, state: HoldState, actors: Any = tuple(SIDES)
) -> tuple[Dispute, Actor, SumHold, datetime]:
    """The case, in which capacity the person acts, and the row in the state the act needs; all held."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, actors)
    row = dispute.sum_holds.filter(state__in=STANDING).first()
    if row is None or row.state != state:
        raise NotHeld
    row.dispute = dispute
    return dispute, role, row, at


def _end(row: SumHold, state: HoldState, at: datetime, why: str = "") -> None:
    row.state, row.ended_at, row.end_reason = state, at, why
    row.save(update_fields=["state", "ended_at", "end_reason"])


def _told(
    row: SumHold,
    action: str,
    by: Person | None,
    role: str,
    at: datetime,
    private: dict[str, Any] | None = None,
) -> Event:
    """One link of the log, one letter to both sides, one fact for whoever keeps the money."""
    facts: dict[str, Any] = {
        "hold": row.pk, "sum": f"{row.amount.normalize():f}", "asset": row.asset, "rule": row.rule,
        "state": str(row.state),
    }  # fmt: skip
    facts |= {"until": chain.moment(row.until)} if row.until else {}
    facts |= {"why": str(row.end_reason)} if row.end_reason else {}
    event = chain.add(row.dispute, action, by=by, role=role, at=at, facts=facts, private=private)
    step = action.removeprefix("dispute.").replace(".", "_")
    more = {"money": row.money, "side": SIDES.get(Actor(role), ""), "why": str(row.end_reason)}
    telling.both("dispute.sides", row.dispute, event, step=step, **more)
    events.publish(
        SumHoldChanged(row.dispute.reference, row.pk, str(row.state), facts["sum"], row.asset, row.rule)
    )
    return event
