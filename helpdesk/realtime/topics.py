"""What a person may listen to: guards filled in by the apps, and short-lived signed tokens.

A guard is asked when a token is issued (a page, with the database at hand). The stream that later checks
the token reads its signature only, so it needs no database.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core import signing

LIFETIME = 90  # seconds in which a token opens a stream
MOST = 40  # topics in one token
_SALT = "helpdesk.realtime"

Listener = AbstractBaseUser | AnonymousUser
# Filled in from above, by functions that know who people are.
Guard = Callable[[Any, str], bool]
_guards: dict[str, Guard] = {}


@dataclass(frozen=True)
class Pass:
    """What a valid token says."""

    person_id: int
    topics: frozenset[str]
    issued_at: float


def guard(prefix: str) -> Callable[[Guard], Guard]:
    """Register who may listen to `prefix:rest`; the decorated function gets the person and the rest."""

    def register(function: Guard) -> Guard:
        _guards[prefix] = function
        return function

    return register


def may_listen(person: Listener, topic: str) -> bool:
    """The topic's guard says yes; an unknown topic has no listeners."""
    prefix, _, rest = topic.partition(":")
    check = _guards.get(prefix)
    return bool(check and person.is_authenticated and check(person, rest))


def token_for(person: Listener, topics: Iterable[str]) -> str:
    """A token for those of the topics the person may listen to; empty when there is none."""
    wanted = list(dict.fromkeys(topics))[:MOST]
    allowed = [topic for topic in wanted if may_listen(person, topic)]
    if not allowed:
        return ""
    return signing.dumps({"p": person.pk, "t": allowed, "at": time.time()}, salt=_SALT, compress=True)


def read_token(token: str) -> Pass | None:
    """What the token says, or None when it is forged, altered or too old."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=LIFETIME)
        return Pass(int(said["p"]), frozenset(said["t"]), float(said["at"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
