"""Bulk data and benchmarks with tiny counts: they run, write what they say, and refuse where they should."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from accounts.models import Person
from disputes.models import Dispute
from faq.models import Article, Translation
from helpdesk.audit.models import Entry
from helpdesk.core import refs
from helpdesk.demo import benches, load
from helpdesk.search.query import best, parse
from helpdesk.timers.models import State
from tickets.models import Message, PolicyRollout, SlaPolicy, Ticket, TicketTimer, TimerEvent
from tickets.states import LIVE, Status


@pytest.fixture
def one_connection():
    """Requests leave the test's own connection, and with it the test's transaction, open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def loaded(db):
    load.load(load.Plan(tickets=300, articles=20, live=0.3))
    return Ticket.objects.filter(requester__email__endswith=f"@{load.EMAIL_DOMAIN}")


def test_bulk_data_looks_as_if_the_operations_had_written_it(loaded):
    assert loaded.count() == 300
    assert Message.objects.filter(ticket__in=loaded).count() == 600
    assert Person.objects.filter(email__startswith="agent").count() == load.AGENTS
    assert Entry.objects.filter(subject__in=loaded.values("reference")).count() == 900
    assert all(refs.TICKET.match(reference) for reference in loaded.values_list("reference", flat=True))
    live = loaded.filter(status__in=LIVE)
    assert 60 < live.count() < 120
    for ticket in live.exclude(promise_due_at=None):
        timer = ticket.timers.get(metric=ticket.promise_metric)
        assert timer.state == State.RUNNING
        assert timer.due_at >= ticket.promise_due_at
    timers = TicketTimer.objects.filter(ticket__in=loaded)
    assert timers.count() == 600
    assert TimerEvent.objects.filter(timer__in=timers, kind="start").count() == 600
    assert not timers.due().exists()
    assert Article.objects.filter(slug__startswith="load-").count() == 20
    assert Translation.objects.filter(article__slug__startswith="load-").count() == 40


def test_bulk_tickets_are_found_by_two_chinese_signs(loaded):
    assert best(loaded, parse("提现"))[:5]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_ticket WHERE search IS NULL")
        assert cursor.fetchone() == (0,)


def test_the_same_seed_gives_the_same_tickets(db):
    def told(seed):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('tickets_ticket', 'id'), 5000000)")
        Ticket.objects.filter(pk__gt=5_000_000).delete()
        load.load(load.Plan(tickets=20, seed=seed))
        rows = Ticket.objects.filter(pk__gt=5_000_000).order_by("id")
        return list(rows.values_list("reference", "subject", "status", "channel"))

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_timerevent DISABLE TRIGGER USER")
    assert told(1) == told(1) != told(2)


def test_every_benchmark_is_listed(db, capsys):
    call_command("bench")
    listed = capsys.readouterr().out
    assert {"pages", "intake"} <= set(benches.names())
    assert all(name in listed for name in benches.names())


@pytest.mark.parametrize("name", ["pages", "intake"])
def test_a_benchmark_measures_beside_its_floors_and_ends_in_json(
    loaded, one_connection, settings, capsys, name
):
    settings.DEMO = True
    call_command("bench", name, requests=2, json=True)
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["bench"] == name
    rows = {row["name"].strip(): row for row in report["rows"]}
    for row in rows.values():
        assert row["p50"] <= row["p95"] <= row["p99"]
        assert row["rate"] > 0
    wanted = {
        "pages": {"queue", "ticket (desk)", "ticket (trader)", "help search"},
        "intake": {"create", "reply"},
    }
    assert wanted[name] <= set(rows)
    assert all(rows[one]["floor"].startswith("floor: ") for one in wanted[name])
    if name == "intake":
        assert Ticket.objects.filter(status=Status.OPEN, requester__in=loaded.values("requester")).exists()


@pytest.mark.django_db(transaction=True)
def test_policies_are_measured_with_answers_meanwhile(settings, capsys, monkeypatch):
    load.load(load.Plan(tickets=160, live=0.8))
    settings.DEMO = True
    bench = benches.module("policies")
    monkeypatch.setattr(bench, "PREVIEWS", 2)
    monkeypatch.setattr(bench, "QUIET", 3)
    call_command("bench", "policies", json=True)
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    rows = {row["name"]: row for row in report["rows"]}
    assert {"preview 1", "preview 2", "an agent's answer during rollout 2"} <= set(rows)
    assert rows["rollout 1, per ticket"]["rate"] > 0
    assert PolicyRollout.objects.filter(state="done", moved__gte=100).count() == 2
    assert not SlaPolicy.objects.filter(name=bench.NAME, active=True).exists()


@pytest.mark.parametrize(
    "asked", [("bench", "pages"), ("seed_load", "--tickets", "5"), ("bench", "nothing"), ("seed_load",)]
)
def test_a_database_that_is_no_demo_is_left_alone(db, settings, asked):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command(*asked)


def test_bulk_disputes_have_whole_chains_and_can_be_measured(loaded, one_connection, capsys):
    call_command("seed_load", disputes=40, sure=True)
    assert Dispute.objects.count() == 40
    assert {case.chain_length for case in Dispute.objects.all()} == {20}
    call_command("verify_chain")
    call_command("bench", "disputes", requests=2, json=True, sure=True)
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert told["disputes"] == 40
    assert {"board", "case (desk)", "case (trader)"} <= {row["name"] for row in told["rows"]}
    with pytest.raises(CommandError, match="more --tickets"):
        call_command("seed_load", disputes=1000, sure=True)
