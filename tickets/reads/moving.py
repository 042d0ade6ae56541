"""What applying a policy version to open tickets would do: counted in the database, written nowhere.

Tickets are grouped by what conditions look at and each group is judged once; the moments of all clocks are
then worked out by one statement, working time by looking it up in tables (see helpdesk.timers.table).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from helpdesk.timers.arithmetic import Hours
from helpdesk.timers.models import CalendarVersion, State
from helpdesk.timers.table import Table

from ..models import SlaPolicyVersion
from ..states import WORKED, Metric
from . import reach
from .matching import Facts, Matcher
from .moving_sql import CLOCKS, GROUPS, STANDING


@dataclass(frozen=True)
class Example:
    """One clock before and after."""

    reference: str
    metric: str
    due_at: datetime
    new_due: datetime

    @property
    def metric_word(self) -> str:
        return str(Metric(self.metric).label)


@dataclass(frozen=True)
class Preview:
    """How many open tickets would come under the version, and what their clocks would do."""

    tickets: int = 0
    clocks: int = 0
    earlier: int = 0
    later: int = 0
    breached: int = 0
    paused: int = 0
    ended: int = 0
    started: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """Open tickets with the same facts that are not under the version yet; some nobody has answered."""

    facts: Facts
    tickets: int
    unanswered: int


def preview(version: SlaPolicyVersion, now: datetime) -> Preview:
    """What applying the version would do at this moment."""
    matcher = Matcher(list(reach.in_order()))
    taken = _taken(version, matcher)
    if not taken:
        return Preview()
    values = _values(version, [group.facts for group in taken], now)
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner cannot know how many tickets fit and would look each one's clocks up by itself.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'")
        join = STANDING if matcher.asks_standing else ""
        standing = (
            "AND taken.tiers = coalesce(array_to_string(s.tiers, ','), '')"
            " AND taken.entities = coalesce(array_to_string(s.entities, ','), '')"
        )
        cursor.execute(CLOCKS.format(join=join, standing=standing if join else ""), values)
        counts, earlier, later = cursor.fetchone()
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT")
    solving, answering = counts.pop("solving"), counts.pop("answering")
    return Preview(
        tickets=sum(group.tickets for group in taken),
        started=_started(version, taken, solving, answering),
        examples=[_example(row) for row in [*earlier, *later]],
        **counts,
    )


def affected(version: SlaPolicyVersion) -> int:
    """How many open tickets would come under the version."""
    return sum(group.tickets for group in _taken(version, Matcher(list(reach.in_order()))))


def _taken(version: SlaPolicyVersion, matcher: Matcher) -> list[Group]:
    standing, join = "'{}'::text[], '{}'::text[]", ""
    if matcher.asks_standing:
        standing, join = "coalesce(s.tiers, '{}'), coalesce(s.entities, '{}')", STANDING
    with connection.cursor() as cursor:
        sql = GROUPS.format(standing=standing, join=join)
        cursor.execute(sql, {"version": version.pk, "live": [str(status) for status in WORKED]})
        groups = [
            Group(
                Facts(category, priority, channel, language, frozenset(tiers), frozenset(entities)), *counts
            )
            for category, priority, channel, language, tiers, entities, *counts in cursor.fetchall()
        ]
    return [group for group in groups if group.tickets and matcher.first(group.facts) == version]


def _values(version: SlaPolicyVersion, taken: list[Facts], now: datetime) -> dict[str, Any]:
    new = Table(_hours(version.calendar_version), now)
    longest = max((row["seconds"] for row in version.targets), default=0)
    slowest = min(1.0, *(version.factor(facts.tiers) for facts in taken))
    tables = [(0, new, new.add(now, longest / slowest + 1)), *_old_tables(now)]
    spans = [(pk, table.until(end), _worked(table, now)) for pk, table, end in tables]
    return {
        "now": now,
        "version": version.pk,
        "live": [str(status) for status in WORKED],
        "categories": [facts.category_id for facts in taken],
        "priorities": [facts.priority for facts in taken],
        "channels": [facts.channel for facts in taken],
        "languages": [facts.language for facts in taken],
        "tiers": [",".join(sorted(facts.tiers)) for facts in taken],
        "entities": [",".join(sorted(facts.entities)) for facts in taken],
        "factors": [version.factor(facts.tiers) for facts in taken],
        "metrics": [row["metric"] for row in version.targets],
        "seconds": [row["seconds"] for row in version.targets],
        "modes": [row["mode"] for row in version.targets],
        "hours": [pk for pk, _spans, _by_now in spans],
        "opens": [_array(one[0]) for _pk, one, _by_now in spans],
        "closes": [_array(one[1]) for _pk, one, _by_now in spans],
        "worked": [_array(one[2]) for _pk, one, _by_now in spans],
        "by_now": [by_now for _pk, _spans, by_now in spans],
    }


def _hours(version: CalendarVersion) -> Hours:
    return Hours(version.tz, version.week, version.exceptions)


def _old_tables(now: datetime) -> list[tuple[int, Table, datetime]]:
    """The hours that running clocks count in now, each from its oldest start."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT calendar_version_id, min(resumed_at) FROM tickets_tickettimer"
            " WHERE state = %s AND mode = 'business' GROUP BY 1",
            [State.RUNNING],
        )
        since = dict(cursor.fetchall())
    versions = CalendarVersion.objects.filter(pk__in=since)
    return [(one.pk, Table(_hours(one), since[one.pk].astimezone(UTC)), now) for one in versions]


def _worked(table: Table, now: datetime) -> float:
    return table.between(table.start, now) if not table.plain else (now - table.start).total_seconds()


def _array(ticks: list[int]) -> str:
    """In seconds, as PostgreSQL writes an array."""
    return "{" + ",".join(repr(tick / 1_000_000) for tick in ticks) + "}"


def _started(version: SlaPolicyVersion, taken: list[Group], solving: int, answering: int) -> int:
    """Clocks that would begin because the version promises what was not promised before."""
    begun = 0
    if version.target(Metric.RESOLUTION):
        begun += max(0, sum(group.tickets for group in taken) - solving)
    if version.target(Metric.FIRST_RESPONSE):
        begun += max(0, sum(group.unanswered for group in taken) - answering)
    return begun


def _example(row: dict[str, Any]) -> Example:
    moments = (datetime.fromisoformat(row[name]) for name in ("due_at", "new_due"))
    return Example(row["reference"], row["metric"], *moments)
