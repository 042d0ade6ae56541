"""How urgent a ticket is beyond what its problem type says: the automatic raises of disputes.md 6.1.

Each of these is one step up, never beyond the first priority, and they add up: the requester needs
particular care; more than 5,000 US dollars are at stake; it is their second contact on the same point.
Whoever names a regulator, a court, the press or the police, and whoever reports a fault that many report,
comes first at once.

The amount is that of the problem type's own field, and only where it is plainly in dollars or in a coin
worth one (USD, USDT, USDC): there are no rates here to convert others with, so they are not counted. Nor is
the share of the balance: a trading account does not know its balance.

A second contact is a ticket of the same requester under the same problem type, filed within 30 days before,
that is not over or has been for 14 days at most; their newest fifty tickets are looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Person
from accounts.states import Role
from helpdesk.audit.log import entry, record_all
from helpdesk.audit.models import Entry
from helpdesk.notify.send import Row, notify_many

from ..models import Category, Message, Ticket
from ..states import Cause, Priority, Status
from . import incidents, outside

LARGE = Decimal(5000)
AGAIN_WITHIN, OVER_FOR = timedelta(days=30), timedelta(days=14)
_MONEY = re.compile(
    r"(?P<before>us\$|\$|usd[tc]?)?\s*(?P<sum>\d{1,3}(?:[ ,]\d{3})+|\d{1,15})(?:\.(?P<part>\d{1,8}))?"
    r"\s*(?P<after>us\$|\$|usd[tc]?|us dollars?|dollars?|美元)?",
    re.IGNORECASE,
)
_AGAIN = """EXISTS (
    SELECT FROM (
        SELECT category_id, created_at, status, coalesce(closed_at, solved_at) AS over_at
        FROM tickets_ticket WHERE requester_id = %(requester)s ORDER BY id DESC LIMIT 50
    ) t
    WHERE category_id = %(category)s AND created_at BETWEEN %(month)s AND %(at)s
        AND (status NOT IN %(over)s OR over_at >= %(fortnight)s))"""
_USUAL = f"SELECT {_AGAIN}"
_FAULT = f"SELECT {_AGAIN}, {incidents.STANDING}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The priority a ticket starts with, and why it is not that of its problem type."""

    usual: str
    priority: str
    causes: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    standing: incidents.Standing = incidents.NOTHING


def weigh(
    requester: Person, category: Category, *, fields: Mapping[str, str], text: str, at: datetime
) -> Verdict:
    """Judge a ticket that is about to be filed. Asks once, and twice about a fault of the platform."""
    again, standing = _ask(requester, category, at)
    named = outside.named("\n".join([text, *fields.values()]))
    steps: list[str] = []
    if requester.needs_care:
        steps.append(Cause.CARE)
    if (worth(fields.get("amount", "")) or 0) > LARGE:
        steps.append(Cause.AMOUNT)
    if again:
        steps.append(Cause.AGAIN)
    first = [*named, *([Cause.INCIDENT] if standing.many else [])]
    return Verdict(
        category.priority,
        Priority.P1 if first else raised(category.priority, len(steps)),
        (*steps, *first),
        named,
        standing,
    )


def worth(amount: str) -> Decimal | None:
    """The amount in dollars, where it says plainly that it is one; None for everything else."""
    found = _MONEY.fullmatch(amount.strip())
    if found is None or not (found["before"] or found["after"]):
        return None
    return Decimal(f"{re.sub('[ ,]', '', found['sum'])}.{found['part'] or 0}")


def raised(priority: str, steps: int) -> str:
    """So many steps up, never beyond the first."""
    order = list(Priority.values)
    return order[max(0, order.index(priority) - steps)]


def _ask(requester: Person, category: Category, at: datetime) -> tuple[bool, incidents.Standing]:
    """Whether it is a second contact, and how things stand under a problem type that is a fault."""
    values: dict[str, Any] = {
        "requester": requester.pk,
        "category": category.pk,
        "at": at,
        "month": at - AGAIN_WITHIN,
        "fortnight": at - OVER_FOR,
        "over": (Status.RESOLVED.value, Status.CLOSED.value),
    }
    if category.fault:
        incidents.wait_for_others(category)
        values |= incidents.asked(category, at)
    with connection.cursor() as cursor:
        cursor.execute(_FAULT if category.fault else _USUAL, values)
        again, *standing = cursor.fetchone()
    return again, incidents.Standing(*standing)


def lines(ticket: Ticket, verdict: Verdict) -> list[Entry]:
    """What the record says of it."""
    return _named(ticket, verdict.named) + _raised(ticket, verdict.usual, verdict.causes)


def follow(ticket: Ticket, verdict: Verdict, *, at: datetime) -> None:
    """What a ticket that has just been filed sets in motion beyond itself."""
    if verdict.named:
        _tell_compliance(ticket, verdict.named)
    if verdict.standing.opens:
        incidents.begin(ticket, at=at)


def hear(ticket: Ticket, message: Message) -> None:
    """The requester spoke: whom they name may bring the ticket to the front. It is held, and saved later.

    Promises already made stay as they are, as with any later change of the priority.
    """
    named = outside.named(message.body)
    if named:
        usual, ticket.priority = ticket.priority, Priority.P1
        record_all(_named(ticket, named) + _raised(ticket, usual, named))
        _tell_compliance(ticket, named)


def _named(ticket: Ticket, named: tuple[str, ...]) -> list[Entry]:
    return [entry("ticket.outside.named", subject=ticket.reference, causes=list(named))] if named else []


def _raised(ticket: Ticket, before: str, causes: tuple[str, ...]) -> list[Entry]:
    if before == ticket.priority:
        return []
    return [
        entry(
            "ticket.priority.raised",
            subject=ticket.reference,
            before=before,
            after=ticket.priority,
            causes=[str(cause) for cause in causes],
        )
    ]


def _tell_compliance(ticket: Ticket, named: tuple[str, ...]) -> None:
    """Each of those named is told once for a ticket, however often the requester names them."""
    people = list(Person.objects.with_role(Role.COMPLIANCE))
    notify_many(
        Row(
            "ticket.outside",
            person,
            f"outside:{ticket.pk}:{who}",
            ticket.reference,
            ticket.get_desk_url(),
            {"reference": ticket.reference, "subject": ticket.subject, "who": who},
        )
        for person in people
        for who in named
        if person.pk != ticket.requester_id
    )
