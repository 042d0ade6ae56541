"""Clocks: the one place that starts, keeps, pauses, resumes and ends them.

Every function here is called with the ticket already held (locked) and inside the caller's transaction;
each change of a clock adds one `TimerEvent`. After a change `refresh` copies the nearest promise to the
ticket row, which the caller saves.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Person
from helpdesk.timers.models import State
from helpdesk.timers.promises import set_moments

from ..models import SlaPolicyVersion, Ticket, TicketTimer, TimerEvent
from ..models.rungs import rungs
from ..states import TAKEN_OVER, Act, Metric, PauseReason, Promise, pause_reason, stands
from . import ladder
from .clockwork import event, found_late, go_on, stop
from .standing import may_stand

LONGEST_SOON = timedelta(minutes=15)  # workspace.md 1: amber at a quarter left, or at 15 minutes


def policy_for(ticket: Ticket) -> SlaPolicyVersion | None:
    """The first policy in order whose conditions fit the ticket, in its present version."""
    facts: dict[str, str | frozenset[str]] = {
        "category": ticket.category.code,
        "subject": ticket.category.parent.code if ticket.category.parent else ticket.category.code,
        "priority": ticket.priority,
        "channel": ticket.channel,
        "language": ticket.language,
    }
    # Nearly every policy names its problem types; the database leaves out those that name others.
    names_it = Q(conditions__category__contains=[ticket.category.code])
    versions = (
        SlaPolicyVersion.objects.newest()
        .filter(names_it | ~Q(conditions__has_key="category") | Q(conditions__category=[]))
        .select_related("calendar_version")
        .order_by("policy__is_default", "policy__position", "policy_id")
    )
    for version in versions:
        if version.asks_standing:
            facts |= ticket.standing
        if version.accepts(facts):
            return version
    return None


def _version_of(ticket: Ticket) -> SlaPolicyVersion | None:
    """The policy version the ticket stands under, its calendar with it."""
    if ticket.policy_version_id and not Ticket.policy_version.is_cached(ticket):
        ticket.policy_version = SlaPolicyVersion.objects.known(ticket.policy_version_id)
    return ticket.policy_version


def open_timers(ticket: Ticket) -> list[TicketTimer]:
    """The ticket's clocks on which something is still owed."""
    return list(ticket.timers.open().order_by("id"))


def start(
    ticket: Ticket,
    metrics: Iterable[str],
    *,
    at: datetime,
    by: Person | None = None,
    cycles: dict[str, int] | None = None,
) -> list[TicketTimer]:
    """Start a clock for each metric the ticket's policy promises; `cycles` says which run of each it is."""
    version = _version_of(ticket)
    if version is None:
        return []
    made = [fresh(ticket, version, metric, (cycles or {}).get(metric, 1), at) for metric in metrics]
    timers = [timer for timer in made if timer]
    if timers:
        TicketTimer.objects.bulk_create(timers)
        TimerEvent.objects.bulk_create([event(timer, Act.START, at, by=by) for timer in timers])
    return timers


def fresh(
    ticket: Ticket, version: SlaPolicyVersion, metric: str, cycle: int, at: datetime
) -> TicketTimer | None:
    """The clock a version starts for a metric, not saved yet; None when it promises nothing."""
    target = version.target_for(ticket, metric)
    if target is None:
        return None
    timer = TicketTimer(
        ticket=ticket,
        policy_version=version,
        calendar_version=version.calendar_version,
        metric=metric,
        cycle=cycle,
        mode=target.mode,
        target_seconds=target.seconds,
        started_at=at,
    )
    set_moments(timer, at)
    ladder.begin(timer, version)
    return timer


def start_again(ticket: Ticket, metric: str, *, at: datetime, by: Person | None = None) -> list[TicketTimer]:
    """The next run of a metric that may have run before."""
    last = ticket.timers.filter(metric=metric).order_by("-cycle").values_list("cycle", flat=True).first()
    return start(ticket, [metric], at=at, by=by, cycles={metric: (last or 0) + 1})


def promise_news(
    ticket: Ticket, timers: list[TicketTimer], *, at: datetime, by: Person | None
) -> list[TicketTimer]:
    """We have just spoken and the ticket is not solved: the next regular update is promised."""
    version, last = _version_of(ticket), [t for t in timers if t.metric == Metric.PERIODIC_UPDATE]
    if version is None or version.target(Metric.PERIODIC_UPDATE) is None:
        return []
    if not last:
        return start_again(ticket, Metric.PERIODIC_UPDATE, at=at, by=by)
    cycles = {str(Metric.PERIODIC_UPDATE): max(timer.cycle for timer in last) + 1}
    return start(ticket, [Metric.PERIODIC_UPDATE], at=at, by=by, cycles=cycles)


