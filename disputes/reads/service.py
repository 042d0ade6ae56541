"""The service level of each neutral (F21), for those who direct cases and for the neutral alone."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, Q

from accounts.models import Person
from accounts.states import Role

from ..models import Assignment, Decision, DisputeDeadline, DisputeMessage, Event, Lapse
from ..states import MEDIATING, OPEN, Channel
from . import surveys

CAP = 10  # active cases of one neutral
FEW = 5  # below this many decisions a share says nothing
FIRST_CONTACT = 2  # working days from the signature to the first word
_UPHELD = ("upheld", "partly_upheld")
_KINDS = {
    "mediator_accepts": "accept", "mediator_activity": "silence", "mediation": "end",
    "decide": "end", "final_decision": "end", "decide_appeal": "end",
}  # fmt: skip
_WHOSE = {"decide": ("decider",), "final_decision": ("decider",), "decide_appeal": ("appeal_reviewer",)}
_DRAWN = (Role.MEDIATOR, Role.EXTERNAL_MEDIATOR, Role.DECIDER, Role.APPEAL_REVIEWER)


@dataclass
class Row:
    """One neutral: work now, how long it took, what was late, how it ended."""

    person: Person
    active: int = 0
    median_days: float | None = None
    accept: int = 0
    contact: int = 0
    silence: int = 0
    end: int = 0
    settled: int = 0
    decided: int = 0
    share: tuple[int, int, int] | None = None
    out: bool = False
    cap: int = CAP
    said: surveys.Said | None = None


def wilson(hits: int, n: int) -> tuple[int, int, int]:
    """A share in per cent with the ends of its 95 % interval."""
    z, p = 1.96, hits / n
    middle, wide = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - wide) / (1 + z * z / n), (middle + wide) / (1 + z * z / n)
    return round(100 * p), round(100 * max(0.0, low)), round(100 * min(1.0, high))


def late() -> set[int]:
    """Who is not drawn at present because they were late."""
    return set(Lapse.objects.filter(cleared_at=None).values_list("person_id", flat=True))


def rows(only: Person | None = None) -> list[Row]:
    """Everyone who can be drawn, or this person alone."""
    people = [only] if only else list(Person.objects.with_role(*_DRAWN).order_by("name", "pk"))
    table = {person.pk: Row(person) for person in people}
    seats = list(
        Assignment.objects.neutral().filter(user__in=table).select_related("dispute__policy_version")
    )
    out = late()
    for pk, row in table.items():
        mine = [seat for seat in seats if seat.user_id == pk]
        row.active = sum(1 for seat in mine if seat.ended_at is None and seat.dispute.state in OPEN)
        row.median_days, row.out = _median(mine), pk in out
        _decisions(row)
    _breaches(table, seats)
    _contacts(table, seats)
    _settlements(table, seats)
    for pk, said in surveys.figures(table).items():
        table[pk].said = said
    return list(table.values())


def _median(seats: Iterable[Assignment]) -> float | None:
    days = [
        (seat.ended_at - seat.started_at) / timedelta(days=1)
        for seat in seats
        if seat.ended_at and seat.declared_at
    ]
    return round(statistics.median(days), 1) if days else None


def _decisions(row: Row) -> None:
    found = Decision.objects.issued().rulings().exclude(kind="provisional").filter(author=row.person)
    row.decided = found.count()
    if row.decided >= FEW:
        row.share = wilson(found.filter(outcome__in=_UPHELD).count(), row.decided)


def _sat(
    seats: Iterable[Assignment], dispute: int, at: datetime, roles: tuple[str, ...]
) -> Assignment | None:
    """Who had one of these seats at that moment."""
    fit = (seat for seat in seats if seat.dispute_id == dispute and seat.role in roles)
    fit = (seat for seat in fit if seat.started_at <= at and (seat.ended_at is None or at <= seat.ended_at))
    return next(fit, None)


def _breaches(table: dict[int, Row], seats: list[Assignment]) -> None:
    cases = {seat.dispute_id for seat in seats}
    broken = DisputeDeadline.objects.filter(dispute__in=cases, metric__in=_KINDS, detected_at__isnull=False)
    for dispute, metric, at in broken.values_list("dispute_id", "metric", "detected_at"):
        if at and (seat := _sat(seats, dispute, at, _WHOSE.get(metric, MEDIATING))):
            row, kind = table[seat.user_id], _KINDS[metric]
            setattr(row, kind, getattr(row, kind) + 1)


def _contacts(table: dict[int, Row], seats: list[Assignment]) -> None:
    said = DisputeMessage.objects.exclude(channel=Channel.NEUTRAL).filter(author__in=table)
    first = {
        (dispute, author): at
        for dispute, author, at in said.values_list("dispute_id", "author_id").annotate(at=Min("created_at"))
    }
    for seat in seats:
        if seat.role in MEDIATING and seat.declared_at:
            spoke = first.get((seat.dispute_id, seat.user_id)) or seat.ended_at
            if spoke is not None and spoke > _by(seat):
                table[seat.user_id].contact += 1


def _by(seat: Assignment) -> datetime:
    """The close of business by which the first word is due."""
    policy = seat.dispute.policy_version
    zone, closed = ZoneInfo(policy.rule["tz"]), set(policy.holidays)
    day, left = (seat.declared_at or seat.started_at).astimezone(zone).date(), FIRST_CONTACT
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day.isoformat() not in closed
    return datetime.combine(day, time(17), tzinfo=zone)


def _settlements(table: dict[int, Row], seats: list[Assignment]) -> None:
    cases = {seat.dispute_id for seat in seats}
    settled = Event.objects.filter(Q(dispute__in=cases), action="dispute.settle")
    for dispute, at in settled.values_list("dispute_id", "at"):
        if seat := _sat(seats, dispute, at, MEDIATING):
            table[seat.user_id].settled += 1
