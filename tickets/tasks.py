"""Celery's way in: no rules, only calls. Every task may run twice or late without harm."""

from celery import shared_task

from .operations import breaches, conversation


@shared_task(ignore_result=True, expires=5)
def sweep_promises() -> int:
    """Beat asks for this every second; a backlog of nudges expires instead of piling up."""
    return breaches.break_due()


@shared_task(ignore_result=True, expires=5)
def release_messages() -> int:
    """Send the answers whose undo window is over."""
    return conversation.release_due()
