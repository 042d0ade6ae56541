"""sla.md rule 9: whatever way a word comes in, it moves the same clocks at the same moments."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.builders import answer, file, say
from tickets.operations import lifecycle
from tickets.states import Channel, Kind

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
# What happens, minutes after the one before, and the clocks afterwards as {metric#run: state}; what a step
# leaves as it was is not named again.
LIFE = [
    ("filed", 0, {"first_response#1": "running", "resolution#1": "running"}),
    ("a note of an agent", 5, {}),
    ("the trader adds something", 5, {}),
    ("an agent answers", 5, {"first_response#1": "fulfilled", "periodic_update#1": "running"}),
    ("the trader speaks", 5, {"next_response#1": "running"}),
    ("the trader adds something", 5, {}),
    ("an agent answers and waits", 5, {
        "next_response#1": "fulfilled", "resolution#1": "paused", "periodic_update#1": "fulfilled",
        "periodic_update#2": "paused",
    }),
    ("the trader speaks", 60, {
        "next_response#2": "running", "resolution#1": "running", "periodic_update#2": "running",
    }),
    ("an agent answers and solves", 5, {
        "next_response#2": "fulfilled", "resolution#1": "fulfilled", "periodic_update#2": "fulfilled",
    }),
    ("the trader speaks", 30, {"next_response#3": "running", "resolution#2": "running"}),
    ("an agent closes", 5, {"next_response#3": "cancelled", "resolution#2": "cancelled"}),
]  # fmt: skip


def act(ticket, event, cast, **how):
    match event:
        case "a note of an agent":
            answer(ticket, cast.ada, kind=Kind.NOTE, **how)
        case "the trader adds something" | "the trader speaks":
            say(ticket, ticket.requester, **how)
        case "an agent answers":
            answer(ticket, cast.ada, **how)
        case "an agent answers and waits":
            answer(ticket, cast.ada, then="wait", **how)
        case "an agent answers and solves":
            answer(ticket, cast.ada, then="resolve", **how)
        case "an agent closes":
            lifecycle.change_status(ticket, "close", by=cast.ada, at=how["at"])


def told(ticket):
    """Every event of its clocks, as minutes since the ticket was filed."""
    rows = ticket.timers.order_by("metric", "cycle").values_list(
        "metric", "cycle", "events__kind", "events__at", "events__due_at"
    )
    return [
        (metric, run, kind, at - BEGIN, due and due - BEGIN) for metric, run, kind, at, due in rows.order_by()
    ]


def lived(cast, channel, *, check=False):
    at, expected, ticket = BEGIN, {}, None
    for event, minutes, clocks in LIFE:
        at += timedelta(minutes=minutes)
        expected |= clocks
        if ticket is None:
            ticket = file(cast.mei, "GEN-ASK", channel=channel, at=at)
        else:
            act(ticket, event, cast, channel=channel, at=at)
        if check:
            rows = ticket.timers.values_list("metric", "cycle", "state")
            assert {f"{metric}#{run}": state for metric, run, state in rows} == expected, event
    return ticket


@pytest.mark.parametrize("channel", Channel.values)
def test_the_same_life_keeps_the_same_clocks(cast, channel):
    ticket = lived(cast, channel, check=True)
    assert ticket.channel == channel
    assert sorted(told(ticket), key=str) == sorted(told(lived(cast, Channel.WEB)), key=str)
