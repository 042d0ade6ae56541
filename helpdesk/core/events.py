"""Upward talk: a lower app states a fact, higher apps listen, and nobody below knows who does.

`@inside(Fact)` handlers run at once, in the publisher's transaction: what they write is kept or lost with
the fact. `@after(Fact)` handlers run when the transaction is committed and may only nudge (a live hint);
one that fails is logged and stops nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[[Any], None])

_inside: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
_after: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def inside(fact: type) -> Callable[[F], F]:
    """Register a handler that shares the publisher's transaction."""

    def register(handler: F) -> F:
        _inside[fact].append(handler)
        return handler

    return register


def after(fact: type) -> Callable[[F], F]:
    """Register a handler that runs once the fact is committed."""

    def register(handler: F) -> F:
        _after[fact].append(handler)
        return handler

    return register


def publish(fact: object) -> None:
    """Tell everyone who listens; must be called inside a transaction."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(fact).__name__} was published outside a transaction.")
    for handler in _inside.get(type(fact), ()):
        handler(fact)
    for handler in _after.get(type(fact), ()):
        transaction.on_commit(partial(handler, fact), robust=True)


def listeners() -> dict[str, dict[str, list[str]]]:
    """Who listens to what, for the documentation and `doctor`."""
    table: dict[str, dict[str, list[str]]] = {}
    for when, registry in (("inside", _inside), ("after", _after)):
        for fact, handlers in registry.items():
            row = table.setdefault(fact.__name__, {"inside": [], "after": []})
            row[when] = [f"{handler.__module__}.{handler.__name__}" for handler in handlers]
    return table
