"""Opening a case: register row, frozen policy, points, evidence, people, clocks, letters; all or nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Person, TradingAccount
from accounts.states import Role
from helpdesk.core import clock, events, refs
from tickets.models import Message, Ticket
from tickets.operations import lifecycle

from .. import access
from ..events import DisputeOpened
from ..models import Complaint, Dispute, DisputeDeadline, Party, Point, PolicyVersion
from ..reads import terms
from ..states import TABLE, LetterKind, Side
from . import chain, deadlines, evidence, involving, lettering, moving, outside, statutory, telling

HOUSE = "HOUSE"
_HAPPENED = ("happened_at", "paid_at", "noticed_at")
_NEXT = """
INSERT INTO disputes_counter (kind, year, last) VALUES (%s, %s, 1)
ON CONFLICT (kind, year) DO UPDATE SET last = disputes_counter.last + 1 RETURNING last
"""


def _next_number(kind: str, year: int) -> int:
    """The year's next number; the row stays locked until we commit, so a fault leaves no gap."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [kind, year])
        return int(cursor.fetchone()[0])


def policy_in_force(jurisdiction: str) -> PolicyVersion:
    """The newest version of a jurisdiction's figures; the house's own where there is none."""
    versions = PolicyVersion.objects.order_by("-number")
    return versions.filter(jurisdiction=jurisdiction).first() or versions.get(
        jurisdiction=HOUSE, number=_latest()
    )


def _latest() -> int:
    return PolicyVersion.objects.filter(jurisdiction=HOUSE).latest("number").number


def account_of(trader: Person) -> TradingAccount | None:
    """The account whose entity decides the jurisdiction: the one held longest."""
    held = TradingAccount.objects.filter(holder=trader).select_related("entity")
    return held.order_by("opened_on", "id").first()


@transaction.atomic
def open_for(
    ticket_id: int,
    *,
    cause: str,
    reason: str,
    at: datetime | None = None,
    by_id: int | None = None,
    message_id: int | None = None,
) -> Dispute:
    """Open the case of a ticket that has just been escalated, up to "mediator being appointed".

    `cause` is "trader", "promise" (our word was broken: recorded as the platform's default), "supervisor", or
    "complaint": the message that was marked, from whose moment everything counts. That case stops once it is
    acknowledged, and waits for a handler.
    """
    at = at or clock.now()
    ticket = Ticket.objects.select_related("requester", "category").get(pk=ticket_id)
    by = Person.objects.filter(pk=by_id).first() if by_id else None
    first = ticket.messages.filter(from_staff=False).order_by("id").first()
    marked = (ticket.messages.filter(pk=message_id).first() if message_id else None) or first
    # What the house noted for itself is no point of the trader's, whatever it says of them.
    first = first if marked is None or marked.from_staff else marked
    dispute = _row(ticket, marked, cause, reason, at)
    lifecycle.link_dispute(ticket, dispute.reference)
    complaint = _register(dispute, ticket, marked, by)
    points = _points(dispute, ticket, first, reason if cause == "trader" else "", at)
    Party.objects.create(
        dispute=dispute, side=Side.TRADER, person=ticket.requester, name=ticket.requester.name
    )
    Party.objects.create(
        dispute=dispute, side=Side.PLATFORM, name=dispute.account.entity.name if dispute.account else ""
    )
    involving.gather(dispute)
    clocks = _statutory(dispute)
    if dispute.external_latest_at:
        outside.begin(dispute, at=at)
    received = {
        "ticket": ticket.reference,
        "cause": cause,
        "complaint": complaint.register_no,
        "received_at": chain.moment(dispute.received_at),
        "points": len(points),
        "jurisdiction": dispute.jurisdiction,
        "clocks": {"set": [deadlines.told_as(clock) for clock in clocks]},
        "terms": terms.facts(dispute),
    }
    moving.apply(
        dispute,
        "receive",
        by=None,
        at=at,
        facts=received,
        private={"subject": dispute.subject, "reason": reason},
    )
    evidence.admit_ticket(dispute, at=at)
    dispute.refresh_from_db()
    acknowledged = moving.apply(dispute, "acknowledge", by=None, at=at)
    letter = lettering.issue(dispute, LetterKind.ACKNOWLEDGEMENT, acknowledged)
    telling.trader("dispute.opened", dispute, acknowledged, letter=letter.number, **_letter(dispute))
    if cause == "complaint":
        people = [*telling.holders(Role.HANDLER), *telling.platform(dispute)]
        due = _due(dispute, "assign_handler")
        telling.people("dispute.task", dispute, acknowledged, people, task="take", due_at=due)
    else:
        _escalate(dispute, by, cause, at)
    events.publish(DisputeOpened(dispute.pk, dispute.reference))
    return dispute


