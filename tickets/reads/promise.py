"""The promise line: what was promised, where we are, what happens if it is not kept, who acts next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from helpdesk.timers.models import State
from helpdesk.timers.promises import hours_of, spent
from helpdesk.ui.templatetags.when import clock, span

from ..models import Ticket, TicketTimer
from ..states import Metric, Promise, Status
from . import words


@dataclass(frozen=True, slots=True)
class Line:
    """`tone` is due, soon, late, paused, kept or none. `say` has at most one time in it, `by`, to be set
    bold; `share` is how much of the time is used, in per cent. `otherwise` is what happens if we fail."""

    tone: str
    say: str
    by: str = ""
    share: int = 0
    start: str = ""
    end: str = ""
    otherwise: str = ""
    due: str = ""
    left: str = ""
    now_next: str = ""
    steps: tuple[str, ...] = ()

    @property
    def before(self) -> str:
        """The sentence up to its time."""
        return self.say.partition("%(by)s")[0]

    @property
    def after(self) -> str:
        """The rest of it."""
        return self.say.partition("%(by)s")[2]


def timers_of(ticket: Ticket) -> list[TicketTimer]:
    """All clocks of the ticket, oldest first; their calendars only where working time is counted."""
    timers = list(ticket.timers.order_by("id"))
    prefetch_related_objects([t for t in timers if t.mode == "business"], "calendar_version")
    prefetch_related_objects([t for t in timers if t.acknowledged_by_id], "acknowledged_by")
    return timers


def _spent(timer: TicketTimer, start: datetime, end: datetime) -> float:
    version = timer.calendar_version if timer.mode == "business" else None
    return spent(start, end, hours_of(version, timer.mode))


def _current(timers: list[TicketTimer]) -> TicketTimer | None:
    """The clock the page speaks of: the nearest on which we owe something."""
    owed = [t for t in timers if t.state == State.RUNNING or t.is_late]
    return min(owed, key=lambda t: t.due_at or t.breached_at, default=None)  # type: ignore[arg-type, return-value]


def line(ticket: Ticket, timers: list[TicketTimer], now: datetime) -> Line:
    """The promise line of the requester's page."""
    timer = _current(timers)
    if ticket.status == Status.MEDIATION:
        return Line(
            "paused",
            _("Your ticket is now a dispute. Someone who was not involved looks at it again."),
            now_next=_("The steps, and whose turn it is, stand on the dispute's page."),
        )
    if timer is not None and ticket.is_live:
        return _late(ticket, timer, now) if _is_late(timer, now) else _running(ticket, timer, now)
    if ticket.status == Status.WAITING:
        return Line(
            "paused",
            _("It is your turn: we have answered and need a word from you."),
            now_next=_("The time for the solution stands still until you reply."),
        )
    if ticket.promise_state == Promise.PAUSED:
        return Line(
            "paused",
            _("We are waiting for a third party and stay on it."),
            now_next=_("The time for the solution stands still until they answer. You need not do anything."),
        )
    if ticket.is_over:
        return _over(ticket, now)
    return Line("none", _("We are working on your ticket."), now_next=_("Next: we write to you here."))


def _is_late(timer: TicketTimer, now: datetime) -> bool:
    return timer.state == State.BREACHED or (timer.due_at is not None and timer.due_at <= now)


def _sentence(metric: str) -> str:
    return {
        Metric.FIRST_RESPONSE: _("We will give you a first answer by %(by)s."),
        Metric.NEXT_RESPONSE: _("We will answer you by %(by)s."),
        Metric.PERIODIC_UPDATE: _("We will tell you how things stand by %(by)s."),
        Metric.RESOLUTION: _("We will have a solution for you by %(by)s."),
    }[Metric(metric)]


def _running(ticket: Ticket, timer: TicketTimer, now: datetime) -> Line:
    due = timer.due_at
    assert due is not None  # noqa: S101 - a running clock has its moment, the database says so
    begun = timer.started_at
    total = max(1.0, (due - begun).total_seconds())
    share = min(100, max(0, round(100 * (now - begun).total_seconds() / total)))
    left = span((due - now).total_seconds())
    if timer.mode == "business":
        worked = _spent(timer, now, due)
        left = _("%(left)s, of which %(work)s are working time") % {"left": left, "work": span(worked)}
    soon = ticket.promise_soon_at is not None and ticket.promise_soon_at <= now
    by = clock(due, now)
    return Line(
        "soon" if soon else "due",
        _sentence(timer.metric),
        by=by,
        share=share,
        start=_("%(at)s started") % {"at": clock(begun, now)},
        end=f"{by} {words.metric(timer.metric)}",
        otherwise=_otherwise(ticket, timer.metric),
        due=due.isoformat(),
        left=left,
        now_next=_("We have answered and need a word from you.")
        if ticket.status == Status.WAITING
        else _("Next: we write to you here. You need not do anything."),
    )


def _otherwise(ticket: Ticket, metric: str) -> str:
    if metric == Metric.RESOLUTION and ticket.category.complaint:
        return _(
            "If we do not: a dispute opens by itself, and someone who was not involved looks at your case."
        )
    return _(
        "If we do not: a supervisor takes over at once, you get a new time, and you can escalate "
        "to a dispute with one click."
    )