def run_again(ticket: Ticket, ended: TicketTimer, *, at: datetime, reason: str) -> TicketTimer | None:
    """A promise that ended is owed after all: the same clock again, from its start, to its old moment.

    One that stood still goes on with what was left. One broken is not promised a second time: it is owed
    again, and broken once. None when the metric is owed already.
    """
    if ticket.timers.open().filter(metric=ended.metric).exists():
        return None
    if ended.breached_at:
        ended.fulfilled_at = ended.cancelled_at = None
        _keep([(ended, Act.REOPEN)], at, None, reason[:200])
        return ended
    last = (
        ticket.timers.filter(metric=ended.metric).order_by("-cycle").values_list("cycle", flat=True).first()
    )
    timer = TicketTimer(
        ticket=ticket,
        policy_version_id=ended.policy_version_id,
        calendar_version_id=ended.calendar_version_id,
        metric=ended.metric,
        cycle=(last or 0) + 1,
        mode=ended.mode,
        target_seconds=ended.target_seconds,
        consumed_seconds=ended.consumed_seconds,
        started_at=ended.started_at,
        resumed_at=ended.resumed_at,
        due_at=ended.due_at,
    )
    if ended.paused_at:
        set_moments(timer, at)
    ladder.stand_at(timer, ended.policy_version, ended.rung)
    timer.save()
    TimerEvent.objects.bulk_create([event(timer, Act.REOPEN, at, reason=reason[:200])])
    return timer


_MOMENTS = [
    "state", "due_at", "warn_at", "paused_at", "pause_reason", "consumed_seconds", "resumed_at",
    "fulfilled_at", "cancelled_at", "breached_at", "detected_at", "generation", "pause_ends_at",
    "target_seconds", "mode", "calendar_version", "policy_version", "rung", "next_share",
    "acknowledged_at", "acknowledged_by", "renewed_due_at", "warned_at",
]  # fmt: skip
# The two acts of every answer change little; what else changes a clock may change any of it.
_ENDS = {
    Act.FULFIL: ["state", "fulfilled_at", "generation"],
    Act.CANCEL: ["state", "cancelled_at", "generation"],
}


def _keep(changed: list[tuple[TicketTimer, Act]], at: datetime, by: Person | None, reason: str = "") -> None:
    if not changed:
        return
    acts: dict[TicketTimer, list[Act]] = {}
    for timer, act in changed:
        acts.setdefault(timer, []).append(act)
    for timer, done in acts.items():
        timer.generation += 1
        fields = _ENDS.get(done[0], _MOMENTS) if len(done) == 1 else _MOMENTS
        timer.save(update_fields=fields)  # three at most: together they would cost more than one by one
    TimerEvent.objects.bulk_create(
        event(timer, act, timer.breached_at or at, rung="breach")
        if act == Act.BREACH
        else event(timer, act, at, by=by, reason=reason)
        for timer, act in changed
    )


def _versions(timers: list[TicketTimer]) -> dict[int, SlaPolicyVersion]:
    """The policy versions of these clocks; nearly always one."""
    return {pk: SlaPolicyVersion.objects.known(pk) for pk in {timer.policy_version_id for timer in timers}}


def fulfil(
    timers: list[TicketTimer], metrics: Collection[str], *, at: datetime, by: Person | None
) -> list[TicketTimer]:
    """The promise is kept at `at`; one already broken stays broken and is made good.

    Returns the clocks that were found broken by this very act (answered after their moment, before the
    sweep came by), so that the caller can tell the supervisors.
    """
    changed: list[tuple[TicketTimer, Act]] = []
    for timer in timers:
        if timer.metric not in metrics or timer.fulfilled_at or timer.cancelled_at:
            continue
        timer.fulfilled_at = at
        if found_late(timer, at):
            changed.append((timer, Act.BREACH))
        elif timer.state in {State.RUNNING, State.PAUSED}:
            timer.state = State.FULFILLED
        changed.append((timer, Act.FULFIL))
    _keep(changed, at, by)
    return [timer for timer, act in changed if act == Act.BREACH]


def pause(ticket: Ticket, timers: list[TicketTimer], reason: str, *, at: datetime, by: Person | None) -> None:
    """Stop the ticking clocks; what was used so far is remembered.

    A clock past its moment is not saved, and one that has stood as long as it may runs on.
    """
    changed = []
    ticking = [t for t in timers if t.state == State.RUNNING and not (t.due_at and t.due_at <= at)]
    for timer, ends_at in may_stand(ticket, ticking, reason, at):
        stop(timer, reason, at, ends_at)
        changed.append((timer, Act.PAUSE))
    _keep(changed, at, by, PauseReason(reason).value)


def resume(timers: list[TicketTimer], *, at: datetime, by: Person | None, reason: str = "") -> None:
    """Let paused clocks tick on; the moment promised moves by exactly what is left."""
    changed = []
    for timer in timers:
        if timer.state != State.PAUSED:
            continue
        go_on(timer, at)
        changed.append((timer, Act.RESUME))
    _keep(changed, at, by, reason)


