"""The external mediator knows one case: every address and every resource, as that person (F22, D1–D6)."""

import json
import re

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from accounts.operations import api_keys, registration
from accounts.states import Role
from disputes.operations import appointing, mediating, talking
from helpdesk.realtime import topics
from tests.disputes.cases import in_mediation, opened
from tests.support.builders import file

pytestmark = pytest.mark.django_db
CANARY = "canary-of-another-case"
NEVER = 999_999_999
# For the whole world, or everybody's own: nobody else's case is in them.
SHARED = re.compile(
    r"^(home|desk|healthz|readyz|metrics|icons|stream|language|theme|me|api_keys|account_.*|usersessions.*"
    r"|notif.*|faq:.*|api_(docs|schema|me|articles?|search|categories|tickets|disputes)"
    r"|disputes:(procedure|statistics.*|anchors.*|verify|disputes|desk-disputes)|tickets:(tickets|new))$"
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


@pytest.fixture
def world(cast, monkeypatch):
    """Eva mediates one case of Mei's; Nia another, in which a secret was said."""
    monkeypatch.setattr("helpdesk.core.throttle.take", lambda *_args, **_more: 0)
    own = opened(cast, subject="The one Eva has")
    appointing.draw(own, "external_mediator", by=cast.sun)
    other = in_mediation(cast, subject=CANARY)
    talking.post(other, by=cast.mei, channel="open", body=CANARY)
    file(cast.omar, subject=CANARY, body=CANARY)
    return own, other


def test_this_case_alone_answers(cast, world):
    own, other = world
    eva = Crawler(cast.eva)
    of = {name: f"/api/v1/disputes/{own.reference}/{name}" for name in ("", "events/", "bundle/", "offers/")}
    assert {eva.ask(one)[0] for one in of.values()} == {403}  # not signed
    appointing.accept(own, by=cast.eva, statements=appointing.STATEMENTS)
    item, foreign = (case.evidence.filter(mime_detected="image/png").first().key for case in (own, other))
    answered, wrong, asked = set(), [], 0
    for name, converters in routes():
        for method in ("get", "post") if name != "account_logout" else ():
            address = path(name, converters, other, foreign)
            status, body = eva.ask(address, method)
            asked += 1
            told = body.replace(address.encode(), b"")
            if CANARY.encode() in told or other.reference.encode() in told:
                wrong.append(f"{method} {address} tells of the other case")
            alone = bool(SHARED.match(name)) or (name in SETTINGS and status == 403)
            if (status >= 500 and name != "readyz") or (not alone and status not in {404, 405}):
                wrong.append(f"{method} {address}: {status}")
        if "reference" in dict(converters) and name.startswith(("disputes:", "api_dispute")):
            status, _body = eva.ask(path(name, converters, own, item))
            answered |= {name} if status == 200 else set()
            wrong += [f"{name}: {status}"] if status >= 500 else []
    assert not wrong, "\n".join(wrong)
    assert asked > 300
    assert answered >= {
        "disputes:desk-dispute", "disputes:evidence", "api_dispute", "api_dispute_messages",
        "api_dispute_offers", "api_dispute_evidence", "api_dispute_file", "api_dispute_bundle",
    }  # fmt: skip
    listed = json.loads(eva.ask("/api/v1/disputes/")[1])["results"]
    assert [row["reference"] for row in listed] == [own.reference]
    assert topics.may_listen(cast.eva, f"dispute:{own.reference}")
    for topic in (
        f"dispute:{other.reference}",
        f"ticket:{own.ticket.reference}",
        "queue",
        f"person:{cast.mei.pk}",
    ):
        assert not topics.may_listen(cast.eva, topic), topic


def test_what_a_person_may_do_ends_with_the_next_request(cast, world):
    """With the seat, and with the role (D6): pages, keys and streams."""
    own, other = world
    appointing.accept(own, by=cast.eva, statements=appointing.STATEMENTS)
    eva, hal = Crawler(cast.eva), Crawler(cast.hal)

    def asked(who, case):
        api = f"/api/v1/disputes/{case.reference}/"
        said = who.ask(f"{case.get_desk_url()}say/", "post")[0]
        return {who.ask(case.get_desk_url())[0], who.ask(api)[0], who.ask(f"{api}events/")[0], said}

    assert asked(eva, own) == asked(hal, other) == {200, 422}
    mediating.report_no_settlement(own, by=cast.eva, note="Apart.")
    assert asked(eva, own) == {404}
    assert not topics.may_listen(cast.eva, f"dispute:{own.reference}")
    registration.set_roles(cast.hal, [Role.AGENT], by=cast.root)
    assert asked(hal, other) == {404}
