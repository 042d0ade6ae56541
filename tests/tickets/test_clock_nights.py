"""Promises over the nights on which clocks are put forward and back, in twelve zones."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from helpdesk.core import clock as moment
from helpdesk.timers.calendars import Draft
from tests.support.builders import answer, clock, file
from tickets.operations import breaches, calendars, lifecycle, policies, rebuilding

pytestmark = pytest.mark.django_db
ZONES = [
    "Europe/London", "Europe/Berlin", "Europe/Kyiv", "America/New_York", "America/Los_Angeles",
    "America/St_Johns", "America/Havana", "Atlantic/Azores", "Australia/Sydney", "Australia/Lord_Howe",
    "Pacific/Chatham", "Pacific/Auckland",
]  # fmt: skip
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
NIGHT = {str(day): [["22:00", "06:00"]] for day in range(7)}


@cache
def changes(zone):
    """The two instants of 2027 at which this zone moves its clocks, to the minute."""
    hours = [datetime(2027, 1, 1, tzinfo=UTC) + n * HOUR / 2 for n in range(365 * 48)]
    return [after for before, after in pairwise(hours)
            if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()]  # fmt: skip


def is_night(at, zone):
    wall = at.astimezone(zone).time()
    return wall >= time(22) or wall < time(6)


def when_used(zone, start, seconds):
    """Where so much night has passed, counted minute by minute on the wall."""
    at, left = start, seconds
    while left > 0:
        left -= 60 * is_night(at, zone)
        at += MINUTE
    return at


def night_desk(cast, zone, **targets):
    made = calendars.create_calendar(name="Nights", by=cast.sun, draft=Draft(tz=zone.key, week=NIGHT))
    policies.create_policy(
        name="At night", by=cast.sun, position=1, calendar=made.code, conditions={"category": ["GEN-ASK"]},
        targets=[{"metric": m, "seconds": s, "mode": "business"} for m, s in targets.items()],
    )  # fmt: skip


def breaks_at(timer, due):
    """Not a second earlier, and once."""
    with moment.at(due - SECOND):
        breaches.sweep_due()
    timer.refresh_from_db()
    assert timer.state == "running"
    for _ in range(2):
        with moment.at(due):
            breaches.sweep_due()
    timer.refresh_from_db()
    assert (timer.state, timer.breached_at) == ("breached", due)
    assert timer.events.filter(kind="breach").count() == 1
    assert list(rebuilding.check()) == []


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", ZONES)
def test_a_promise_over_the_night(cast, name, which):
    zone = ZoneInfo(name)
    change = changes(zone)[which]
    evening = datetime.combine((change.astimezone(zone) - 12 * HOUR).date(), time(21, 30), zone).astimezone(
        UTC
    )
    night_desk(cast, zone, first_response=9 * 3600, resolution=12 * 3600)
    with moment.at(evening):
        ticket = file(cast.mei, "GEN-ASK", at=evening)
    first, solution = clock(ticket, "first_response"), clock(ticket, "resolution")
    assert first.due_at == when_used(zone, evening, 9 * 3600)
    assert solution.due_at == when_used(zone, evening, 12 * 3600)
    breaks_at(first, first.due_at)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", ZONES)
def test_a_clock_that_stood_while_the_clocks_were_moved(cast, name, which):
    zone = ZoneInfo(name)
    change = changes(zone)[which]
    evening, stood, went_on = change - 3 * HOUR, change - 40 * MINUTE, change + 50 * MINUTE
    night_desk(cast, zone, resolution=6 * 3600)
    with moment.at(evening):
        ticket = file(cast.mei, "GEN-ASK", at=evening)
    with moment.at(stood):
        answer(ticket, cast.ada, at=stood, then="wait")
    with moment.at(went_on):
        lifecycle.change_status(ticket, "resume", by=cast.ada, at=went_on)
    used = sum(is_night(evening + n * MINUTE, zone) for n in range(140)) * 60
    solution = clock(ticket, "resolution")
    assert solution.consumed_seconds == used
    assert solution.due_at == when_used(zone, went_on, 6 * 3600 - used)
    breaks_at(solution, solution.due_at)
