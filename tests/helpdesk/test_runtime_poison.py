"""A task that kills its worker process, with a real worker and a real broker."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from helpdesk.runtime.models import DeadLetter
from helpdesk.runtime.processes import sweep_group

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WORKER = """
import os, signal
import django
django.setup()
from helpdesk.celery import app
from helpdesk.runtime import deadletters
deadletters.MOST_REDELIVERIES = 2

@app.task(name="poison", ignore_result=True)
def poison():
    os.kill(os.getpid(), signal.SIGKILL)

@app.task(name="harmless", ignore_result=True)
def harmless():
    from helpdesk.timers import heartbeat
    heartbeat.beat("after poison")

poison.apply_async(queue="poison-test")
harmless.apply_async(queue="poison-test")
app.worker_main(["worker", "-c", "1", "-Q", "poison-test", "--loglevel", "error",
                 "--without-gossip", "--without-mingle", "-n", "poison@%h"])
"""


def test_the_worker_survives_and_the_task_is_set_aside():
    url = urlsplit(os.environ["DATABASE_URL"])
    named = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=os.environ
        | {
            "CELERY_SKIP_CHECKS": "true",
            "DATABASE_URL": named,
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings.dev",
            "HELPDESK_DEMO": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 45
        while not DeadLetter.objects.filter(task="poison", dead_at__isnull=False).exists():
            assert worker.poll() is None, worker.stdout.read().decode()
            assert time.monotonic() < deadline, list(DeadLetter.objects.values())
            time.sleep(0.2)
        assert worker.poll() is None
        assert DeadLetter.objects.get(task="poison").redeliveries == 3
        assert not DeadLetter.objects.filter(task="harmless").exclude(dead_at=None).exists()
    finally:
        sweep_group(worker.pid)
        worker.communicate()
