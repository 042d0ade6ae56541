"""Celery's way in: no rules, only calls. Every task may run twice or late without harm."""

from celery import shared_task

from helpdesk.timers import sweeps


@shared_task(ignore_result=True, expires=5)
def sweep_promises() -> int:
    """Beat asks for this every second; a backlog of nudges expires instead of piling up."""
    return sweeps.run("tickets.promises")


@shared_task(ignore_result=True, expires=5)
def release_messages() -> int:
    """Send the answers whose undo window is over."""
    return sweeps.run("tickets.release")


@shared_task(ignore_result=True, expires=5)
def walk_rollouts() -> int:
    """Go on putting open tickets under a policy's new version, where somebody wished that."""
    return sweeps.run("tickets.rollouts")


@shared_task(ignore_result=True, expires=5)
def fly_canary() -> int:
    """Send the next canary when it is time, and note how late the last one broke."""
    return sweeps.run("tickets.canary")
