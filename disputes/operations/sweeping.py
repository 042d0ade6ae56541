"""Clocks of cases that are past their moment: noticed once, written once, with the stated consequence.

As in the tickets' sweep: find, lock the case, read again under the lock, write everything in one
transaction. A case somebody works on is left for the next second; one that fails is left for ten minutes.
"""

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.locks import hold_some
from helpdesk.timers import sweeps
from helpdesk.timers.models import State as Ticking
from tickets.models import Ticket

from ..errors import NobodyEligible
from ..models import Dispute, DisputeDeadline, Event, Rung
from ..states import MEDIATING, WINDOWS, Actor, State, Waiting
from . import (
    answering,
    appealing,
    appointing,
    asking,
    chain,
    deadlines,
    delaying,
    escalating,
    mediating,
    remedying,
    reminding,
    replying,
    responding,
    ruling,
    rungs,
    service,
    telling,
)
from .case import hold

log = logging.getLogger(__name__)
BATCH = 200


def lag() -> float:
    """How many seconds the most overdue clock is behind."""
    first = _waiting(DisputeDeadline.objects.due()).values_list("due_at", flat=True).first()
    return max(0.0, (clock.judge() - first).total_seconds()) if first else 0.0


def _waiting(rows: QuerySet[DisputeDeadline]) -> QuerySet[DisputeDeadline]:
    return rows.filter(Q(postponed_until=None) | Q(postponed_until__lte=Now()))


def sweep_due(batch: int = BATCH) -> int:
    """Do everything that is due; returns how many clocks were handled."""
    done, tried = 0, set[int]()
    while picked := _picked(batch, tried):
        tried.update(pk for pk, _case in picked)
        for case in dict.fromkeys(case for _pk, case in picked):
            done += _handle(case)
        if len(picked) < batch:
            break
    return done


def _picked(batch: int, tried: set[int]) -> list[tuple[int, int]]:
    ends = Q(state=Ticking.RUNNING, due_at__lte=Now())
    reminds = Q(state__in=[Ticking.RUNNING, Ticking.BREACHED], warn_at__lte=Now())
    rows = _waiting(DisputeDeadline.objects.filter(ends | reminds)).exclude(pk__in=tried)
    return list(rows.order_by("due_at").values_list("pk", "dispute_id")[:batch])


def _handle(case: int) -> int:
    try:
        with transaction.atomic():
            ticket = Dispute.objects.values_list("ticket_id", flat=True).get(pk=case)
            if not hold_some(Ticket.objects.filter(pk=ticket)) or not hold_some(
                Dispute.objects.filter(pk=case)
            ):
                return 0
            with clock.at(clock.judge()):
                done = _one_case(hold(Dispute.objects.get(pk=case)))
            DisputeDeadline.objects.filter(dispute_id=case, postponed_until__isnull=False).update(
                postponed_until=None
            )
            return done
    except Exception as error:
        log.exception("sweep.dispute_failed", extra={"dispute": case})
        failed = DisputeDeadline.objects.running().filter(dispute_id=case)
        failed.update(postponed_until=Now() + sweeps.rest_after(error))
        return 0


def _one_case(dispute: Dispute) -> int:
    now, done = clock.now(), 0
    for row in list(dispute.deadlines.filter(warn_at__lte=now).order_by("warn_at", "id")):
        if row.state == Ticking.BREACHED or (row.due_at and row.due_at > now):
            done += _remind(dispute, row, now)
            dispute.refresh_from_db()  # somebody may have been drawn
    for pk in list(dispute.deadlines.due().values_list("pk", flat=True)):
        # The consequence of one clock may have ended the next.
        if late := dispute.deadlines.due().filter(pk=pk).first():
            done += _break(dispute, late, now)
            dispute.refresh_from_db()
    return done


def _once(row: DisputeDeadline, rung: str, at: datetime) -> bool:
    _row, fresh = Rung.objects.get_or_create(deadline=row, rung=rung, defaults={"at": at})
    return fresh


def _remind(dispute: Dispute, row: DisputeDeadline, now: datetime) -> int:
    row.warned_at, row.warn_at = now, rungs.next_after(row, now)
    row.save(update_fields=["warned_at", "warn_at"])
    fresh = [code for code in rungs.reached(row, now) if _once(row, code, now)]
    if not fresh:
        return 0
    rung = fresh[-1]
    facts = {"clock": deadlines.told_as(row), "rung": rung}
    event = chain.add(dispute, "dispute.clock.warned", by=None, role=Actor.SY, at=now, facts=facts)
    reminding.remind(dispute, row, fresh, event)
    _fill_seat(dispute, row)
    return 1


def _fill_seat(dispute: Dispute, row: DisputeDeadline) -> None:
    """A seat nobody could be drawn for is tried again with every reminder: somebody may be free by now."""
    role = _SEATS.get(row.metric)
    if role is None or (role == Actor.ME and row.state != Ticking.BREACHED):
        return
    if not dispute.assignments.active().filter(role__in=MEDIATING if role == Actor.ME else (role,)).exists():
        # Whoever directs the case knows already that nobody was there.
        with contextlib.suppress(NobodyEligible):
            appointing.draw(dispute, role, by=None)


