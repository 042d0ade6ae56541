"""Clocks from their events alone: the proof that the rows say what happened, and the repair if they do not.

Nothing here reads a clock's row to work out what it should be: the events carry the terms, policies and
calendars are immutable, and the arithmetic is the same everywhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.core.locks import hold
from helpdesk.timers.models import CalendarVersion, State
from helpdesk.timers.promises import Target, set_moments

from ..models import SlaPolicyVersion, Ticket, TicketTimer, TimerEvent
from ..models.rungs import rungs
from ..states import TAKEN_OVER, Act, PauseReason
from . import clockwork, ladder, promises

# Everything a clock's row says, except how often it was written and what the database works out itself.
FIELDS = (
    "metric", "cycle", "state", "mode", "calendar_version_id", "policy_version_id", "target_seconds",
    "consumed_seconds", "started_at", "resumed_at", "due_at", "warn_at", "warned_at", "paused_at",
    "pause_reason", "pause_ends_at", "fulfilled_at", "breached_at", "detected_at", "cancelled_at",
    "renewed_due_at", "rung", "next_share", "acknowledged_at", "acknowledged_by_id",
)  # fmt: skip
BATCH = 200


@dataclass(frozen=True)
class Difference:
    """One column of one clock that does not say what the events say."""

    reference: str
    metric: str
    cycle: int
    column: str
    row: Any
    events: Any

    def __str__(self) -> str:
        return (
            f"{self.reference} {self.metric} {self.cycle}: {self.column} is {self.row!s}, "
            f"the events say {self.events!s}"
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Books:
    """Policies and calendars, read once each."""

    def __init__(self) -> None:
        self._versions: dict[int, SlaPolicyVersion] = {}
        self._calendars: dict[int, CalendarVersion] = {}

    def version(self, pk: int) -> SlaPolicyVersion:
        """A policy version with its calendar's."""
        if pk not in self._versions:
            self._versions[pk] = SlaPolicyVersion.objects.select_related("calendar_version").get(pk=pk)
        return self._versions[pk]

    def calendar(self, pk: int) -> CalendarVersion:
        """A calendar version."""
        if pk not in self._calendars:
            self._calendars[pk] = CalendarVersion.objects.get(pk=pk)
        return self._calendars[pk]


def replay(events: Iterable[TimerEvent], books: Books) -> TicketTimer:
    """The clock as its events say it stands, not saved. `events` are one clock's, oldest first."""
    timer = TicketTimer()
    for event in events:
        version = books.version(event.policy_version_id)
        _STEPS[Act(event.kind)](timer, event, version, books)
    return timer


def _lay_down(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, books: Books) -> None:
    terms = event.terms
    timer.ticket_id, timer.policy_version = event.ticket_id, version
    timer.metric, timer.cycle, timer.mode = terms["metric"], terms["cycle"], terms["mode"]
    timer.target_seconds, timer.state = terms["target_seconds"], State.RUNNING
    timer.calendar_version = books.calendar(terms["calendar_version"])
    timer.started_at = datetime.fromisoformat(terms["started_at"])


def _begin(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, books: Books) -> None:
    _lay_down(timer, event, version, books)
    set_moments(timer, event.at)
    ladder.begin(timer, version)


def _reopen(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, books: Books) -> None:
    if timer.breached_at:  # broken it stays; what made it good, or ended it, is taken back
        timer.fulfilled_at = timer.cancelled_at = None
        return
    _lay_down(timer, event, version, books)
    timer.consumed_seconds, timer.due_at = event.consumed_seconds, event.due_at
    if "rung" in event.terms:
        timer.resumed_at = datetime.fromisoformat(event.terms["resumed_at"])
        ladder.stand_at(timer, version, event.terms["rung"])
    else:  # told before the events said where it stood
        timer.resumed_at = timer.started_at
        ladder.stand_at_breach(timer, version)


def _retarget(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, books: Books) -> None:
    target = Target(event.terms["metric"], event.terms["target_seconds"], event.terms["mode"])
    clockwork.move_target(timer, version, target, event.at)
    timer.calendar_version = books.calendar(event.terms["calendar_version"])


def _pause(timer: TicketTimer, event: TimerEvent, _version: SlaPolicyVersion, _books: Books) -> None:
    clockwork.stop(timer, event.reason, event.at, _moment(event.terms.get("ends_at")))


