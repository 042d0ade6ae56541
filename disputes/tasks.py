"""Celery's way in: no rules, only calls. Every task may run twice or late without harm."""

from celery import shared_task

from helpdesk.timers import sweeps

from .operations import sweeping


@shared_task(ignore_result=True, expires=5)
def sweep_deadlines() -> int:
    """Beat asks for this every second; a backlog of nudges expires instead of piling up."""
    return sweeping.sweep_due()


@shared_task(ignore_result=True, expires=50)
def find_systemic() -> int:
    """Causes that were upheld again and again, if they have no owner yet."""
    return sweeps.run("disputes.systemic")


@shared_task(ignore_result=True, expires=3000)
def publish_figures() -> int:
    """The figures of a quarter that has ended, if they are not out yet."""
    return sweeps.run("disputes.figures")


@shared_task(ignore_result=True, expires=50)
def make_anchor() -> int:
    """The day's root, if it is not made yet."""
    return sweeps.run("disputes.anchors")


@shared_task(ignore_result=True, expires=50)
def close_rested() -> int:
    """What nobody accepted, and nobody can take further any more."""
    return sweeps.run("disputes.rest")


@shared_task(ignore_result=True, expires=50)
def free_sums() -> int:
    """Held sums whose day is over."""
    return sweeps.run("disputes.sums")


@shared_task(ignore_result=True, expires=50)
def open_surveys() -> int:
    """Both sides are asked about mediators whose part has ended."""
    return sweeps.run("disputes.surveys")


@shared_task(ignore_result=True, expires=50)
def tend_evidence() -> int:
    """Old drafts, and the files whose week is over."""
    return sweeps.run("disputes.evidence")
