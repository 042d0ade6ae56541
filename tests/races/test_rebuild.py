"""A stateful property: whatever is done to a ticket, its clocks can be rebuilt from their events alone."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F
from django.utils import timezone

from helpdesk.core import clock
from helpdesk.core.errors import DomainError
from tests.support.builders import answer, file
from tickets.models import TicketTimer
from tickets.operations import breaches, lifecycle, rebuilding

pytestmark = pytest.mark.django_db


def test_a_busy_ticket_is_rebuilt_to_the_letter(cast):
    start = timezone.now() - timedelta(days=40)
    ticket = file(cast.mei, "GEN-ASK", at=start)
    acts = [
        lambda: answer(ticket, cast.ada, at=clock.now()),
        lambda: answer(ticket, cast.ada, at=clock.now(), then="wait"),
        lambda: answer(ticket, cast.mei, at=clock.now()),
        lambda: lifecycle.take_on(ticket, by=cast.sun),
        lambda: lifecycle.take_on(ticket, by=cast.ada),
        lambda: lifecycle.no_reply_needed(ticket, by=cast.ada),
        lambda: lifecycle.change_status(ticket, "resolve", by=cast.ada, at=clock.now()),
        lambda: lifecycle.change_status(ticket, "reopen", by=cast.mei, at=clock.now()),
        lambda: lifecycle.change_status(ticket, "wait_for_third_party", by=cast.ada, at=clock.now()),
        lambda: lifecycle.change_status(ticket, "resume", by=cast.ada, at=clock.now()),
    ]
    dice, moment = random.Random(20261122), start
    for _ in range(120):
        moment += timedelta(minutes=dice.choice([1, 20, 200, 900]))
        while TicketTimer.objects.filter(wake_at__lt=moment).exists():
            wake = TicketTimer.objects.filter(wake_at__lt=moment).order_by("wake_at").first().wake_at
            with clock.at(wake + timedelta(seconds=1)):
                assert breaches.sweep_due()
        with clock.at(moment):
            try:
                dice.choice(acts)()
            except DomainError:
                continue
    kinds = set(ticket.timer_events.values_list("kind", flat=True))
    assert kinds >= {
        "start",
        "warn",
        "breach",
        "escalate",
        "acknowledge",
        "pause",
        "resume",
        "fulfil",
        "cancel",
    }
    assert list(rebuilding.check()) == []


def test_a_row_somebody_has_touched_is_found_and_put_right(cast, capsys):
    ticket = file(cast.mei)
    due = ticket.timers.get(metric="first_response").due_at
    TicketTimer.objects.filter(metric="first_response").update(due_at=F("due_at") + timedelta(hours=9))
    with pytest.raises(CommandError) as refused:
        call_command("sla_rebuild", "--check")
    assert refused.value.returncode == 1
    assert f"{ticket.reference} first_response 1: due_at is" in capsys.readouterr().out
    call_command("sla_rebuild")
    assert ticket.timers.get(metric="first_response").due_at == due
    call_command("sla_rebuild", "--check")
