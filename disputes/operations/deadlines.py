"""The clocks of a case: how their ends are counted, and the one place that starts and stops them.

Called with the case held. Counting follows the policy's own words: hours are exact; days, weeks and months
end with the local day; working days end at the close of business, Monday to Friday less the holidays.
"""

import calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from helpdesk.timers.models import State

from ..models import Dispute, DisputeDeadline, PolicyVersion
from ..states import OUTSIDE, Clock, Transition, Waiting
from . import rungs

CLOSE_OF_BUSINESS = time(17, 0)
END_OF_DAY = time(23, 59, 59)
STATUTORY = ("ack", "response", "hard_stop")
_BOTH = (Waiting.TRADER, Waiting.PLATFORM)
_WAITS: dict[str, tuple[Waiting, ...]] = {
    "platform": (Waiting.PLATFORM,),
    "trader": (Waiting.TRADER,),
    "mediator": (Waiting.MEDIATOR,),
    "decider": (Waiting.DECIDER,),
    "appeal reviewer": (Waiting.REVIEWER,),
    "both parties, same time": _BOTH,
    "either party": _BOTH,
}


def ends(start: datetime, n: int, unit: str, *, tz: str, holidays: Iterable[str] = ()) -> datetime:
    """The last moment of `n` units that begin at `start`; the day of `start` itself counts as day 0."""
    if unit == "hours":
        return start + timedelta(hours=n)
    zone = ZoneInfo(tz)
    day = start.astimezone(zone).date()
    if unit == "business_days":
        return _at(_working_day(day, n, frozenset(holidays)), CLOSE_OF_BUSINESS, zone)
    if unit in {"months", "years"}:
        return _at(_months_on(day, n * (12 if unit == "years" else 1)), END_OF_DAY, zone)
    days = {"calendar_days": n, "days": n, "weeks": n * 7}[unit]
    return _at(day + timedelta(days=days), END_OF_DAY, zone)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _working_day(day: date, n: int, holidays: frozenset[str]) -> date:
    while n > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day.isoformat() not in holidays:
            n -= 1
    return day


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_by(policy: PolicyVersion, key: str, start: datetime) -> datetime | None:
    """When a clock of this policy that starts at `start` ends; None when the policy has no such clock."""
    span = policy.span(key)
    if span is None:
        return None
    return ends(start, *span, tz=policy.rule["tz"], holidays=policy.holidays)


def waits_for(policy: PolicyVersion, key: str) -> tuple[Waiting, ...]:
    """On whom a clock waits; two rows when it is both sides."""
    row = next((row for row in policy.stages if row["key"] == key), None)
    return _WAITS.get(row["waits_for"], (Waiting.PLATFORM,)) if row else (Waiting.PLATFORM,)


def _cycles(dispute: Dispute, key: str, **only: str) -> int:
    """How often this clock has run; a side alone may have had it more often than both together."""
    return dispute.deadlines.filter(metric=key, **only).aggregate(last=Max("cycle"))["last"] or 0


def start(
    dispute: Dispute, key: str, *, at: datetime, since: datetime | None = None
) -> list[DisputeDeadline]:
    """Start a clock (a pair where both sides owe it) at `at`, counted from `since` where that is earlier."""
    policy, since = dispute.policy_version, since or at
    span, due = policy.span(key), due_by(policy, key, since)
    if span is None or due is None:
        return []
    stop(dispute, [key], at=at)
    cycle = _cycles(dispute, key)
    sides = waits_for(policy, key)
    rows = [
        DisputeDeadline(
            dispute=dispute,
            metric=key,
            cycle=cycle + 1,
            kind=Clock.STATUTORY if key in STATUTORY else Clock.STAGE,
            waits_for=side,
            n=span[0],
            unit=span[1],
            mode="calendar",
            policy_version=policy,
            target_seconds=max(0, int((due - since).total_seconds())),
            started_at=since,
            resumed_at=since,
            due_at=due,
        )
        for side in sides
    ]
    for row in rows:
        row.warn_at = rungs.first(row, at)
    return DisputeDeadline.objects.bulk_create(rows)


