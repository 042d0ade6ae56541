"""A policy's version for open tickets too: wished explicitly, done in the background, in bites.

A bite takes the next tickets, locks those the version takes (leaving out what somebody works on), looks
again under the lock and moves their clocks as one set. Bite and progress are one transaction, so it can be
killed at any moment and goes on where it was. Any number of walkers may run: the rollout's own row lets one
through.
"""

import logging
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, connection, transaction

from accounts.models import Person
from helpdesk.audit.log import record, record_many
from helpdesk.core import clock, events
from helpdesk.core.locks import hold, hold_some

from ..errors import AlreadyApplying, PolicyStale
from ..events import TicketsChanged
from ..models import PolicyRollout, SlaPolicy, SlaPolicyVersion, Ticket
from ..models.rollout import Progress
from ..reads import moving, reach
from ..reads.matching import NOTHING, Facts, Matcher, facts_of
from ..states import WORKED
from . import retargeting

log = logging.getLogger(__name__)
# A bite is as large as can be done while nobody notices: its tickets cannot be answered meanwhile.
FIRST, SMALLEST, LARGEST = 100, 10, 500
HELD_FOR = 0.06  # seconds
LOOK = 2000
MOST_FAILED = 1000
# What moving a ticket needs of it.
_TICKET = (
    "reference", "requester_id", "category_id", "priority", "channel", "language", "status",
    "policy_version_id", "last_staff_at",
)  # fmt: skip


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
        version=version, by=by, total=moving.affected(version), started_at=clock.judge()
    )
    record("policy.applied", subject=f"sla:{policy.pk}", actor=by, number=version.number, tickets=made.total)
    return made


def walk_rollouts(seconds: float = 0.5) -> int:
    """Go on with what was wished, for about so long; returns how many tickets were moved."""
    moved, until = 0, time.monotonic() + seconds
    for rollout in PolicyRollout.objects.running():
        walk, more = _Walk(rollout.pk), True
        while more:
            done, more = walk.bite()
            moved += done
            if time.monotonic() >= until:
                return moved
    return moved


class _Walk:
    """One go at a rollout: what is ahead of it, and how large a bite it can take."""

    def __init__(self, rollout: int) -> None:
        self.rollout = rollout
        self.size = FIRST
        self.ahead: deque[int] = deque()  # tickets to take, by an older look
        self.here = self.seen = -1  # the cursor this walk left, and the key up to which it looked
        self.matcher: Matcher | None = None

    @transaction.atomic
    def bite(self) -> tuple[int, bool]:
        """Move the next tickets; how many, and whether to ask again at once."""
        held = hold_some(PolicyRollout.objects.running().filter(pk=self.rollout).select_related("by"))
        if not held:
            return 0, False  # finished, or in another walker's hands
        _forgettable()
        rollout, at = held[0], clock.judge()
        matcher = self._matcher()
        version = next((one for one in matcher.versions if one.pk == rollout.version_id), None)
        if version is None:
            return _finish(rollout, Progress.REPLACED, at)
        wanted = self._next(rollout, version, matcher)
        if not wanted and not self.seen:
            if rollout.missed:
                rollout.cursor = rollout.missed = 0
                rollout.save(update_fields=["cursor", "missed"])
                return 0, False  # once more from the start, a moment later
            return _finish(rollout, Progress.DONE, at)
        began = time.monotonic()
        moved = _move(rollout, version, matcher, wanted, at)
        rollout.cursor = self.here = self.ahead[0] - 1 if self.ahead else self.seen
        rollout.save(update_fields=["cursor", "missed", "moved", "breached_at_once", "failed"])
        self._learn(len(wanted), time.monotonic() - began)
        return moved, True

    def _matcher(self) -> Matcher:
        """The policies in force now; versions never change, so the same ones need no second reading."""
        known = [one.pk for one in self.matcher.versions] if self.matcher else []
        if self.matcher is None or known != reach.keys_in_order():
            self.matcher = Matcher(list(reach.in_order()))
            self.ahead.clear()
            self.here = -1
        return self.matcher

    def _learn(self, taken: int, seconds: float) -> None:
        if taken:
            fitting = int(taken * HELD_FOR / max(seconds, 0.001))
            self.size = max(SMALLEST, min(LARGEST, 2 * self.size, fitting))

    def _next(self, rollout: PolicyRollout, version: SlaPolicyVersion, matcher: Matcher) -> list[int]:
        """The next tickets that the version takes; none and nothing `seen` at the end."""
        if self.here != rollout.cursor or not self.ahead:
            self._look(rollout, version, matcher)
        return [self.ahead.popleft() for _n in range(min(self.size, len(self.ahead)))]

    def _look(self, rollout: PolicyRollout, version: SlaPolicyVersion, matcher: Matcher) -> None:
        rows = list(
            Ticket.objects.filter(status__in=WORKED, pk__gt=rollout.cursor)
            .exclude(policy_version=version)
            .exclude(pk__in=rollout.failed)
            .order_by("pk")
            .values_list("pk", "requester_id", "category_id", "priority", "channel", "language")[:LOOK]
        )
        self.seen = rows[-1][0] if rows else 0
        standings = matcher.standings(row[1] for row in rows)
        self.ahead.clear()
        for pk, requester, category, priority, channel, language in rows:
            one = standings.get(requester, NOTHING)
            facts = Facts(category, priority, channel, language, one["tier"], one["entity"])
            if matcher.first(facts) == version:
                self.ahead.append(pk)


def _forgettable() -> None:
    """Let this transaction end without waiting for the disk: a bite that a crash undoes is taken again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


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
    events.publish(TicketsChanged(()))  # open queues show the new moments; once, not with every bite
    return 0, False


def _move(
    rollout: PolicyRollout, version: SlaPolicyVersion, matcher: Matcher, wanted: list[int], at: datetime
) -> int:
    tickets = hold_some(Ticket.objects.filter(pk__in=wanted).only(*_TICKET).order_by("pk"))
    rollout.missed += len(wanted) - len(tickets)
    standings = matcher.standings(ticket.requester_id for ticket in tickets)
    taken = []
    for ticket in tickets:
        # It was chosen by an older look: act only on what is still true under the lock.
        ticket.standing = standings.get(ticket.requester_id, NOTHING)
        stays = ticket.status not in WORKED or ticket.policy_version_id == version.pk
        if not stays and matcher.first(facts_of(ticket, ticket.standing)) == version:
            taken.append(ticket)
    moved = _moved(rollout, taken, version, at)
    said = {"policy": str(version.policy), "number": version.number, "by": str(rollout.by or "")}
    record_many("ticket.policy.applied", [(at, ticket.reference, said) for ticket in moved])
    rollout.moved += len(moved)
    return len(moved)


def _moved(
    rollout: PolicyRollout, tickets: Sequence[Ticket], version: SlaPolicyVersion, at: datetime
) -> Sequence[Ticket]:
    """Those it could be done to; one that resists is left as it is and does not hold up the others."""
    if not tickets:
        return []
    try:
        with transaction.atomic():
            rollout.breached_at_once += retargeting.retarget(tickets, version, at=at, by=rollout.by)
    except OperationalError:
        raise  # the database is busy or gone: that is nobody's fault here
    except Exception:
        if len(tickets) == 1:
            log.exception("rollout.ticket_failed", extra={"ticket": tickets[0].pk})
            rollout.failed = [*rollout.failed, tickets[0].pk][-MOST_FAILED:]
            return []
        half = len(tickets) // 2
        parts = (_moved(rollout, part, version, at) for part in (tickets[:half], tickets[half:]))
        return [ticket for part in parts for ticket in part]
    return tickets
