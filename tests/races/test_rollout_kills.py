"""Policies put over open tickets by walkers that are killed at any instant, and beside agents at work.

KILLS=2000 (or FAULTS=full) strikes more often; FAULT_SEED repeats a run.
"""

import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection, connections

from helpdesk.audit.models import Entry
from helpdesk.core.errors import DomainError
from tests.support import books, cast, faults
from tests.support.builders import answer, file
from tickets.models import PolicyRollout, SlaPolicy, Ticket
from tickets.models.rollout import Progress
from tickets.operations import applying, assignment, policies, rebuilding

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not Path("/proc/self").exists(), reason="children end with their parent on Linux only"
    ),
]
KILLS = faults.times(60, 2000, "KILLS")
TICKETS = faults.times(80, 400)
AGENTS, ANSWERS = 3, faults.times(12, 100)
STRIKERS = 2
GEN = {"subject": ["GEN"]}
# Both clocks of every ticket tick all the time here, so each version moves both.
TIMES = """
    SELECT k.id, v.id, count(e.id) FROM tickets_policyrollout r JOIN tickets_slapolicyversion v
        ON v.id = r.version_id JOIN tickets_ticket k ON k.status <> 'closed'
    CROSS JOIN (VALUES ('first_response'), ('resolution')) AS m(metric)
    JOIN tickets_tickettimer t ON t.ticket_id = k.id AND t.metric = m.metric
    LEFT JOIN tickets_timerevent e ON e.timer_id = t.id AND e.policy_version_id = v.id AND e.kind = 'retarget'
    GROUP BY 1, 2, t.id HAVING count(e.id) <> 1"""
ROLLOUTS = {
    "clock not moved exactly once by a version": TIMES,
    "ticket not recorded exactly once for a version": """
        SELECT k.reference, v.number, count(a.id) FROM tickets_policyrollout r
        JOIN tickets_slapolicyversion v ON v.id = r.version_id CROSS JOIN tickets_ticket k
        LEFT JOIN audit_entry a ON a.action = 'ticket.policy.applied' AND a.subject = k.reference
            AND a.data->>'number' = v.number::text
        GROUP BY 1, 2 HAVING count(a.id) <> 1""",
    "progress that is not what was done": """
        SELECT r.id, r.moved, r.total, count(a.id) FROM tickets_policyrollout r
        JOIN tickets_slapolicyversion v ON v.id = r.version_id
        LEFT JOIN audit_entry a ON a.action = 'ticket.policy.applied' AND a.data->>'number' = v.number::text
        GROUP BY 1 HAVING r.moved <> count(a.id) OR r.moved <> r.total""",
    "not finished, or not whole": """
        SELECT id, state, failed FROM tickets_policyrollout
        WHERE state <> 'done' OR finished_at IS NULL OR failed <> '{}'""",
    "ended more or less often than once": """
        SELECT v.number, count(a.id) FROM tickets_policyrollout r
        JOIN tickets_slapolicyversion v ON v.id = r.version_id
        LEFT JOIN audit_entry a ON a.action = 'policy.apply.ended' AND a.data->>'number' = v.number::text
        GROUP BY 1 HAVING count(a.id) <> 1""",
    "under an older version": """
        SELECT id FROM tickets_ticket
        WHERE policy_version_id <> (SELECT max(version_id) FROM tickets_policyrollout)""",
}


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def content(number):
    targets = [("first_response", 12 * 3600 + number), ("resolution", 90 * 3600 + number)]
    return {
        "calendar": "24x7",
        "conditions": GEN,
        "targets": [{"metric": metric, "seconds": seconds} for metric, seconds in targets],
    }


def wish(people):
    """A new version of General, for open tickets too."""
    policy = SlaPolicy.objects.get(name="General")
    version = policies.revise_policy(policy, by=people.sun, **content(policy.current.number))
    return applying.apply_to_open(policy, by=people.sun, number=version.number)


def finish():
    end = time.monotonic() + 60
    while PolicyRollout.objects.running().exists():
        assert time.monotonic() < end, "it never ends"
        applying.walk_rollouts(1)


def strike_often(which):
    """Kill so many walkers, another striker's beside them; the first one always sees to more work."""
    dice, people, caught = faults.dice("rollouts", which), cast.gather(), Counter()
    for _number in range(KILLS // STRIKERS):
        if not which and not PolicyRollout.objects.running().exists():
            wish(people)
        caught[faults.strike(lambda: applying.walk_rollouts(0.2), dice.random() * 0.3)] += 1
    return caught


def test_killed_walkers_move_every_ticket_exactly_once(cast, monkeypatch):
    policies.create_policy(name="General", by=cast.sun, position=1, **content(0))
    for number in range(TICKETS):
        file((cast.mei, cast.omar)[number % 2], "GEN-ASK")
    # Small bites: there is more to interrupt.
    monkeypatch.setattr(applying, "FIRST", 3)
    monkeypatch.setattr(applying, "LARGEST", 7)
    monkeypatch.setattr(applying, "LOOK", 20)
    caught = faults.side_by_side(STRIKERS, strike_often)
    done_by_the_killed = sum(PolicyRollout.objects.values_list("moved", flat=True))
    finish()
    rollouts = PolicyRollout.objects.count()
    faults.tell(
        promise="rollouts", kills=KILLS, caught=caught, tickets=TICKETS, rollouts=rollouts,
        moved=sum(PolicyRollout.objects.values_list("moved", flat=True)), by_the_killed=done_by_the_killed,
    )  # fmt: skip
    assert books.wrong(ask, books.BREACHES, ROLLOUTS) == {}
    assert list(rebuilding.check()) == []
    assert caught["written"] + caught["inside"] > KILLS / 10, "most strikes missed the work"
    assert done_by_the_killed, "no killed walker had finished anything"


def test_agents_answer_while_a_policy_is_put_over_their_tickets(cast):
    policies.create_policy(name="General", by=cast.sun, position=1, **content(0))
    tickets = [file(cast.mei, "GEN-ASK") for _n in range(TICKETS)]
    over, failures, walls, moved = threading.Event(), [], [], []

    def work(agent, which):
        dice = faults.dice("agents", which)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")  # who waits longer fails, and with it the test
            for number in range(ANSWERS):
                began, ticket = time.perf_counter(), dice.choice(tickets)
                try:
                    if number % 3:
                        answer(ticket, agent)
                    else:
                        assignment.assign(ticket, to=agent, by=cast.sun)
                except DomainError:  # somebody else has it already
                    continue
                walls.append(time.perf_counter() - began)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    def walk():
        try:
            while not over.is_set():
                if not PolicyRollout.objects.running().exists():
                    wish(cast)
                moved.append(applying.walk_rollouts(0.2))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    walker = threading.Thread(target=walk)
    agents = [
        threading.Thread(target=work, args=((cast.ada, cast.bo, cast.sun)[n], n)) for n in range(AGENTS)
    ]
    for thread in (walker, *agents):
        thread.start()
    for thread in agents:
        thread.join(120)
    over.set()
    walker.join(30)
    assert failures == []
    finish()
    faults.tell(promise="agents beside a rollout", moved=sum(moved), **faults.percentiles(walls, 50, 95, 100))
    answered = Entry.objects.filter(action="ticket.public.posted").count()
    assert answered > AGENTS * ANSWERS / 3
    assert PolicyRollout.objects.exclude(state=Progress.DONE).count() == 0
    newest = PolicyRollout.objects.latest("pk").version_id
    assert not Ticket.objects.exclude(policy_version=newest).exists()
    assert books.wrong(ask, books.BREACHES) == {}
    assert list(rebuilding.check()) == []
