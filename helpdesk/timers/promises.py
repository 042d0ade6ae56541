"""What a promise is before it becomes a clock: plain values, so that rules can be tried without rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from . import arithmetic
from .arithmetic import Hours
from .models import CalendarVersion, Timer
from .table import Table

Counted = Hours | Table  # the same hours, counted day by day or looked up
WARN_SHARE = 0.75  # sla.md rule 16: the first rung of the ladder


@dataclass(frozen=True)
class Target:
    """So many seconds for one metric; `mode` is "calendar" (wall time) or "business" (working time)."""

    metric: str
    seconds: int
    mode: str = "calendar"


def hours_of(version: CalendarVersion | None, mode: str) -> Counted | None:
    """The hours to count in; None means plain wall time."""
    if mode == "calendar" or version is None:
        return None
    return version.table or Hours(version.tz, version.week, version.exceptions)


def look_up(version: CalendarVersion, since: datetime) -> None:
    """Let this instance's hours be looked up from `since` on: for whoever counts thousands of clocks."""
    if version.table is None or version.table.start > since:
        version.table = Table(Hours(version.tz, version.week, version.exceptions), since)


def hours_for(timer: Timer) -> Counted | None:
    """The hours a clock counts in; its calendar is only read where it matters."""
    return None if timer.mode == "calendar" else hours_of(timer.calendar_version, timer.mode)


def after(start: datetime, seconds: float, hours: Counted | None) -> datetime:
    """`start` plus so much of the time that counts."""
    if hours is None:
        return start + timedelta(seconds=seconds)
    return hours.add(start, seconds) if isinstance(hours, Table) else arithmetic.add(hours, start, seconds)


def spent(start: datetime, end: datetime, hours: Counted | None) -> float:
    """How much of the time that counts lies between, in seconds."""
    if hours is None:
        return max(0.0, (end - start).total_seconds())
    return hours.between(start, end) if isinstance(hours, Table) else arithmetic.between(hours, start, end)


def set_moments(timer: Timer, at: datetime) -> None:
    """Fix `resumed_at`, `due_at` and `warn_at` of a clock that starts or resumes at `at`."""
    hours = hours_for(timer)
    left = max(0, timer.target_seconds - timer.consumed_seconds)
    timer.resumed_at = at
    timer.due_at = after(at, left, hours)
    timer.warn_at = share_used(timer, WARN_SHARE) if timer.warned_at is None else None


def share_used(timer: Timer, share: float) -> datetime | None:
    """When a running clock will have used this share of its target; None when it has already."""
    ahead = timer.target_seconds * share - timer.consumed_seconds
    return after(timer.resumed_at, ahead, hours_for(timer)) if ahead > 0 else None