def cancel(
    timers: list[TicketTimer], metrics: Collection[str], *, at: datetime, by: Person | None, reason: str = ""
) -> list[TicketTimer]:
    """Nothing is owed any more on these metrics; a broken promise stays in the record as broken.

    Returns the clocks that were past their moment and are found broken by this very act.
    """
    changed: list[tuple[TicketTimer, Act]] = []
    for timer in timers:
        if timer.metric not in metrics or timer.fulfilled_at or timer.cancelled_at:
            continue
        if found_late(timer, at):
            changed.append((timer, Act.BREACH))
        elif timer.state != State.BREACHED:
            timer.state = State.CANCELLED
        timer.cancelled_at = at
        changed.append((timer, Act.CANCEL))
    _keep(changed, at, by, reason)
    return [timer for timer, act in changed if act == Act.BREACH]


def follow_status(ticket: Ticket, timers: list[TicketTimer], *, at: datetime, by: Person | None) -> None:
    """Make the clocks stand or run as the ticket's status asks.

    One that stands for another reason goes on first: a dispute outlasts the longest wait for a word.
    """
    reason = pause_reason(ticket.status)
    if reason is None:
        resume(timers, at=at, by=by)
        return
    standing = [t for t in timers if stands(t.metric, reason)]
    resume([t for t in timers if t.pause_reason != reason or t not in standing], at=at, by=by)
    pause(ticket, standing, reason, at=at, by=by)
    if reason == PauseReason.MEDIATION:
        acknowledge(timers, at=at, by=by, reason=reason)


def acknowledge(timers: list[TicketTimer], *, at: datetime, by: Person | None, reason: str = "") -> bool:
    """Somebody has taken these broken promises on: the ladder leaves them alone for a while, once per rung.

    Who takes over what is in somebody's hands stands in the record and gets no second rest; what is in one's
    own hands stays as it is. With a dispute as the reason the ladder calls nobody any more: the case has its
    own clocks. Returns whether anything changed.
    """
    late = [timer for timer in timers if timer.is_late]
    versions, disputed = _versions(late), reason == PauseReason.MEDIATION
    taken = [timer.pk for timer in late if timer.acknowledged_at]
    in_hands = set(TicketTimer.objects.filter(pk__in=taken).in_hands().values_list("pk", flat=True))
    anew: list[tuple[TicketTimer, Act]] = []
    over: list[tuple[TicketTimer, Act]] = []
    for timer in late:
        again = timer.pk in in_hands and not disputed
        if again and by is not None and timer.acknowledged_by_id == by.pk:
            continue
        timer.acknowledged_at, timer.acknowledged_by = at, by
        if disputed:
            timer.warn_at = None
        elif not again:
            ladder.rest(timer, rungs(versions[timer.policy_version_id], timer.metric), at)
        (over if again else anew).append((timer, Act.ACKNOWLEDGE))
    _keep(anew, at, by, reason)
    _keep(over, at, by, TAKEN_OVER)
    return bool(anew or over)


def refresh(ticket: Ticket, timers: list[TicketTimer]) -> None:
    """Copy the nearest open promise to the ticket: late and ticking ones first, then what is paused."""
    owed = [t for t in timers if t.state == State.RUNNING or t.is_late]
    paused = [t for t in timers if t.state == State.PAUSED]
    nearest = min(owed, key=lambda t: t.moment, default=None)
    ticket.promise_soon_at, ticket.promise_reason = None, ""
    if nearest is not None:
        due = nearest.moment
        ticket.promise_state, ticket.promise_metric, ticket.promise_due_at = (
            Promise.RUNNING,
            nearest.metric,
            due,
        )
        ticket.promise_soon_at = due - max(timedelta(seconds=nearest.target_seconds // 4), LONGEST_SOON)
    elif paused:
        ticket.promise_state, ticket.promise_metric = Promise.PAUSED, paused[0].metric
        ticket.promise_due_at, ticket.promise_reason = None, paused[0].pause_reason
    else:
        ticket.promise_state, ticket.promise_metric, ticket.promise_due_at = _nothing_owed(ticket), "", None


def _nothing_owed(ticket: Ticket) -> Promise:
    """How the promises of a ticket ended, all of its clocks counted; a breach is never cleared."""
    if not ticket.policy_version_id:
        return Promise.NONE
    mended = list(ticket.timers.broken().values_list("fulfilled_at", flat=True))
    return Promise.KEPT if not mended else Promise.MENDED if all(mended) else Promise.BROKEN


PROMISE_FIELDS = ["promise_state", "promise_metric", "promise_due_at", "promise_soon_at", "promise_reason"]
