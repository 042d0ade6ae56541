"""Sending in the background."""

from celery import shared_task

from helpdesk.timers import sweeps


@shared_task(ignore_result=True, expires=30)
def deliver() -> int:
    """Send what is due; the sweep does the same, so a lost nudge costs a second."""
    return sweeps.run("notify.deliver")
