"""The steps of a sweep as rows: clocks, events, priorities, notices and record, each in one statement.

Written as sets because a morning's backlog is broken here all at once; one row at a time would cost five
times as much.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from helpdesk.audit.log import record_many

from ..models import Ticket, TicketTimer
from ..models.rungs import BREACH, Rung
from ..states import Act, Priority
from . import telling
from .clockwork import terms
from .ladder import Hearers

_CLOCKS = """
UPDATE tickets_tickettimer t
SET state = d.state, breached_at = d.breached_at, detected_at = d.detected_at,
    renewed_due_at = d.renewed_due_at, warn_at = d.warn_at, warned_at = d.warned_at, rung = d.rung,
    next_share = d.next_share, postponed_until = NULL, generation = t.generation + 1
FROM unnest(%(id)s::bigint[], %(state)s::text[], %(breached_at)s::timestamptz[],
            %(detected_at)s::timestamptz[], %(renewed_due_at)s::timestamptz[], %(warn_at)s::timestamptz[],
            %(warned_at)s::timestamptz[], %(rung)s::smallint[], %(next_share)s::float8[])
    AS d(id, state, breached_at, detected_at, renewed_due_at, warn_at, warned_at, rung, next_share)
WHERE t.id = d.id
"""
# A rung that fired before the clock was put under another policy does not fire again; passing it is an act
# all the same, without which the clock could not be rebuilt.
_EVENTS = """
INSERT INTO tickets_timerevent (timer_id, ticket_id, at, kind, rung, reason, policy_version_id, due_at,
                                consumed_seconds, terms)
SELECT timer, ticket, at, kind,
       CASE WHEN EXISTS (SELECT FROM tickets_timerevent e WHERE e.timer_id = timer AND e.rung = d.rung
                         AND e.rung <> '') THEN '' ELSE rung END,
       '', policy, due_at, consumed, terms::jsonb
FROM unnest(%(timer)s::bigint[], %(ticket)s::bigint[], %(at)s::timestamptz[], %(kind)s::text[],
            %(rung)s::text[], %(policy)s::bigint[], %(due_at)s::timestamptz[], %(consumed)s::int[],
            %(terms)s::text[]) AS d(timer, ticket, at, kind, rung, policy, due_at, consumed, terms)
ON CONFLICT DO NOTHING
"""
_RAISE = """
UPDATE tickets_ticket t SET priority = d.priority, version = t.version + 1
FROM unnest(%(id)s::bigint[], %(priority)s::text[]) AS d(id, priority) WHERE t.id = d.id
"""


class Steps:
    """What a sweep found to do, collected and then written together."""

    def __init__(self) -> None:
        self.timers: dict[int, TicketTimer] = {}
        self.events: list[tuple[TicketTimer, Act, str, datetime | None]] = []
        self.calls: list[telling.Step] = []
        self.broken: list[TicketTimer] = []

    def broke(self, timer: TicketTimer, rungs: list[Rung]) -> None:
        """The promise is broken; these rungs of its ladder fire with it."""
        self._add(timer, Act.BREACH, BREACH, timer.breached_at)
        self.broken.append(timer)
        self.calls += [(timer, rung) for rung in rungs]

    def warned(self, timer: TicketTimer, rung: Rung) -> None:
        """A rung before the breach fires."""
        self._add(timer, Act.WARN, rung.key, None)
        self.calls.append((timer, rung))

    def called(self, timer: TicketTimer, rung: Rung) -> None:
        """Nobody has taken it on: a rung after the breach fires."""
        self._add(timer, Act.ESCALATE, rung.key, None)
        self.calls.append((timer, rung))

    def _add(self, timer: TicketTimer, act: Act, rung: str, at: datetime | None) -> None:
        self.timers[timer.pk] = timer
        self.events.append((timer, act, rung, at))

    def write(self, tickets: dict[int, Ticket], now: datetime) -> None:
        """All of it, in the caller's transaction, which holds the tickets."""
        touched = {timer.ticket_id: tickets[timer.ticket_id] for timer in self.timers.values()}
        with connection.cursor() as cursor:
            cursor.execute(_CLOCKS, _clocks(list(self.timers.values())))
            cursor.execute(_EVENTS, _events(self.events, now))
        self._raise(touched, now)
        telling.call(self.calls, tickets, Hearers(touched.values(), now))
        telling.tell_broken(self.broken, tickets)

    def _raise(self, tickets: dict[int, Ticket], now: datetime) -> None:
        """The priority goes up by one where a rung says so; never beyond the first."""
        raised = {timer.ticket_id for timer, rung in self.calls if rung.raise_priority}
        order, acts = list(Priority.values), []
        for pk in sorted(raised):
            ticket, place = tickets[pk], order.index(tickets[pk].priority)
            if place:
                before, ticket.priority = ticket.priority, order[place - 1]
                ticket.version += 1
                data = {"before": before, "after": ticket.priority, "cause": "promise"}
                acts.append((now, ticket.reference, data))
            else:
                raised.discard(pk)
        if raised:
            ids = sorted(raised)
            rows: dict[str, Any] = {"id": ids, "priority": [tickets[pk].priority for pk in ids]}
            with connection.cursor() as cursor:
                cursor.execute(_RAISE, rows)
            record_many("ticket.priority.raised", acts)


def _clocks(timers: list[TicketTimer]) -> dict[str, list[Any]]:
    names = (
        "id", "state", "breached_at", "detected_at", "renewed_due_at", "warn_at", "warned_at", "rung",
        "next_share",
    )  # fmt: skip
    return {name: [getattr(timer, name) for timer in timers] for name in names} | {
        "state": [str(timer.state) for timer in timers]
    }


def _events(
    steps: list[tuple[TicketTimer, Act, str, datetime | None]], now: datetime
) -> dict[str, list[Any]]:
    return {
        "timer": [timer.pk for timer, *_rest in steps],
        "ticket": [timer.ticket_id for timer, *_rest in steps],
        "at": [at or now for *_rest, at in steps],
        "kind": [act.value for _timer, act, *_rest in steps],
        "rung": [rung for _timer, _act, rung, _at in steps],
        "policy": [timer.policy_version_id for timer, *_rest in steps],
        "due_at": [timer.due_at for timer, *_rest in steps],
        "consumed": [timer.consumed_seconds for timer, *_rest in steps],
        "terms": [json.dumps(terms(timer, act)) for timer, act, *_rest in steps],
    }
