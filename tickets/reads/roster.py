"""Who is on duty now, later and lately; the teams with their people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..models import Category, Duty, Team

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Roster:
    """The on-duty leads of now, of the time to come, and of the last week."""

    now: tuple[Duty, ...]
    later: tuple[Duty, ...]
    past: tuple[Duty, ...]


def roster(now: datetime) -> Roster:
    """One question, ordered by time."""
    since = now - timedelta(days=7)
    rows = Duty.objects.filter(ends_at__gt=since).select_related("person").order_by("starts_at", "id")[:SHOWN]
    duties = tuple(rows)
    return Roster(
        tuple(duty for duty in duties if duty.starts_at <= now < duty.ends_at),
        tuple(duty for duty in duties if duty.starts_at > now),
        tuple(duty for duty in reversed(duties) if duty.ends_at <= now),
    )


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team at a glance."""

    team: Team
    members: tuple[str, ...]
    categories: tuple[str, ...]


def teams() -> tuple[TeamRow, ...]:
    """Every team, in three questions whatever their number."""
    looked_after: dict[int, list[str]] = {}
    for row in Category.objects.choosable().exclude(team=None):
        looked_after.setdefault(row.team_id or 0, []).append(str(row))
    return tuple(
        TeamRow(
            team,
            tuple(str(person) for person in team.members.all() if person.is_active),
            tuple(looked_after.get(team.pk, ())),
        )
        for team in Team.objects.order_by("code").prefetch_related("members")
    )
