"""Celery's way in: no rules, only calls. Every task may run twice or late without harm."""

from celery import shared_task

from .operations import sweeping


@shared_task(ignore_result=True, expires=5)
def sweep_deadlines() -> int:
    """Beat asks for this every second; a backlog of nudges expires instead of piling up."""
    return sweeping.sweep_due()