def _late(ticket: Ticket, timer: TicketTimer, now: datetime) -> Line:
    due = timer.breached_at or timer.due_at or now
    steps = []
    if timer.detected_at is not None:
        steps.append(_("%(at)s a supervisor was told") % {"at": clock(timer.detected_at, now)})
    if timer.renewed_due_at is not None and timer.renewed_due_at > now:
        steps.append(_("New time: %(at)s") % {"at": clock(timer.renewed_due_at, now)})
    elif timer.renewed_due_at is not None:
        steps.append(_("The new time %(at)s has passed too") % {"at": clock(timer.renewed_due_at, now)})
    steps.append(_("You can escalate now, without waiting any longer"))
    promised = {
        Metric.FIRST_RESPONSE: _("We are late. The first answer was promised by %(by)s."),
        Metric.NEXT_RESPONSE: _("We are late. An answer was promised by %(by)s."),
        Metric.PERIODIC_UPDATE: _("We are late. News was promised by %(by)s."),
        Metric.RESOLUTION: _("We are late. The solution was promised by %(by)s."),
    }[Metric(timer.metric)]
    by = clock(due, now)
    return Line(
        "late",
        promised,
        by=by,
        share=100,
        start=_("%(at)s started") % {"at": clock(timer.started_at, now)},
        end=f"{by} {words.metric(timer.metric)}",
        due=due.isoformat(),
        left=span((now - due).total_seconds()),
        now_next=_("We are sorry. This is our mistake, not yours."),
        steps=tuple(steps),
    )


def _over(ticket: Ticket, now: datetime) -> Line:
    at = ticket.closed_at or ticket.solved_at or ticket.updated_at
    tone = "soon" if ticket.promise_state in {Promise.MENDED, Promise.BROKEN} else "kept"
    if ticket.status == Status.RESOLVED:
        return Line(
            tone,
            _("We marked this as solved on %(by)s."),
            by=clock(at, now),
            otherwise=_mended(ticket),
            now_next=_("Not solved? Reply below and it opens again, or escalate it."),
        )
    return Line(
        tone,
        _("This ticket was closed on %(by)s."),
        by=clock(at, now),
        otherwise=_mended(ticket),
        now_next=_("Nobody needs to act. If it comes back, open it again below."),
    )


def _mended(ticket: Ticket) -> str:
    """A promise that was broken is named as such for ever, also to the one it was given to."""
    return {
        Promise.MENDED: _("We were late on this ticket and made it good afterwards."),
        Promise.BROKEN: _("We were late on this ticket and did not make all of it good."),
    }.get(Promise(ticket.promise_state), "")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step on the way of a ticket; `state` is done, here or ahead."""

    text: str
    state: str


def stages(ticket: Ticket) -> list[Stage]:
    """Filed, answered, worked on, solved, closed: and where the ticket stands."""
    answered = ticket.last_staff_at is not None
    middle = {
        Status.WAITING: _("Waiting for you"),
        Status.ON_HOLD: _("Waiting for a third party"),
        Status.MEDIATION: _("In dispute"),
    }.get(Status(ticket.status), _("Being worked on"))
    names = [_("Filed"), _("First answer"), middle, _("Solved"), _("Closed")]
    here = {Status.RESOLVED: 3, Status.CLOSED: 4}.get(Status(ticket.status))
    if here is None:
        here = 2 if answered or ticket.status in {Status.ON_HOLD, Status.MEDIATION} else 1
    return [
        Stage(name, "done" if place < here else "here" if place == here else "ahead")
        for place, name in enumerate(names)
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock, for the desk's sidebar and the pop-up of a pill."""

    name: str
    cycle: int
    tone: str
    state: str
    started: datetime
    target: str
    due: datetime | None
    used: str
    share: int
    reason: str
    ended: datetime | None
    noticed: datetime | None
    renewed: datetime | None


def clocks(timers: list[TicketTimer], now: datetime) -> list[Clock]:
    """Every clock, the live ones first."""
    shown = [clock_of(timer, now) for timer in timers]
    order = {"late": 0, "soon": 1, "due": 2, "paused": 3}
    return sorted(shown, key=lambda clock: order.get(clock.tone, 4))


def clock_of(timer: TicketTimer, now: datetime) -> Clock:
    late = _is_late(timer, now) and timer.fulfilled_at is None and timer.cancelled_at is None
    used = float(timer.consumed_seconds)
    end = timer.fulfilled_at or timer.cancelled_at or now
    if timer.paused_at is None:
        used += _spent(timer, timer.resumed_at, end)
    tone = "late" if late else {State.RUNNING: "due", State.PAUSED: "paused"}.get(State(timer.state), "kept")
    if tone == "due" and (timer.warned_at or (timer.warn_at is not None and timer.warn_at <= now)):
        tone = "soon"
    state = str(State(timer.state).label)
    if timer.breached_at and timer.fulfilled_at:
        tone, state = "none", _("broken, made good later")
    elif late:
        state = _("late")
    elif timer.state == State.CANCELLED:
        tone = "none"
    return Clock(
        timer.metric_word,
        timer.cycle,
        tone,
        state,
        timer.started_at,
        span(timer.target_seconds),
        timer.due_at or timer.breached_at,
        span(used),
        min(100, round(100 * used / max(1, timer.target_seconds))),
        timer.reason_word,
        timer.fulfilled_at or timer.cancelled_at,
        timer.detected_at,
        timer.renewed_due_at,
    )