def put(dispute: Dispute, key: str, due: datetime, side: str, *, at: datetime) -> DisputeDeadline:
    """A date that no span of the policy gives: one side's clock from `at` to `due`."""
    span, kind = due - at, Clock.STATUTORY if key in (*STATUTORY, OUTSIDE) else Clock.STAGE
    row = DisputeDeadline(
        dispute=dispute,
        metric=key,
        cycle=_cycles(dispute, key, waits_for=side) + 1,
        kind=kind,
        waits_for=side,
        n=max(1, span.days),
        unit="calendar_days",
        mode="calendar",
        policy_version=dispute.policy_version,
        target_seconds=max(0, int(span.total_seconds())),
        started_at=at,
        resumed_at=at,
        due_at=due,
    )
    row.warn_at = rungs.next_after(row, at)
    row.save(force_insert=True)
    return row


def last_day(dispute: Dispute) -> datetime | None:
    """The last moment for the final answer while it is owed; no other date may lie behind it."""
    return dispute.deadlines.running().filter(metric="hard_stop").values_list("due_at", flat=True).first()


def move(row: DisputeDeadline, due: datetime, *, at: datetime) -> None:
    """The same clock ends later; its reminders are counted anew."""
    row.due_at, row.generation = due, row.generation + 1
    row.target_seconds = max(0, int((due - row.started_at).total_seconds()))
    row.warn_at = rungs.next_after(row, at)
    row.save(update_fields=["due_at", "generation", "target_seconds", "warn_at"])


def _open(dispute: Dispute, keys: Iterable[str], side: str | None) -> list[DisputeDeadline]:
    keys = list(keys)
    rows = dispute.deadlines.open()
    rows = rows.exclude(metric=OUTSIDE) if "*" in keys else rows.filter(metric__in=keys)
    if side is not None:
        rows = rows.filter(waits_for=side)
    return list(rows)


def meet(dispute: Dispute, keys: Iterable[str], *, at: datetime, side: str | None = None) -> list[str]:
    """What was owed is done at `at`; what came too late stays broken and is made good."""
    rows = _open(dispute, keys, side)
    fulfil(rows, at=at)
    return sorted({row.metric for row in rows})


def fulfil(rows: list[DisputeDeadline], *, at: datetime) -> None:
    """These very clocks are met at `at`."""
    for row in rows:
        row.fulfilled_at, row.generation, row.warn_at = at, row.generation + 1, None
        if row.state == State.RUNNING and row.due_at and row.due_at < at:
            row.state, row.breached_at, row.detected_at = State.BREACHED, row.due_at, at
        elif row.state != State.BREACHED:
            row.state = State.FULFILLED
    fields = ["state", "fulfilled_at", "breached_at", "detected_at", "generation", "warn_at"]
    DisputeDeadline.objects.bulk_update(rows, fields)


def stop(dispute: Dispute, keys: Iterable[str], *, at: datetime) -> list[str]:
    """Nobody owes these any more; what was broken stays so, and is no longer asked for."""
    return cancel(_open(dispute, keys, None), at=at)


def cancel(found: list[DisputeDeadline], *, at: datetime) -> list[str]:
    """The same for these very clocks."""
    rows = [row for row in found if row.state != State.BREACHED]
    for row in rows:
        row.state, row.cancelled_at, row.generation = State.CANCELLED, at, row.generation + 1
    for row in found:
        row.warn_at = None
    DisputeDeadline.objects.bulk_update(found, ["state", "cancelled_at", "generation", "warn_at"])
    return sorted({row.metric for row in rows})


def turn(dispute: Dispute, row: Transition, *, at: datetime) -> dict[str, list]:
    """Make the clocks follow a transition; returns what happened to them, for the chain."""
    met = meet(dispute, row.meets, at=at) if row.meets else []
    stopped = stop(dispute, row.ends, at=at) if row.ends else []
    begun = [clock for key in row.starts for clock in start(dispute, key, at=at)]
    told: dict[str, list] = {"met": met, "stopped": stopped, "set": [told_as(clock) for clock in begun]}
    return {key: value for key, value in told.items() if value}


def told_as(clock: DisputeDeadline) -> list[str]:
    """A clock in the chain: what, who, until when."""
    until = clock.due_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if clock.due_at else ""
    return [clock.metric, clock.waits_for, until]
