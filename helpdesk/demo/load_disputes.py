"""Bulk disputes for load tests: cases on bulk tickets, each with a whole chain of so many links.

As with bulk tickets, rows look as if the operations had written them; chains verify. The same seed and
numbers give the same data but for the moment they are counted from.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Person
from disputes.models import Complaint, Counter, Dispute, DisputeDeadline, Party, Point, PolicyVersion
from disputes.operations import chain
from disputes.reads import verifier
from disputes.states import OVER, Clock, Side, State, Waiting
from helpdesk.core import refs
from tickets.models import Ticket

from .load import EMAIL_DOMAIN

BATCH = 2_000
# What happens in a case, over and over, until it has as many links as were asked for.
ACTS = (
    "dispute.receive", "dispute.acknowledge", "dispute.escalate", "dispute.neutral.drawn",
    "dispute.begin_mediation", "dispute.said.open", "dispute.said.open", "dispute.clock.warned",
    "dispute.evidence.opened", "dispute.said.open",
)  # fmt: skip
# Most cases are over; of the others each stage has its share.
STAGES = (
    *(State.CLOSED,) * 12, State.MEDIATION_PENDING, State.IN_MEDIATION, State.IN_MEDIATION,
    State.IN_DETERMINATION, State.PROVISIONAL_DECISION, State.DECIDED, State.REMEDY_DUE, State.FINAL,
)  # fmt: skip
COLUMNS = ("dispute_id", "seq", "at", "action", "role", "body", "prev", "hash")
Tick = Callable[[int, int], None]


def load(count: int, links: int = 20, tick: Tick = lambda done, total: None) -> int:
    """Open `count` cases on bulk tickets that have none, `links` links each; returns how many there were."""
    now = timezone.now().replace(microsecond=0)
    policy = PolicyVersion.objects.filter(jurisdiction="HOUSE").latest("number")
    free = Ticket.objects.filter(dispute_reference="", requester__email__endswith=EMAIL_DOMAIN)
    tickets = free.select_related("category").order_by("id")[:count].iterator(chunk_size=BATCH)
    done = 0
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0; SET synchronous_commit = off")
    while batch := list(islice(tickets, BATCH)):
        with transaction.atomic():
            _batch(batch, policy, links, now)
        done += len(batch)
        tick(done, count)
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout; RESET lock_timeout; RESET synchronous_commit")
        for table in ("dispute", "event", "disputedeadline", "point", "party", "complaint"):
            cursor.execute(f"ANALYZE disputes_{table}")
    return done


def _batch(tickets: list[Ticket], policy: PolicyVersion, links: int, now: datetime) -> None:
    year = now.year
    numbers = {kind: _take(kind, year, len(tickets)) for kind in ("dispute", "complaint")}
    cases = Dispute.objects.bulk_create(
        _case(ticket, refs.dispute_reference(year, numbers["dispute"] + n), policy, n, now)
        for n, ticket in enumerate(tickets)
    )
    _chains(cases, links, now)
    Dispute.objects.bulk_update(cases, ["chain_length", "chain_head"])
    for case, ticket in zip(cases, tickets, strict=True):
        ticket.dispute_reference = case.reference
    Ticket.objects.bulk_update(tickets, ["dispute_reference"])
    Point.objects.bulk_create(
        Point(dispute=case, number=1, title=case.subject, raised_by_id=case.trader_id, raised_at=now)
        for case in cases
    )
    Party.objects.bulk_create(
        Party(dispute=case, side=Side.TRADER, person_id=case.trader_id, name=f"Trader {case.trader_id}")
        for case in cases
    )
    Complaint.objects.bulk_create(
        _complaint(case, ticket, f"C-{year}-{numbers['complaint'] + n:06d}")
        for n, (case, ticket) in enumerate(zip(cases, tickets, strict=True))
    )
    DisputeDeadline.objects.bulk_create(
        clock for n, case in enumerate(cases) if case.is_open for clock in _clocks(case, n, now)
    )


def _take(kind: str, year: int, count: int) -> int:
    counter, _fresh = Counter.objects.select_for_update().get_or_create(kind=kind, year=year)
    first, counter.last = counter.last + 1, counter.last + count
    counter.save(update_fields=["last"])
    return first


def _case(ticket: Ticket, reference: str, policy: PolicyVersion, n: int, now: datetime) -> Dispute:
    state = STAGES[n % len(STAGES)]
    opened = now - timedelta(days=3 + n % 300)
    return Dispute(
        reference=reference,
        ticket=ticket,
        trader_id=ticket.requester_id,
        subject=ticket.subject,
        category=ticket.category.code,
        language=ticket.language,
        jurisdiction=policy.jurisdiction,
        policy_version=policy,
        state=state,
        waiting_on=Waiting.NOBODY if state in OVER else Waiting.PLATFORM,
        cause="trader",
        received_at=opened - timedelta(days=1),
        opened_at=opened,
        closed_at=opened + timedelta(days=2) if state in OVER else None,
        outcome="not_upheld" if state in OVER else "",
    )


def _complaint(case: Dispute, ticket: Ticket, number: str) -> Complaint:
    return Complaint(
        register_no=number,
        dispute=case,
        ticket=ticket,
        trader_id=case.trader_id,
        received_at=case.received_at,
        received_channel=ticket.channel,
        received_language=case.language,
        category=case.category,
        jurisdiction=case.jurisdiction,
        policy_version=case.policy_version,
        logged_at=case.opened_at,
    )


def _clocks(case: Dispute, n: int, now: datetime) -> list[DisputeDeadline]:
    """Two running clocks, far enough ahead that no sweep has anything to do while one measures."""
    due = now + timedelta(days=2, minutes=n % 10_000)
    return [
        DisputeDeadline(
            dispute=case,
            metric=metric,
            kind=kind,
            waits_for=Waiting.PLATFORM,
            n=14,
            unit="calendar_days",
            mode="calendar",
            policy_version=case.policy_version,
            target_seconds=14 * 86_400,
            started_at=now,
            resumed_at=now,
            due_at=due + timedelta(days=later),
        )
        for metric, kind, later in (("decide", Clock.STAGE, 0), ("response", Clock.STATUTORY, 9))
    ]


def _chains(cases: list[Dispute], links: int, now: datetime) -> None:
    """The links of all cases in one COPY; the ORM would need ten times as long."""
    out = io.StringIO()
    for case in cases:
        prev = chain.GENESIS
        for seq in range(1, links + 1):
            at = case.opened_at + timedelta(minutes=seq)
            action = ACTS[(seq - 1) % len(ACTS)]
            body = chain.canonical(
                {
                    "seq": seq, "dispute": case.reference, "at": chain.moment(at), "actor": None,
                    "role": "system", "action": action, "before": case.state, "after": case.state,
                    "policy": f"{case.jurisdiction} {case.policy_version_id}", "facts": {"bulk": True},
                }
            )  # fmt: skip
            digest = verifier.link(prev, body)
            out.write(f"{case.pk}\t{seq}\t{at.isoformat()}\t{action}\tsystem\t{body}\t{prev}\t{digest}\n")
            prev = digest
        case.chain_length, case.chain_head = links, prev
    out.seek(0)
    with connection.cursor() as cursor:
        cursor.cursor.copy_from(out, "disputes_event", columns=COLUMNS)


def supervisor() -> Person:
    """Somebody who directs cases, to look at them with."""
    found = Person.objects.filter(email=f"supervisor@{EMAIL_DOMAIN}").first()
    return found or Person.objects.create_user(
        f"supervisor@{EMAIL_DOMAIN}", name="Supervisor", roles=["supervisor"], language="en"
    )
