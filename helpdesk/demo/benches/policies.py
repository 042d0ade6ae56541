"""What a policy edit costs: its preview, moving every open ticket, and agents' answers meanwhile."""

import multiprocessing
import os
import time
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Person
from helpdesk.timers.calendars import Draft
from helpdesk.timers.models import Calendar
from tickets.models import PolicyRollout, SlaPolicy, SlaPolicyVersion, Ticket
from tickets.models.rollout import Progress
from tickets.operations import applying, calendars, conversation, policies
from tickets.reads import moving
from tickets.states import LIVE

from . import _world
from ._measure import Options, Report, Row, row

HELP = "preview of a policy edit, moving all open tickets, and agents' answers meanwhile"
NAME, CODE = "Bench: every ticket", "Bench office"
PREVIEWS, QUIET, PACE = 20, 60, 0.05
HOURS = {str(day): [["09:00", "12:30"], ["13:30", "18:00"]] for day in range(5)}
EDITS = ((4, 40), (6, 60))  # hours of the first answer and of the solution
LONGEST = 3600.0


@dataclass
class Load:
    """The load of the machine over one minute, whenever somebody looked."""

    seen: list[str] = field(default_factory=list)

    def look(self) -> str:
        self.seen.append(f"{os.getloadavg()[0]:.1f}")
        return self.seen[-1]


def run(options: Options) -> Report:
    """Two edits: from the clocks as they were seeded to working hours, and from those to others."""
    world, load = _world.enter(), Load()
    remarks: list[str] = []
    rows = [row("an agent's answer, nothing else", sorted(_answers(world.agents, _some(QUIET))), 1)]
    options.report(1, 1 + 2 * len(EDITS))
    try:
        for number, edit in enumerate(EDITS, start=1):
            version = _edited(*edit)
            rows += _previews(number, version, load, remarks)
            options.report(2 * number, 1 + 2 * len(EDITS))
            rows += _rollout(number, version, world.agents, load, remarks)
            options.report(2 * number + 1, 1 + 2 * len(EDITS))
    finally:
        for policy in SlaPolicy.objects.filter(name=NAME, active=True):
            policies.switch_policy(policy, by=None, active=False)
    open_now = Ticket.objects.worked().count()
    return Report("policies", rows, _world.facts() | {"open tickets": open_now}, remarks)


def _edited(first: int, solve: int) -> SlaPolicyVersion:
    """A new version of a policy that is tried first and takes every ticket."""
    office = Calendar.objects.filter(name=CODE).first() or calendars.create_calendar(
        name=CODE, by=None, draft=Draft("Asia/Shanghai", HOURS)
    )
    content: dict[str, Any] = {
        "calendar": office.code,
        "targets": [
            {"metric": "first_response", "seconds": first * 3600, "mode": "business"},
            {"metric": "resolution", "seconds": solve * 3600, "mode": "business"},
        ],
    }
    policy = SlaPolicy.objects.filter(name=NAME).first()
    if policy is None:
        return policies.create_policy(name=NAME, by=None, position=1, **content).current
    policies.switch_policy(policy, by=None, active=True)
    return policies.revise_policy(policy, by=None, **content)


def _previews(number: int, version: SlaPolicyVersion, load: Load, remarks: list[str]) -> list[Row]:
    connection.close()  # a supervisor's page may come to a connection that knows nothing yet
    walls = []
    for _n in range(PREVIEWS):
        began = time.perf_counter()
        told = moving.preview(version, timezone.now())
        walls.append((time.perf_counter() - began) * 1000)
    remarks.append(
        f"Preview {number}: {told.tickets:,} tickets, {told.clocks:,} moments move, {told.breached:,} would "
        f"break at once. First look {walls[0]:.0f} ms, slowest of {PREVIEWS} {max(walls):.0f} ms;"
        f" load {load.look()}."
    )
    return [row(f"preview {number}", sorted(walls), 1)]


def _rollout(
    number: int, version: SlaPolicyVersion, agents: list[Person], load: Load, remarks: list[str]
) -> list[Row]:
    """Another process walks; agents answer here, mostly just where it is."""
    made = applying.apply_to_open(version.policy, by=None, number=version.number)
    connections.close_all()
    walker = multiprocessing.get_context("fork").Process(target=_walk, args=(made.pk,))
    walker.start()
    walls: list[float] = []
    while walker.is_alive():
        walls += _answers(agents, _ahead(made.pk))
    walker.join()
    walls = walls or _answers(agents, _some(1))  # over before anybody could answer
    made.refresh_from_db()
    if made.state != Progress.DONE or made.finished_at is None:
        raise CommandError(f"The rollout is {made.state} after {made.moved} of {made.total} tickets.")
    took = (made.finished_at - made.started_at).total_seconds()
    walls.sort()
    remarks.append(
        f"Rollout {number}: {made.moved:,} of {made.total:,} tickets in {took:.1f} s, "
        f"{made.moved / took:,.0f} a second; {len(walls):,} answers meanwhile, the slowest "
        f"{walls[-1]:.0f} ms, none failed; load {load.look()}."
    )
    return [
        row(f"rollout {number}, per ticket", [took * 1000 / made.moved] * made.moved, 1),
        row(f"an agent's answer during rollout {number}", walls, 1),
    ]


def _walk(rollout: int) -> None:
    connections.close_all()
    end = time.monotonic() + LONGEST
    while PolicyRollout.objects.filter(pk=rollout, state=Progress.RUNNING).exists():
        applying.walk_rollouts()
        if time.monotonic() > end:
            return


def _some(count: int) -> list[Ticket]:
    return list(Ticket.objects.filter(status__in=LIVE).order_by("-id")[:count])


def _ahead(rollout: int) -> list[Ticket]:
    """Tickets the walker is about to take."""
    cursor = PolicyRollout.objects.values_list("cursor", flat=True).get(pk=rollout)
    return list(Ticket.objects.filter(status__in=LIVE, pk__gt=cursor).order_by("id")[:400:40])


def _answers(agents: list[Person], tickets: list[Ticket]) -> list[float]:
    walls = []
    for n, ticket in enumerate(tickets):
        began = time.perf_counter()
        conversation.post_message(ticket, by=agents[n % len(agents)], body="We are looking into it.")
        walls.append((time.perf_counter() - began) * 1000)
        time.sleep(PACE)
    if not tickets:
        time.sleep(PACE)
    return walls
