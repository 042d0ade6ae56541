"""Who asks for what: people and tickets of the seeded database, the same choice every time."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import CommandError
from django.db import connection
from django.db.models.functions import Now

from accounts.models import Person
from accounts.operations import registration
from tickets.models import Ticket
from tickets.states import CANARY, LIVE, Metric, Status

from .. import load
from ._client import Answer, App, Request, ask, environ, signed_in

TRADERS, AGENTS, TICKETS = 60, 4, 240


@dataclass
class World:
    """The product's application with some agents, traders and tickets of the bulk data."""

    app: App
    agents: list[Person]
    traders: list[Person]

    @cached_property
    def agent_cookies(self) -> list[dict[str, str]]:
        return [signed_in(person) for person in self.agents]

    @cached_property
    def trader_cookies(self) -> dict[int, dict[str, str]]:
        return {person.pk: signed_in(person) for person in self.traders}

    @cached_property
    def some(self) -> list[str]:
        """References of tickets in work and of finished ones, half and half."""
        live = Ticket.objects.filter(status__in=LIVE).order_by("id")
        done = Ticket.objects.filter(status=Status.CLOSED).exclude(channel=CANARY).order_by("id")
        pairs = zip(
            *(rows.values_list("reference", flat=True)[: TICKETS // 2] for rows in (live, done)), strict=False
        )
        return [reference for pair in pairs for reference in pair]

    @cached_property
    def own(self) -> list[tuple[int, str]]:
        """Tickets of the traders who are signed in: (requester, reference)."""
        rows = Ticket.objects.filter(requester__in=self.traders).order_by("id")
        return list(rows.values_list("requester_id", "reference")[:TICKETS])

    def unanswered(self, count: int) -> list[str]:
        """Live tickets nobody has answered; their next answer keeps the first promise, which is not late."""
        rows = Ticket.objects.filter(
            status=Status.NEW,
            requester__email__endswith=load.EMAIL_DOMAIN,
            promise_metric=Metric.FIRST_RESPONSE,
            promise_due_at__gt=Now() + timedelta(hours=1),
        )
        return list(rows.order_by("-id").values_list("reference", flat=True)[:count])


def enter() -> World:
    """Find the bulk data; says what to do when there is none."""
    people = Person.objects.filter(email__endswith=f"@{load.EMAIL_DOMAIN}").order_by("id")
    agents, traders = people.filter(email__startswith="agent"), people.filter(email__startswith="trader")
    world = World(
        app=WSGIHandler(),
        agents=list(agents[:AGENTS]),
        traders=list(traders[:TRADERS]),
    )
    if not world.agents or not world.some:
        raise CommandError(
            "There is nothing to measure on: run `manage.py seed_load --tickets 100000` first."
        )
    # Answers are sent at once: the work of sending belongs to what is measured, not to a worker later.
    world.agents = [registration.set_preferences(agent, undo_seconds=0) for agent in world.agents]
    return world


def facts() -> dict[str, Any]:
    """What the figures depend on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticket")
        (tickets,) = cursor.fetchone()
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
        cursor.execute("SHOW synchronous_commit")
        (synchronous,) = cursor.fetchone()
    return {"tickets": tickets, "PostgreSQL": server.split()[0], "synchronous_commit": synchronous}


def good(app: App, request: Request, *allowed: int) -> Answer:
    """The answer; one that is not among the allowed states stops the benchmark."""
    return check(ask(app, environ(request)), request, *allowed)


def check(answer: Answer, request: Request, *allowed: int) -> Answer:
    """A benchmark that measures error pages would look wonderful."""
    if answer.status not in (allowed or (200,)):
        raise CommandError(
            f"{request.path} answered {answer.status}: {answer.body[:300].decode(errors='replace')}"
        )
    return answer