def _resume(timer: TicketTimer, event: TimerEvent, _version: SlaPolicyVersion, _books: Books) -> None:
    clockwork.go_on(timer, event.at)


def _warn(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, _books: Books) -> None:
    timer.warned_at = event.at
    ladder.climb(timer, rungs(version, timer.metric))


def _breach(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, _books: Books) -> None:
    timer.state, timer.breached_at = State.BREACHED, event.at
    timer.detected_at = _moment(event.terms.get("detected_at"))
    timer.renewed_due_at = _moment(event.terms.get("renewed_due_at"))
    ladder.fall(timer, rungs(version, timer.metric))


def _call(timer: TicketTimer, _event: TimerEvent, version: SlaPolicyVersion, _books: Books) -> None:
    timer.rung += 1
    ladder.aim_after_breach(timer, rungs(version, timer.metric))


def _take_on(timer: TicketTimer, event: TimerEvent, version: SlaPolicyVersion, _books: Books) -> None:
    timer.acknowledged_at, timer.acknowledged_by_id = event.at, event.actor_id
    if event.reason == PauseReason.MEDIATION:
        timer.warn_at = None
    elif event.reason != TAKEN_OVER:
        ladder.rest(timer, rungs(version, timer.metric), event.at)


def _fulfil(timer: TicketTimer, event: TimerEvent, _version: SlaPolicyVersion, _books: Books) -> None:
    timer.fulfilled_at = event.at
    if timer.state != State.BREACHED:
        timer.state = State.FULFILLED


def _cancel(timer: TicketTimer, event: TimerEvent, _version: SlaPolicyVersion, _books: Books) -> None:
    timer.cancelled_at = event.at
    if timer.state != State.BREACHED:
        timer.state = State.CANCELLED


_STEPS = {
    Act.START: _begin, Act.REOPEN: _reopen, Act.RETARGET: _retarget, Act.PAUSE: _pause, Act.RESUME: _resume,
    Act.WARN: _warn, Act.BREACH: _breach, Act.ESCALATE: _call, Act.ACKNOWLEDGE: _take_on,
    Act.FULFIL: _fulfil, Act.CANCEL: _cancel,
}  # fmt: skip


def differences(ticket_ids: list[int], books: Books) -> list[tuple[TicketTimer, list[Difference]]]:
    """Clocks of these tickets that do not say what their events say: as each should be, and where."""
    rows = TicketTimer.objects.filter(ticket_id__in=ticket_ids).select_related("ticket").order_by("pk")
    told: dict[int, list[TimerEvent]] = {}
    for event in TimerEvent.objects.filter(ticket_id__in=ticket_ids).order_by("timer_id", "id"):
        told.setdefault(event.timer_id, []).append(event)
    found = []
    for row in rows:
        should = replay(told.get(row.pk, []), books)
        wrong = [
            Difference(row.ticket.reference, row.metric, row.cycle, name, getattr(row, name), value)
            for name in FIELDS
            if getattr(row, name) != (value := getattr(should, name))
        ]
        if wrong:
            should.pk, should.generation = row.pk, row.generation + 1
            found.append((should, wrong))
    return found


def check() -> Iterator[Difference]:
    """Every difference of every clock."""
    books = Books()
    for ids in _batches():
        for _clock, wrong in differences(ids, books):
            yield from wrong


def rebuild() -> Iterator[Difference]:
    """Write every clock that differs anew from its events, under its ticket's lock; says what changed."""
    books = Books()
    for ids in _batches():
        for ticket_id in dict.fromkeys(clock.ticket_id for clock, _wrong in differences(ids, books)):
            yield from _rebuild_one(ticket_id, books)


@transaction.atomic
def _rebuild_one(ticket_id: int, books: Books) -> list[Difference]:
    ticket = hold(Ticket(pk=ticket_id))
    changed: list[Difference] = []
    for clock, wrong in differences([ticket_id], books):
        clock.save(force_update=True, update_fields=[name.removesuffix("_id") for name in FIELDS])
        changed += wrong
    promises.refresh(ticket, promises.open_timers(ticket))
    ticket.save(update_fields=promises.PROMISE_FIELDS)
    return changed


def _batches() -> Iterator[list[int]]:
    last = 0
    while True:
        rows = TicketTimer.objects.filter(ticket_id__gt=last).order_by("ticket_id")
        ids = list(dict.fromkeys(rows.values_list("ticket_id", flat=True)[:BATCH]))
        if not ids:
            return
        yield ids
        last = ids[-1]
