"""What writing costs: filing a ticket and answering it, beside the ORM writing as many rows."""

from collections.abc import Callable
from typing import Any

from django.db import models

from helpdesk.audit.models import Entry
from helpdesk.notify.models import Delivery, Notice
from tickets.models import Message, Ticket, TicketTimer, TimerEvent

from . import _floor, _measure, _world
from ._client import Request, ask, environ
from ._measure import Options, Report, Target

HELP = "filing and answering tickets beside a view that writes as many rows through the ORM"
WRITTEN: tuple[type[models.Model], ...] = (
    Ticket, Message, TicketTimer, TimerEvent, Entry, Notice, Delivery
)  # fmt: skip
_TICKET = (
    "status",
    "assignee",
    "last_line",
    "last_staff_at",
    "promise_state",
    "promise_due_at",
    "version",
    "updated_at",
)
_TIMER = ("state", "fulfilled_at", "due_at", "generation")


def run(options: Options) -> Report:
    """File and answer through the pages, in turns with their floors."""
    world, floor = _world.enter(), _floor.application()
    needed = options.warm_up + -(-options.requests // options.per_round) * options.per_round + 1
    waiting = world.unanswered(needed)
    create, reply = _creating(world), _replying(world, waiting)
    cookies = world.agent_cookies[0]
    filed = _floor.take_down(*_rows_of(world, create(0)))
    said = _floor.take_down(*_rows_of(world, reply(0)))
    targets = [
        _target("floor: rows of filing", floor, lambda n: _write(cookies, "filing"), ""),
        _target("create", world.app, lambda n: create(n + 1), "floor: rows of filing"),
        _target("floor: rows of answering", floor, lambda n: _write(cookies, "answering"), ""),
        _target("reply", world.app, lambda n: reply(n + 1), "floor: rows of answering"),
    ]
    _floor.WRITTEN.update(filing=filed, answering=said)
    _measure.run(targets, options)
    facts = _world.facts() | {"requests": options.requests}
    remarks = [
        f"Filing writes {filed}, answering {said}. Floors are signed in and check CSRF, in one transaction.",
        "Filing also asks whether it is a second contact on the same point; from a trader's second ticket on "
        "it is, and writes a line of the record that its floor does not.",
    ]
    return Report("intake", _measure.rows(targets), facts, remarks)


def _target(name: str, app: Any, request: Callable[[int], Request], floor: str) -> Target:
    def prepare(n: int) -> tuple[Request, dict[str, Any]]:
        asked = request(n)
        return asked, environ(asked)

    def work(given: tuple[Request, dict[str, Any]]) -> None:
        _world.check(ask(app, given[1]), given[0], 302)

    return Target(name, prepare, work, floor)


def _write(cookies: dict[str, str], what: str) -> Request:
    return Request("/floor/write/", cookies, {"what": what})


def _creating(world: _world.World) -> Callable[[int], Request]:
    def request(n: int) -> Request:
        person = world.traders[n % len(world.traders)]
        form = {
            "category": "WDR-DELAY",
            "subject": f"Withdrawal W-{90_000 + n} has not arrived",
            "body": "I asked for it yesterday evening and it still says processing.\n\nThe address is mine.",
            "about_withdrawal": f"W-{90_000 + n}",
            "about_amount": "1,200 USDT",
            "about_network": "trc20",
            "about_txid": "",
        }
        return Request("/tickets/new/", world.trader_cookies[person.pk], form)

    return request


def _replying(world: _world.World, waiting: list[str]) -> Callable[[int], Request]:
    def request(n: int) -> Request:
        reference = waiting[n % len(waiting)]
        form = {
            "body": "Hello, the withdrawal is in review. **News by 18:00** today at the latest.",
            "then": "",
        }
        return Request(f"/desk/tickets/{reference}/reply/", world.agent_cookies[n % len(world.agents)], form)

    return request


def _rows_of(
    world: _world.World, request: Request
) -> tuple[list[models.Model], list[tuple[models.Model, tuple[str, ...]]]]:
    """Do it once and look what it left: new rows, and rows it changed."""
    before = {model: _last(model) for model in WRITTEN}
    _world.good(world.app, request, 302)
    made = [
        row for model in WRITTEN for row in model._default_manager.filter(pk__gt=before[model]).order_by("pk")
    ]
    message = next(row for row in made if isinstance(row, Message))
    changed: list[tuple[models.Model, tuple[str, ...]]] = [(message.ticket, _TICKET)]
    stopped = message.ticket.timers.filter(fulfilled_at=message.created_at)
    changed += [(timer, _TIMER) for timer in stopped]
    return made, changed


def _last(model: type[models.Model]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
