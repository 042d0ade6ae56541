"""What the product refuses to start with, and how it counts tasks that kill their worker."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk import checks
from helpdesk.core import redis
from helpdesk.runtime import deadletters, watchdog
from helpdesk.runtime.models import DeadLetter
from helpdesk.timers import heartbeat, sweeps
from helpdesk.timers.models import Heartbeat

SAFE = {
    "DEMO": False,
    "DEBUG": False,
    "SECRET_KEY": "q9Zx-long-and-varied-0123456789-abcdefghijklmnopqrstuvwxyz-ABC",
    "ALLOWED_HOSTS": ["help.example.com"],
    "BASE_URL": "https://help.example.com",
}


def found(settings, **changes):
    for name, value in (SAFE | changes).items():
        setattr(settings, name, value)
    return [message.id for message in checks.safe_settings()]


def test_safe_settings_pass(settings):
    assert found(settings) == []


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"DEBUG": True}, ["helpdesk.E001"]),
        ({"SECRET_KEY": "short"}, ["helpdesk.E002"]),
        ({"SECRET_KEY": "a" * 60}, ["helpdesk.E002"]),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, ["helpdesk.E002"]),
        ({"MEDIA_KEY": "short"}, ["helpdesk.E006"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["helpdesk.E003"]),
        ({"ALLOWED_HOSTS": []}, ["helpdesk.E003"]),
        ({"BASE_URL": "http://help.example.com"}, ["helpdesk.E004"]),
        ({"BASE_URL": "http://localhost:8000"}, []),
        ({"DEBUG": True, "ALLOWED_HOSTS": ["*"], "DEMO": True}, []),
    ],
)
def test_each_mistake_has_its_number(settings, change, ids):
    assert found(settings, **change) == ids


def test_demo_accounts_are_refused_outside_demo_mode(settings, cast):
    settings.DEMO = True
    assert checks.no_demo_accounts(databases=["default"]) == []
    settings.DEMO = False
    type(cast.mei).objects.filter(pk=cast.mei.pk).update(email="mei@demo.test")
    assert [message.id for message in checks.no_demo_accounts(databases=["default"])] == ["helpdesk.E005"]


def test_a_task_that_comes_back_too_often_is_set_aside(db):
    answers = [deadletters.is_poison("id-1", "a.task", [1], {"when": object()}) for _ in range(7)]
    assert answers == [False] * 5 + [True, True]
    assert DeadLetter.objects.get().dead_at is not None
    assert deadletters.set_aside().figures == {"count": 1}


def test_a_sweep_that_fails_leaves_the_others_running(db, monkeypatch):
    monkeypatch.setattr(sweeps, "_sweeps", {})

    def broken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        raise ValueError("broken")

    sweeps.register("broken", broken)
    sweeps.register("fine", lambda: 3, lag=lambda: 1.5)
    results = sweeps.run_all()
    assert isinstance(results["broken"], ValueError)
    assert results["fine"] == 3
    assert {beat.name: beat.lag_seconds for beat in Heartbeat.objects.all()} == {"sweep:fine": 1.5}


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_stuck_when_messages_wait_and_nothing_beats():
    broker = redis.client()
    try:
        assert watchdog.is_stuck() is False
        broker.rpush(watchdog.QUEUE, "waiting")
        assert watchdog.is_stuck() is True
        heartbeat.beat("worker")
        assert watchdog.is_stuck() is False
        Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=watchdog.SILENT + 5))
        assert watchdog.is_stuck() is True
    finally:
        broker.delete(watchdog.QUEUE)
