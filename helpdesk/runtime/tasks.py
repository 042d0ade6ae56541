"""Proof that beat, broker and worker reach one another."""

from celery import shared_task

from helpdesk.timers import heartbeat


@shared_task(ignore_result=True)
def worker_heartbeat() -> None:
    """Beat sent it, the broker carried it, a worker ran it: all three live."""
    heartbeat.beat("worker")
