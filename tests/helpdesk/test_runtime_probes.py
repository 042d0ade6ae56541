"""The probes say what is wrong, by name, and nothing else."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from helpdesk.site import health
from helpdesk.timers import heartbeat, sweeps
from helpdesk.timers.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(monkeypatch):
    """Everything beats."""
    monkeypatch.setattr(sweeps, "_sweeps", {})
    sweeps.register("promises", lambda: 0)
    sweeps.run_all()
    heartbeat.beat("worker")
    heartbeat.beat("timekeeper")
    heartbeat.beat("canary")


def test_alive_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_ready_when_everything_beats(client, well):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert answer.json()["ready"] is True
    names = {"database", "redis", "worker", "timekeeper", "sweeps", "outbox"}
    assert names <= set(answer.json()["checks"])
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("beat", "silent", "check"),
    [
        ("worker", 40, "worker"),
        ("timekeeper", 20, "timekeeper"),
        ("canary", 370, "canary"),
        ("sweep:promises", 130, "sweeps"),
    ],
)
def test_red_when_something_is_silent(client, well, beat, silent, check):
    Heartbeat.objects.filter(name=beat).update(at=F("at") - timedelta(seconds=silent))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, said in answer.json()["checks"].items() if not said["ok"]] == [check]


def test_red_when_a_sweep_never_ran(client, well):
    sweeps.register("new", lambda: 0)
    assert client.get("/readyz").json()["checks"]["sweeps"]["detail"] == "never ran: new"


def test_red_when_redis_is_away(client, well, settings, monkeypatch):
    monkeypatch.setattr(health.redis, "attempt", lambda work, otherwise: otherwise)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["redis"]["ok"]) == (503, False)


def test_figures_for_prometheus(client, well):
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert 'helpdesk_check_ok{check="worker"} 1.0' in text
    assert 'helpdesk_check_value{check="outbox",figure="oldest_seconds"} 0.0' in text
    assert 'helpdesk_requests_total{method="GET",route="healthz",status="200"}' in text


def test_the_timekeeper_runs_what_is_registered(monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(sweeps, "_sweeps", {})
    sweeps.register("promises", lambda: ran.append(1) or 1)
    call_command("timekeeper", once=True)
    assert ran == [1]
    assert Heartbeat.objects.filter(name="timekeeper").exists()


def test_doctor_misses_time_limits_that_a_pooler_dropped(well, capsys):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
    with pytest.raises(CommandError, match=r"Not well: .*limits"):
        call_command("doctor")
    assert "not set: lock_timeout" in capsys.readouterr().out


def test_doctor_names_what_is_wrong(well, capsys):
    heartbeat.beat("worker")
    Heartbeat.objects.filter(name="timekeeper").delete()
    with pytest.raises(CommandError, match=r"Not well: .*timekeeper"):
        call_command("doctor", json=True)
    assert '"storage": {"ok": true' in capsys.readouterr().out