def _break(dispute: Dispute, row: DisputeDeadline, now: datetime) -> int:
    row.state, row.breached_at, row.detected_at = Ticking.BREACHED, row.due_at, now
    row.generation += 1
    row.warn_at = rungs.next_after(row, now)
    row.save(update_fields=["state", "breached_at", "detected_at", "generation", "warn_at"])
    if not _once(row, "due", now):
        return 0
    window = row.metric in WINDOWS
    action = "dispute.clock.over" if window else "dispute.clock.broken"
    facts = {"clock": deadlines.told_as(row)}
    event = chain.add(dispute, action, by=None, role=Actor.SY, at=now, facts=facts)
    if not window:
        reminding.late(dispute, row, event)
    if follow := _CONSEQUENCES.get(row.metric):
        follow(dispute, row, event)
    return 1


def _try_draw(dispute: Dispute, _row: DisputeDeadline, event: Event) -> None:
    """Nobody pressed the button in time: the draw needs no hand."""
    try:
        appointing.draw(dispute, Actor.ME, by=None)
    except NobodyEligible:
        telling.people("dispute.task", dispute, event, telling.holders(Role.COMPLIANCE), task="draw")


def _silent_mediator(dispute: Dispute, row: DisputeDeadline, _event: Event) -> None:
    seat = dispute.assignments.active().filter(role__in=MEDIATING).select_related("user").first()
    if seat is not None:
        service.lapsed(seat, row, at=clock.now())
        appointing.replace(dispute, seat, by=None, reason=row.metric, why=row.metric)


def _mediation_over(dispute: Dispute, _row: DisputeDeadline, _event: Event) -> None:
    if until := replying.last_end(dispute):
        # A reply was given more time than the mediation: the file closes after it.
        deadlines.put(dispute, "mediation", until, Waiting.MEDIATOR, at=clock.now())
    else:
        mediating.report_no_settlement(dispute, by=None)


def _comments_over(dispute: Dispute, _row: DisputeDeadline, _event: Event) -> None:
    if dispute.state == State.PROVISIONAL_DECISION:
        ruling.comments_ended(dispute, at=clock.now())


def _not_accepted(dispute: Dispute, _row: DisputeDeadline, _event: Event) -> None:
    """Silence: when both windows are over nobody is bound, and after a review the file closes."""
    if dispute.state == State.FINAL:
        answering.close_final(dispute, by=None)
    windows = dispute.deadlines.running().filter(metric__in=["accept_decision", "file_appeal"])
    if dispute.state != State.DECIDED or windows.exists():
        return
    answering.not_accepted(dispute, by=None)


def _review_late(dispute: Dispute, _row: DisputeDeadline, event: Event) -> None:
    appealing.overdue(dispute, event, at=clock.now())


def _confirmed_by_time(dispute: Dispute, _row: DisputeDeadline, _event: Event) -> None:
    remedying.confirm(dispute, by=None)


def _final_letter_late(dispute: Dispute, row: DisputeDeadline, event: Event) -> None:
    """The right to go outside is never lost because we were slow: the notice goes out by itself."""
    delaying.send_by_itself(dispute, row, event)


def _answer_late(dispute: Dispute, row: DisputeDeadline, event: Event) -> None:
    """The notice first; where nobody has answered the complaint yet, somebody neutral takes it up (T11)."""
    _final_letter_late(dispute, row, event)
    escalating.unanswered(dispute, at=clock.now())


def _answer_not_taken(dispute: Dispute, row: DisputeDeadline, _event: Event) -> None:
    responding.window_lapsed(dispute, row, at=clock.now())


def _payment_late(dispute: Dispute, _row: DisputeDeadline, event: Event) -> None:
    telling.people("dispute.task", dispute, event, telling.holders(Role.COMPLIANCE), task="overdue")


_SEATS = {
    "appoint_mediator": Actor.ME,
    "decide": Actor.DE,
    "final_decision": Actor.DE,
    "decide_appeal": Actor.AR,
}
_CONSEQUENCES: dict[str, Callable[[Dispute, DisputeDeadline, Event], None]] = {
    "appoint_mediator": _try_draw,
    "mediator_accepts": _silent_mediator,
    "mediator_activity": _silent_mediator,
    "mediation": _mediation_over,
    "comment_provisional": _comments_over,
    "accept_decision": _not_accepted,
    "file_appeal": _not_accepted,
    "decide_appeal": _review_late,
    "confirm_remedy": _confirmed_by_time,
    "response": _answer_late,
    "accept_response": _answer_not_taken,
    "hard_stop": _final_letter_late,
    "pay_remedy": _payment_late,
    "info_request": asking.lapsed,
}
