"""Every address and resource there is, asked for as one person."""

import re

from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from accounts.operations import api_keys
from helpdesk.core import redis

NEVER = 999_999_999
# For the whole world, or everybody's own: nobody else's case is in them.
SHARED = re.compile(
    r"^(home|desk|healthz|readyz|metrics|icons|stream|language|theme|me|factor.*|api_keys|account_.*"
    r"|usersessions.*"
    r"|notif.*|faq:.*|api_(docs|schema|me|articles?|search|categories|tickets|disputes)"
    r"|disputes:(procedure|statistics.*|anchors.*|verify|disputes|desk-appointments)|tickets:(tickets|new))$"
)
# Who may write these is no secret, and no case is in them.
SETTINGS = {"api_sla_policies", "api_calendars"}


def routes():
    """Every named address with what stands in it."""

    def walk(patterns, space):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace == "admin":
                    continue
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern.url_patterns, inner)
            elif isinstance(pattern.pattern, RoutePattern) and pattern.name:
                yield space + pattern.name, list(pattern.pattern.converters.items())

    return sorted(walk(get_resolver().url_patterns, ""), key=lambda row: row[0])


class Crawler:
    """Somebody's browser and key."""

    def __init__(self, person):
        self.page = Client(raise_request_exception=False)
        self.page.force_login(person)
        self.key = {"Authorization": f"Bearer {api_keys.issue(person, name='x', by=person)[1]}"}

    def ask(self, path, method="get"):
        client, more = self.page, {}
        if path.startswith("/api/"):
            client, more = Client(raise_request_exception=False), {"headers": self.key}
            more |= {"content_type": "application/json"} if method == "post" else {}
        answer = getattr(client, method)(path, *([{}] if method == "post" else []), **more)
        return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content


def path(name, converters, case, item):
    """The address of one route for a case, its ticket or an item of it."""
    known = {"reference": case.reference, "key": item, "number": 1, "kind": "fca"}
    if name.startswith(("tickets:", "api_ticket")):
        known["reference"] = case.ticket.reference
    values = {
        word: known.get(word, NEVER if type(kind).__name__ == "IntConverter" else "x")
        for word, kind in converters
    }
    return reverse(name, kwargs=values)


def own_routes(case, item):
    """Every page and resource that a reference opens, for this case."""
    return {
        name: path(name, converters, case, item)
        for name, converters in routes()
        if "reference" in dict(converters) and name.startswith(("disputes:", "api_dispute"))
    }


def fresh():
    """Nobody has asked too often yet."""
    redis.attempt(lambda server: [server.delete(key) for key in server.scan_iter("throttle:*")], None)


def answers(who, case, item):
    """What each of them says to reading and to writing, in one look."""
    found = {}
    fresh()
    for name, address in own_routes(case, item).items():
        for method in ("get", "post"):
            found[f"{method} {name}"] = who.ask(address, method)
    return found


def shut(found, *allowed):
    """Nothing opens: every door says that there is nothing, or not yet, or not this way."""
    return {name: told[0] for name, told in found.items() if told[0] not in {404, 405, *allowed}}
