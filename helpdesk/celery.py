"""The queue: an alarm clock for work that the database remembers. Losing every message loses nothing.

Worker: `celery -A helpdesk.celery worker`; beat: `celery -A helpdesk.celery beat -S celery.beat:Scheduler`.
Nothing is published inside a request, and no deadline rides on `eta` or `countdown`.
"""

import os
from typing import Any

# SIGTERM then means "finish or hand back what you hold, then go"; read when celery is imported.
os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings.prod")

from celery import Celery, Task
from celery.exceptions import Reject
from celery.signals import beat_init, worker_init, worker_ready


def _every(seconds: float, task: str, *, expires: float) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": expires, "ignore_result": True}}


# A nudge that starts late is dropped: the next one does its work.
BEAT = {
    "promises": _every(1, "tickets.tasks.sweep_promises", expires=3),
    "released messages": _every(1, "tickets.tasks.release_messages", expires=3),
    "policy rollouts": _every(1, "tickets.tasks.walk_rollouts", expires=3),
    "canary": _every(5, "tickets.tasks.fly_canary", expires=4),
    "dispute deadlines": _every(1, "disputes.tasks.sweep_deadlines", expires=3),
    "dispute figures": _every(3600, "disputes.tasks.publish_figures", expires=3000),
    "systemic issues": _every(60, "disputes.tasks.find_systemic", expires=50),
    "dispute anchors": _every(60, "disputes.tasks.make_anchor", expires=50),
    "disputes at rest": _every(60, "disputes.tasks.close_rested", expires=50),
    "held sums": _every(60, "disputes.tasks.free_sums", expires=50),
    "surveys": _every(60, "disputes.tasks.open_surveys", expires=50),
    "dispute evidence": _every(60, "disputes.tasks.tend_evidence", expires=50),
    "deliveries": _every(1, "helpdesk.notify.tasks.deliver", expires=3),
    "worker heartbeat": _every(5, "helpdesk.runtime.tasks.worker_heartbeat", expires=10),
}


class CarefulTask(Task):
    """A task that checks its database connection first and does not kill workers for ever."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from django.db import close_old_connections

        from helpdesk.runtime.deadletters import is_poison

        if not self.request.is_eager:
            close_old_connections()
            redelivered = (self.request.delivery_info or {}).get("redelivered")
            if redelivered and is_poison(self.request.id, self.name, list(args), kwargs):
                raise Reject("delivered too often", requeue=False)
        return super().__call__(*args, **kwargs)


app = Celery("helpdesk", task_cls=CarefulTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT
app.autodiscover_tasks()


@worker_init.connect
def refuse_unsafe_start(**_: Any) -> None:
    """A worker refuses the settings that a web process refuses."""
    from helpdesk.checks import refuse_unsafe_start

    refuse_unsafe_start()


@worker_ready.connect
def watch_consumption(**_: Any) -> None:
    """A worker that stopped consuming ends itself, and whoever supervises it starts a new one."""
    from helpdesk.runtime.watchdog import start

    start()


@beat_init.connect
def say_hello(**_: Any) -> None:
    """The first heartbeat need not wait for its turn in the table."""
    app.send_task("helpdesk.runtime.tasks.worker_heartbeat", expires=60, ignore_result=True)
