"""What reading costs: queue, ticket pages and help search, beside a plain Django page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from . import _floor, _measure, _world
from ._client import Request, ask, environ
from ._measure import Options, Report, Target

HELP = "queue, ticket pages and help search beside an empty view, a plain table page and its SQL bare"
TABLE, EMPTY = "floor: table of 25 rows", "floor: empty view"
WORDS = (
    "提现",
    "强平 价格",
    "withdrawal pending",
    "冻结",
    "slippage",
    "API 500",
    "充值 到账",
    "recovery codes",
)
FILTERS = (
    "category=WDR&status=open",
    "priority=P1&view=unassigned",
    "language=zh-hans&category=BIN",
    "tag=vip&view=due",
    "status=waiting&channel=email",
)


def run(options: Options) -> Report:
    """Ask every page in turns with its floors."""
    world, floor = _world.enter(), _floor.application()
    agents = world.agent_cookies
    pages: dict[str, Callable[[int], Request]] = {
        "queue": lambda n: Request("/desk/queue/", agents[n % len(agents)]),
        "queue, filtered": lambda n: Request(
            f"/desk/queue/?{FILTERS[n % len(FILTERS)]}", agents[n % len(agents)]
        ),
        "ticket (desk)": lambda n: Request(f"/desk/tickets/{world.some[n % len(world.some)]}/", agents[0]),
        "ticket (trader)": lambda n: _own(world, n),
        "help search": lambda n: Request(f"/help/search/?{urlencode({'q': WORDS[n % len(WORDS)]})}"),
    }
    targets = [
        Target(EMPTY, *_asking(floor, lambda n: Request("/floor/empty/"))),
        Target(TABLE, *_asking(floor, lambda n: Request("/floor/", agents[n % len(agents)]))),
        Target("floor: its SQL bare", lambda n: _statements(floor, Request("/floor/", agents[0])), _bare),
    ]
    for name, request in pages.items():
        targets.append(Target(name, *_asking(world.app, request), floor=TABLE))
        targets.append(Target(f"  {name}: its SQL bare", _remembered(world.app, request), _bare, floor=name))
    _measure.run(targets, options)
    return Report("pages", _measure.rows(targets), _world.facts() | {"requests": options.requests})


def _own(world: _world.World, n: int) -> Request:
    person, reference = world.own[n % len(world.own)]
    return Request(f"/tickets/{reference}/", world.trader_cookies[person])


def _asking(app: Any, request: Callable[[int], Request]) -> tuple[Callable[[int], Any], Callable[[Any], Any]]:
    """Environ made outside the clock, the answer read inside it."""

    def prepare(n: int) -> tuple[Request, dict[str, Any]]:
        asked = request(n)
        return asked, environ(asked)

    def work(given: tuple[Request, dict[str, Any]]) -> None:
        _world.check(ask(app, given[1]), given[0])

    return prepare, work


@contextmanager
def _listening() -> Iterator[list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip()[:6].upper() in {"SELECT", "WITH ("} or sql.lstrip().startswith("WITH"):
            heard.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield heard


def _statements(app: Any, request: Request) -> list[tuple[str, Any]]:
    with _listening() as heard:
        _world.good(app, request)
    return heard


def _remembered(app: Any, request: Callable[[int], Request]) -> Callable[[int], list[tuple[str, Any]]]:
    """The page's own statements, taken down once per kind of question."""
    kept: dict[int, list[tuple[str, Any]]] = {}

    def prepare(n: int) -> list[tuple[str, Any]]:
        if n % 40 not in kept:
            kept[n % 40] = _statements(app, request(n % 40))
        return kept[n % 40]

    return prepare


def _bare(statements: list[tuple[str, Any]]) -> None:
    """The statements through psycopg2 alone, every row fetched."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()
