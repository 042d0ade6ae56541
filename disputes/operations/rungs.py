"""When a clock of a case reminds: before its end, and, where a duty was broken, until it is made good.

Source: disputes.md 1.5, "What a timer does". Each rung happens once per clock; a clock that was asleep while
several passed goes straight to the last of them.
"""

from datetime import datetime, timedelta

from helpdesk.timers.models import State

from ..models import DisputeDeadline
from ..states import OUTSIDE, SILENT, WINDOWS

SHARES = {"50": 0.50, "75": 0.75, "90": 0.90}
BEFORE_OUTSIDE = {"d20": timedelta(days=20), "d10": timedelta(days=10), "d3": timedelta(days=3)}
FIRST_AGAIN, THEN_EVERY = timedelta(days=1), timedelta(days=7)
# Chances whose passing has a consequence the trader must see coming; other chances have one reminder.
_WEIGHTY = frozenset({"accept_response", "accept_decision", "comment_provisional", "confirm_remedy"})


def moments(row: DisputeDeadline, until: datetime) -> list[tuple[str, datetime]]:
    """The rungs of a clock in order, as (code, moment); of a broken one those until just after `until`."""
    if row.state == State.BREACHED:
        return _again(row, until)
    if row.metric in SILENT:
        return []
    due = row.moment
    if row.metric == OUTSIDE:
        return [(code, due - before) for code, before in BEFORE_OUTSIDE.items()]
    shares = {"75": SHARES["75"]} if row.metric in WINDOWS - _WEIGHTY else SHARES
    return [(code, row.started_at + (due - row.started_at) * share) for code, share in shares.items()]


def _again(row: DisputeDeadline, until: datetime) -> list[tuple[str, datetime]]:
    if row.metric in WINDOWS or not row.is_late:
        return []
    first = row.moment + FIRST_AGAIN
    weeks = max(0, (until - first) // THEN_EVERY)
    return [(f"late{n + 1}", first + n * THEN_EVERY) for n in range(weeks + 2)]


def next_after(row: DisputeDeadline, at: datetime) -> datetime | None:
    """The next moment at which this clock reminds; None when it will not."""
    return next((moment for _code, moment in moments(row, at) if moment > at), None)


def first(row: DisputeDeadline, at: datetime) -> datetime | None:
    """When a clock that starts or goes on at `at` reminds first: at once if a reminder's time has passed."""
    return at if reached(row, at) else next_after(row, at)


def reached(row: DisputeDeadline, at: datetime) -> list[str]:
    """The rungs whose moment has come."""
    return [code for code, moment in moments(row, at) if moment <= at]
