"""A policy's version for open tickets too: wished explicitly, done in the background, in small bites.

A bite looks at the next tickets, locks those the version takes (leaving out what somebody works on), looks
again under the lock and moves their clocks. Bite and progress are one transaction, so it can be killed at
any moment and goes on where it was. Any number of walkers may run: the rollout's own row lets one through.
"""

import logging
import time
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from helpdesk.audit.log import record, record_many
from helpdesk.core import clock
from helpdesk.core.locks import hold, hold_some

from ..errors import AlreadyApplying, PolicyStale
from ..models import PolicyRollout, SlaPolicy, SlaPolicyVersion, Ticket, TicketTimer
from ..models.rollout import Progress
from ..reads import moving, reach
from ..reads.matching import NOTHING, Facts, Matcher, facts_of
from ..states import WORKED
from . import promises

log = logging.getLogger(__name__)
# A bite holds its tickets for a fraction of a second: an agent who answers one of them hardly notices.
BITE, LOOK = 25, 500
MOST_FAILED = 1000


@transaction.atomic
def apply_to_open(policy: SlaPolicy, *, by: Person | None, number: int) -> PolicyRollout:
    """Put the open tickets that the policy's newest version takes under it, in the background."""
    policy = hold(policy)
    version = policy.current
    if version.number != number or not policy.active:
        raise PolicyStale
    if PolicyRollout.objects.running().filter(version=version).exists():
        raise AlreadyApplying
    made = PolicyRollout.objects.create(
        version=version, by=by, total=moving.affected(version), started_at=clock.now()
    )
    record("policy.applied", subject=f"sla:{policy.pk}", actor=by, number=version.number, tickets=made.total)
    return made


def walk_rollouts(seconds: float = 0.5) -> int:
    """Go on with what was wished, for about so long; returns how many tickets were moved."""
    moved, until = 0, time.monotonic() + seconds
    for rollout in PolicyRollout.objects.running():
        more = True
        while more:
            done, more = _bite(rollout)
            moved += done
            if time.monotonic() >= until:
                return moved
    return moved


@transaction.atomic
def _bite(rollout: PolicyRollout) -> tuple[int, bool]:
    """Move the next tickets; how many, and whether to ask again at once."""
    held = hold_some(PolicyRollout.objects.running().filter(pk=rollout.pk))
    if not held:
        return 0, False  # finished, or in another walker's hands
    rollout, at = held[0], clock.now()
    version = rollout.version
    versions = list(reach.in_order())
    if version not in versions:
        return _finish(rollout, Progress.REPLACED, at)
    matcher = Matcher(versions)
    wanted, last = _next(rollout, version, matcher)
    if not wanted and not last:
        if rollout.missed:
            rollout.cursor = rollout.missed = 0
            rollout.save(update_fields=["cursor", "missed"])
            return 0, False  # once more from the start, a moment later
        return _finish(rollout, Progress.DONE, at)
    moved = _move(rollout, version, matcher, wanted, at)
    rollout.cursor = last
    rollout.save(update_fields=["cursor", "missed", "moved", "breached_at_once", "failed"])
    return moved, True


def _finish(rollout: PolicyRollout, state: Progress, at: datetime) -> tuple[int, bool]:
    rollout.state, rollout.finished_at = state, at
    rollout.save(update_fields=["state", "finished_at"])
    record(
        "policy.apply.ended",
        subject=f"sla:{rollout.version.policy_id}",
        number=rollout.version.number,
        tickets=rollout.moved,
        state=str(state),
    )
    return 0, False


def _next(rollout: PolicyRollout, version: SlaPolicyVersion, matcher: Matcher) -> tuple[list[int], int]:
    """The next tickets that the version takes, and the key up to which was looked; 0 at the end."""
    rows = list(
        Ticket.objects.filter(status__in=WORKED, pk__gt=rollout.cursor)
        .exclude(policy_version=version)
        .exclude(pk__in=rollout.failed)
        .order_by("pk")
        .values_list("pk", "requester_id", "category_id", "priority", "channel", "language")[:LOOK]
    )
    standings = matcher.standings(row[1] for row in rows)
    wanted: list[int] = []
    for pk, requester, category, priority, channel, language in rows:
        one = standings.get(requester, NOTHING)
        facts = Facts(category, priority, channel, language, one["tier"], one["entity"])
        if matcher.first(facts) == version:
            wanted.append(pk)
            if len(wanted) == BITE:
                return wanted, pk
    return wanted, rows[-1][0] if rows else 0


def _move(
    rollout: PolicyRollout, version: SlaPolicyVersion, matcher: Matcher, wanted: list[int], at: datetime
) -> int:
    tickets = hold_some(Ticket.objects.filter(pk__in=wanted).order_by("pk"))
    rollout.missed += len(wanted) - len(tickets)
    standings = matcher.standings(ticket.requester_id for ticket in tickets)
    moved = []
    for ticket in tickets:
        # It was chosen by an older look: act only on what is still true under the lock.
        facts = facts_of(ticket, standings.get(ticket.requester_id, NOTHING))
        stays = ticket.status not in WORKED or ticket.policy_version_id == version.pk
        if not stays and matcher.first(facts) == version and _moved(rollout, ticket, version, at):
            moved.append(ticket)
    said = {"policy": str(version.policy), "number": version.number, "by": str(rollout.by or "")}
    record_many("ticket.policy.applied", [(at, ticket.reference, said) for ticket in moved])
    rollout.moved += len(moved)
    late = TicketTimer.objects.running().filter(ticket__in=moved, policy_version=version, due_at__lte=at)
    rollout.breached_at_once += late.count()
    return len(moved)


def _moved(rollout: PolicyRollout, ticket: Ticket, version: SlaPolicyVersion, at: datetime) -> bool:
    """Whether it could be done; a ticket that resists is left as it is and does not hold up the others."""
    try:
        with transaction.atomic():
            promises.retarget(ticket, version, at=at, by=rollout.by)
            ticket.save(update_fields=["policy_version", *promises.PROMISE_FIELDS])
    except Exception:
        log.exception("rollout.ticket_failed", extra={"ticket": ticket.pk})
        rollout.failed = [*rollout.failed, ticket.pk][-MOST_FAILED:]
        return False
    return True
