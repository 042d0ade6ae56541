"""The canary breaks by the ordinary sweep, turns the probes red when it does not, and nobody sees it."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import F
from django.test import Client
from django.utils import timezone

from helpdesk.core import clock
from helpdesk.notify.models import Notice
from helpdesk.site import health
from helpdesk.timers import sweeps
from helpdesk.timers.models import Heartbeat
from tests.support.api import Caller
from tests.support.builders import file
from tickets.models import SlaPolicy, Ticket, TicketTimer, TimerEvent
from tickets.operations import breaches, canary

pytestmark = pytest.mark.django_db
START = timezone.now() - timedelta(hours=1)


def flown():
    return TicketTimer.objects.filter(metric="canary").order_by("cycle")


def at(seconds):
    return clock.at(START + timedelta(seconds=seconds))


def fly_for(seconds, *, sweep=True):
    """The product's second hand, for so long; the ordinary sweep beside the canary's keeper."""
    for second in range(seconds):
        with at(second):
            canary.fly()
            if sweep:
                breaches.sweep_due()


def test_every_two_minutes_the_ordinary_sweep_breaks_one():
    fly_for(250)
    timers = list(flown())
    assert [(timer.cycle, timer.state) for timer in timers] == [
        (1, "breached"), (2, "breached"), (3, "running"),
    ]  # fmt: skip
    assert timers[1].started_at - timers[0].started_at == timedelta(minutes=2)
    first = timers[0]
    assert first.breached_at - first.started_at == timedelta(seconds=10)
    assert first.detected_at - first.breached_at <= timedelta(seconds=1)
    kinds = list(TimerEvent.objects.filter(timer=first).order_by("id").values_list("kind", flat=True))
    assert kinds == ["start", "breach", "cancel"]
    assert Heartbeat.objects.get(name="canary").lag_seconds <= 1
    assert not Notice.objects.exists()


def test_it_is_green_while_it_flies_and_red_when_the_sweep_no_longer_breaks_anything():
    assert not health.canary().ok
    fly_for(15)
    assert health.canary().ok
    # From here on nothing is broken any more, although everything else beats.
    fly_for(500, sweep=False)
    assert flown().count() == 2
    Heartbeat.objects.filter(name="canary").update(at=F("at") - timedelta(minutes=6, seconds=1))
    assert health.canary().detail.startswith("none broke for")
    # The sweep is back: the old canary is found, late, and said to be.
    with at(500):
        breaches.sweep_due()
        canary.fly()
    late = health.canary()
    assert (late.ok, late.figures["lag_seconds"]) == (False, 370.0)
    fly_for(700)
    assert health.canary().ok
    assert "helpdesk_canary_lag_seconds 0.0" in Client().get("/metrics").content.decode()


def test_it_is_among_the_sweeps_that_the_timekeeper_runs():
    assert "tickets.canary" in sweeps.names()
    sweeps.run("tickets.canary")
    assert flown().get().state == "running"


def test_nobody_sees_it(cast):
    fly_for(15)
    ticket = Ticket.objects.get(reference="CANARY")
    for person in (cast.sun, cast.ada, cast.ivo, cast.root, cast.mei):
        assert not Ticket.objects.visible_to(person).exists()
    sun = Client()
    sun.force_login(cast.sun)
    for path in ("/desk/queue/?view=closed", "/desk/queue/?q=canary+canary", "/desk/queue/?status=closed"):
        shown = sun.get(path)
        assert not shown.context["page"].rows, path
    assert sun.get(ticket.get_desk_url()).status_code == 404
    assert sun.get("/desk/tickets/CANARY/clocks/").status_code == 404
    board = sun.get("/desk/board/").context["board"]
    assert (board.late_count, board.breaches, board.attained) == (0, (), ())
    assert "Canary" not in sun.get("/desk/settings/policies/").content.decode()
    hidden = SlaPolicy.objects.get(hidden=True)
    assert sun.get(f"/desk/settings/policies/{hidden.pk}/").status_code == 404
    api = Caller(cast.sun)
    assert api.get("/api/v1/tickets/").json()["results"] == []
    assert api.get("/api/v1/tickets/CANARY/").status_code == 404
    assert "canary" not in api.get("/api/v1/sla-policies/").content.decode().lower()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM v_sla_clock), (SELECT count(*) FROM v_sla_event)")
        assert cursor.fetchone() == (0, 0)


def test_no_other_ticket_falls_under_its_policy(cast):
    fly_for(2)
    assert not file(cast.mei, "GEN-ASK").policy_version.policy.hidden


def test_its_clocks_are_rebuilt_from_their_events_like_all_others():
    fly_for(130)
    call_command("sla_rebuild", check=True)


@pytest.mark.django_db(transaction=True)
def test_two_keepers_at_once_send_one():
    def keep():
        try:
            canary.fly()
        finally:
            connections.close_all()

    keepers = [threading.Thread(target=keep) for _ in range(4)]
    for keeper in keepers:
        keeper.start()
    for keeper in keepers:
        keeper.join()
    assert flown().count() == 1
    assert Ticket.objects.filter(channel="canary").count() == 1
    assert SlaPolicy.objects.filter(hidden=True).count() == 1