def _escalate(dispute: Dispute, by: Person | None, cause: str, at: datetime) -> None:
    asked_by = by if by is not None and access.actors_of(by, dispute) & TABLE["escalate"].actors else None
    facts = {"cause": cause, "platform_default": dispute.platform_default}
    escalated = moving.apply(dispute, "escalate", by=asked_by, at=at, facts=facts)
    telling.people(
        "dispute.task",
        dispute,
        escalated,
        telling.platform(dispute),
        task="draw",
        due_at=_due(dispute, "appoint_mediator"),
    )


def _row(ticket: Ticket, first: Message | None, cause: str, reason: str, at: datetime) -> Dispute:
    account = account_of(ticket.requester)
    jurisdiction = account.entity.jurisdiction if account else HOUSE
    policy = policy_in_force(jurisdiction)
    received_at = first.created_at if first else ticket.created_at
    incident_at = _incident(ticket)
    year = at.year
    return Dispute.objects.create(
        reference=refs.dispute_reference(year, _next_number("dispute", year)),
        ticket=ticket,
        trader=ticket.requester,
        account=account,
        subject=ticket.subject,
        category=ticket.category.code,
        language=ticket.language,
        jurisdiction=policy.jurisdiction,
        policy_version=policy,
        cause=cause,
        reason=reason[:500],
        platform_default=cause == "promise",
        received_at=received_at,
        incident_at=incident_at,
        external_latest_at=statutory.external_latest(policy, incident_at, "incident")
        if incident_at
        else None,
        opened_at=at,
    )


def _incident(ticket: Ticket) -> datetime | None:
    """When it happened, by the trader's own statement in the form; None when they were not asked."""
    stated = next((ticket.fields[key] for key in _HAPPENED if ticket.fields.get(key)), "")
    try:
        moment = parse_datetime(stated)
        zone = ZoneInfo(ticket.requester.time_zone)
    except (ValueError, ZoneInfoNotFoundError):
        return None
    if moment is not None and timezone.is_naive(moment):
        moment = moment.replace(tzinfo=zone)
    return moment if moment is not None and moment <= clock.now() else None


def _register(dispute: Dispute, ticket: Ticket, first: Message | None, by: Person | None) -> Complaint:
    year = dispute.opened_at.year
    return Complaint.objects.create(
        register_no=f"C-{year}-{_next_number('complaint', year):06d}",
        dispute=dispute,
        ticket=ticket,
        message=first,
        trader=ticket.requester,
        received_at=dispute.received_at,
        received_channel=ticket.channel,
        received_language=ticket.language,
        category=dispute.category,
        entity=dispute.account.entity.code if dispute.account else "",
        jurisdiction=dispute.jurisdiction,
        policy_version=dispute.policy_version,
        logged_at=dispute.opened_at,
        logged_by=by,
    )


def register_again(dispute: Dispute, *, by: Person, at: datetime) -> Complaint:
    """One more row for a case that is reopened with new points: received now, and counted as such."""
    year, first = at.year, dispute.complaint
    return Complaint.objects.create(
        register_no=f"C-{year}-{_next_number('complaint', year):06d}",
        dispute=dispute,
        number=dispute.complaints.count() + 1,
        ticket_id=dispute.ticket_id,
        trader_id=dispute.trader_id,
        received_at=at,
        received_channel="web",
        received_language=by.language,
        category=dispute.category,
        entity=first.entity,
        jurisdiction=dispute.jurisdiction,
        policy_version=dispute.policy_version,
        logged_at=at,
        logged_by=by,
    )


def _points(
    dispute: Dispute, ticket: Ticket, first: Message | None, reason: str, at: datetime
) -> list[Point]:
    texts = [(ticket.subject, first.body if first else "")]
    if reason and reason != ticket.subject:
        texts.append((reason[:200], reason if len(reason) > 200 else ""))
    return Point.objects.bulk_create(
        Point(
            dispute=dispute,
            number=number,
            title=title,
            text=text,
            language=ticket.language,
            raised_by=ticket.requester,
            raised_at=at,
        )
        for number, (title, text) in enumerate(texts, start=1)
    )


def _statutory(dispute: Dispute) -> list[DisputeDeadline]:
    """The clocks of law and policy run from the first expression of dissatisfaction."""
    return [
        clock
        for key in deadlines.STATUTORY
        for clock in deadlines.start(dispute, key, at=dispute.opened_at, since=dispute.received_at)
    ]


def _due(dispute: Dispute, key: str) -> str:
    clock = dispute.deadlines.filter(metric=key).order_by("-id").first()
    return clock.due_at.isoformat() if clock and clock.due_at else ""


def _letter(dispute: Dispute) -> dict[str, object]:
    """What the notice of the acknowledgement says; the rest is in the letter."""
    return {"handled": dispute.cause == "complaint", "broken": dispute.platform_default}
