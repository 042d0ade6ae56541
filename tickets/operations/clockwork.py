"""What one act does to one clock's row, without saving it. Rebuilding from events goes the same ways."""

from datetime import datetime
from typing import Any

from accounts.models import Person
from helpdesk.timers.models import State
from helpdesk.timers.promises import Target, hours_for, set_moments, spent

from ..models import SlaPolicyVersion, TicketTimer, TimerEvent
from ..models.rungs import rungs
from ..states import Act
from . import ladder


def event(
    timer: TicketTimer, kind: Act, at: datetime, *, by: Person | None = None, rung: str = "", reason: str = ""
) -> TimerEvent:
    """What has just happened to a clock, as its row stands now; not saved yet."""
    return TimerEvent(
        timer=timer,
        ticket_id=timer.ticket_id,
        at=at,
        kind=kind,
        rung=rung,
        actor=by,
        reason=reason,
        policy_version_id=timer.policy_version_id,
        due_at=timer.due_at,
        consumed_seconds=timer.consumed_seconds,
        terms=terms(timer, kind),
    )


def terms(timer: TicketTimer, kind: Act) -> dict[str, Any]:
    """What this act laid down and nothing else tells (see TimerEvent)."""
    if kind in {Act.START, Act.REOPEN, Act.RETARGET}:
        laid = {
            "metric": timer.metric,
            "cycle": timer.cycle,
            "mode": timer.mode,
            "target_seconds": timer.target_seconds,
            "calendar_version": timer.calendar_version_id,
            "started_at": timer.started_at.isoformat(),
        }
        stood = {"resumed_at": timer.resumed_at.isoformat(), "rung": timer.rung}
        return laid | stood if kind == Act.REOPEN else laid
    if kind == Act.BREACH:
        return {"detected_at": _iso(timer.detected_at), "renewed_due_at": _iso(timer.renewed_due_at)}
    if kind == Act.PAUSE:
        return {"ends_at": _iso(timer.pause_ends_at)}
    return {}


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def use_up(timer: TicketTimer, at: datetime) -> None:
    """Add what was used since the clock last began to run."""
    used = spent(timer.resumed_at, at, hours_for(timer))
    timer.consumed_seconds = min(timer.consumed_seconds + int(used), 2**31 - 1)


def stop(timer: TicketTimer, reason: str, at: datetime, ends_at: datetime | None) -> None:
    """Let a ticking clock stand; what was used so far is remembered."""
    use_up(timer, at)
    timer.state, timer.paused_at, timer.pause_reason = State.PAUSED, at, reason
    timer.due_at = timer.warn_at = None
    timer.pause_ends_at = ends_at


def go_on(timer: TicketTimer, at: datetime) -> None:
    """Let a standing clock tick on; the moment promised moves by exactly what is left."""
    timer.state, timer.paused_at, timer.pause_reason = State.RUNNING, None, ""
    timer.pause_ends_at = None
    set_moments(timer, at)
    ladder.aim(timer)


def found_late(timer: TicketTimer, at: datetime) -> bool:
    """A ticking clock past its moment that no sweep has seen yet: broken, whatever happens to it now."""
    if timer.state != State.RUNNING or timer.due_at is None or timer.due_at >= at:
        return False
    timer.state, timer.breached_at, timer.detected_at = State.BREACHED, timer.due_at, at
    ladder.fall(timer, rungs(timer.policy_version, timer.metric))
    return True


def move_target(timer: TicketTimer, version: SlaPolicyVersion, target: Target, at: datetime) -> None:
    """The same clock towards another target; what it used counts in the hours it was used in."""
    running = timer.state == State.RUNNING
    if running:
        use_up(timer, at)
    timer.policy_version, timer.calendar_version = version, version.calendar_version
    timer.target_seconds, timer.mode = target.seconds, target.mode
    if running:
        set_moments(timer, at)
    ladder.begin(timer, version)
