"""Clocks, their events and their tickets' promises written as sets: one statement for any number of rows.

The rows go over as one array for each column; Django's own way of writing many costs five times as much.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from ..models import Ticket, TicketTimer, TimerEvent

_CLOCKS = {
    "state": "text", "mode": "text", "target_seconds": "int", "consumed_seconds": "int",
    "calendar_version_id": "bigint", "policy_version_id": "bigint", "resumed_at": "timestamptz",
    "due_at": "timestamptz", "warn_at": "timestamptz", "cancelled_at": "timestamptz", "rung": "smallint",
    "next_share": "float8", "paused_at": "timestamptz", "pause_reason": "text",
    "pause_ends_at": "timestamptz",
}  # fmt: skip
_EVENTS = {
    "timer_id": "bigint", "ticket_id": "bigint", "at": "timestamptz", "kind": "text", "rung": "text",
    "actor_id": "bigint", "reason": "text", "policy_version_id": "bigint", "due_at": "timestamptz",
    "consumed_seconds": "int",
}  # fmt: skip
_PROMISES = {
    "policy_version_id": "bigint", "promise_state": "text", "promise_metric": "text",
    "promise_due_at": "timestamptz", "promise_soon_at": "timestamptz", "promise_reason": "text",
}  # fmt: skip


def write_clocks(timers: Sequence[TicketTimer]) -> None:
    """The terms and moments of clocks that are there already."""
    if timers:
        _update("tickets_tickettimer", _CLOCKS, timers, ", generation = t.generation + 1")


def write_promises(tickets: Sequence[Ticket]) -> None:
    """What each ticket's row repeats of its clocks."""
    if tickets:
        _update("tickets_ticket", _PROMISES, tickets)


def write_events(events: Sequence[TimerEvent]) -> None:
    """Add events, in this order."""
    if not events:
        return
    names = ", ".join(_EVENTS)
    values = _columns(_EVENTS, events) | {"terms": [json.dumps(one.terms) for one in events]}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tickets_timerevent ({names}, terms) SELECT {names}, terms::jsonb"  # noqa: S608 – constants
            f" FROM unnest({_arrays(_EVENTS)}, %(terms)s::text[]) WITH ORDINALITY"
            f" AS d({names}, terms, place) ORDER BY place",
            values,
        )


def _update(table: str, columns: dict[str, str], rows: Sequence[Any], more: str = "") -> None:
    known = {"id": "bigint"} | columns
    written = ", ".join(f"{name} = d.{name}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET {written}{more} FROM unnest({_arrays(known)})"  # noqa: S608 – constants
            f" AS d({', '.join(known)}) WHERE t.id = d.id",
            _columns(known, rows),
        )


def _arrays(columns: dict[str, str]) -> str:
    return ", ".join(f"%({name})s::{kind}[]" for name, kind in columns.items())


def _columns(columns: dict[str, str], rows: Sequence[Any]) -> dict[str, list[Any]]:
    return {
        name: [str(getattr(row, name)) for row in rows]
        if kind == "text"
        else [getattr(row, name) for row in rows]
        for name, kind in columns.items()
    }
