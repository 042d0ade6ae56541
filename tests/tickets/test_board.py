"""The supervisor's board: what is late, what will be, who carries how much, and what was done about it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from helpdesk.timers import heartbeat, sweeps
from helpdesk.timers.models import Heartbeat
from tests.support.builders import answer, file, say
from tickets.models import Ticket
from tickets.operations import assignment, breaches, lifecycle

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BOARD = "/desk/board/"


def seen(person):
    """What the board says to this person in English, and what it is made of."""
    person.language = "en"
    person.save(update_fields=["language"])
    client = Client()
    client.force_login(person)
    answered = client.get(BOARD)
    assert answered.status_code == 200
    return answered.content.decode(), answered.context["board"]


def late(person, hours=13, **more):
    return file(person, "GEN-ASK", at=timezone.now() - hours * HOUR, **more)


def test_supervisors_and_administrators_have_it_in_their_menu_and_nobody_else_knows_of_it(cast):
    for name in ("sun", "root"):
        assert f'href="{BOARD}"' in seen(getattr(cast, name))[0]
    for name in ("ada", "hal", "nia", "cody", "ivo", "mei"):
        client = Client()
        client.force_login(getattr(cast, name))
        assert client.get(BOARD).status_code == 404, name
    client.force_login(cast.ada)
    assert f'href="{BOARD}"' not in client.get("/desk/queue/").content.decode()


def test_an_empty_board_says_that_all_is_well(cast):
    shown, board = seen(cast.sun)
    assert "Every promise is being kept." in shown
    assert "Nothing falls due within the hour." in shown
    assert "No promise has ever been broken here." in shown
    assert board.today.share is None


def test_what_is_late_with_who_has_taken_it_on(cast):
    older, newer = late(cast.mei, 14, subject="older"), late(cast.omar, 13, subject="newer")
    breaches.break_due()
    lifecycle.take_on(newer, by=cast.ada)
    shown, board = seen(cast.sun)
    assert [row.reference for row in board.late] == [older.reference, newer.reference]
    assert board.late_count == 2
    assert [row.taken for row in board.late] == ["", "Ada Brandt"]
    assert "late 2 h" in shown
    assert "Ada Brandt, since" in shown


def test_what_falls_due_within_the_hour_stands_on_its_line(cast):
    soon = file(cast.mei, "GEN-ASK", at=timezone.now() - 11.5 * HOUR)
    file(cast.mei, "GEN-ASK")
    shown, board = seen(cast.sun)
    assert [row.reference for row in board.soon] == [soon.reference]
    assert board.soon_count == 1
    assert 48 < float(board.soon[0].place.rstrip("%")) <= 50
    assert f'cx="{board.soon[0].place}"' in shown


def test_who_carries_how_much(cast):
    one, other = late(cast.mei), file(cast.mei, "GEN-ASK")
    for ticket in (one, other):
        assignment.claim(ticket, by=cast.ada)
    file(cast.omar, "GEN-ASK")
    loads = {load.name: load for load in seen(cast.sun)[1].loads}
    assert (loads["Ada Brandt"].open, loads["Ada Brandt"].late) == (2, 1)
    assert loads["Ada Brandt"].oldest == one.created_at
    assert loads["Ada Brandt"].share == 100
    assert (loads["Nobody yet"].open, loads["Nobody yet"].late) == (1, 0)
    assert loads["薄宁"].open == 0


def test_today_is_the_viewers_day(cast):
    kept = file(cast.mei, "GEN-ASK")
    answer(kept, cast.ada)
    late(cast.omar)
    breaches.break_due()
    # Where it is about noon, an hour ago is today; in POSIX the signs of such zones are turned round.
    cast.sun.time_zone = f"Etc/GMT{timezone.now().hour - 12:+d}"
    cast.sun.save()
    _shown, board = seen(cast.sun)
    first = next(one for one in board.attained if one.name == "First answer")
    assert (first.kept, first.broken, first.share) == (1, 1, 50)
    # A promise broken before her midnight is not of her day.
    cast.sun.time_zone = "Pacific/Kiritimati"
    cast.sun.save()
    here = timezone.now()
    midnight = here.astimezone(timezone.get_fixed_timezone(14 * 60)).replace(hour=0, minute=0, second=0)
    first = next((one for one in seen(cast.sun)[1].attained if one.name == "First answer"), None)
    assert (first.broken if first else 0) == (1 if here - HOUR >= midnight else 0)


def test_the_last_breaches_and_what_was_done(cast):
    answered, taken, forgotten = late(cast.mei), late(cast.mei, 14), late(cast.mei, 15)
    breaches.break_due()
    answer(answered, cast.ada)
    lifecycle.take_on(taken, by=cast.bo)
    done = {one.reference: one for one in seen(cast.sun)[1].breaches}
    assert "Told: 孙悦." in done[answered.reference].done
    assert "Answered 1 h late." in done[answered.reference].done
    assert "薄宁 took it on after 2 h" in done[taken.reference].done
    assert done[forgotten.reference].done.endswith("Still open.")
    assert [done[t.reference].tone for t in (answered, taken, forgotten)] == ["kept", "soon", "late"]


def test_it_turns_red_when_a_keeper_of_time_is_silent_or_behind(cast):
    for name in sweeps.names():
        heartbeat.beat(f"sweep:{name}")
    for name in ("worker", "timekeeper", "canary"):
        heartbeat.beat(name)
    shown, board = seen(cast.sun)
    assert not board.pulse.red
    assert "the sweeps keep up" in shown
    heartbeat.beat("sweep.tickets", 130)
    shown, board = seen(cast.sun)
    assert board.pulse.red
    assert board.pulse.lag == 130
    assert "Slowest sweep: Clocks of tickets" in shown
    heartbeat.beat("sweep.tickets", 1)
    heartbeat.beat("canary", 7.2)
    shown, board = seen(cast.sun)
    assert (board.pulse.lag, board.pulse.red) == (1, False), "the tile's figure is that of the sweeps alone"
    assert "the canary clock was noticed 7.2 s late" in shown
    Heartbeat.objects.filter(name="worker").update(at=F("at") - timedelta(seconds=121))
    assert [beat.name for beat in seen(cast.sun)[1].pulse.beats if beat.red] == ["Worker"]
    Heartbeat.objects.all().delete()
    assert "never seen" in seen(cast.sun)[0]


def test_who_may_not_read_tickets_sees_figures_and_no_subject(cast):
    ticket = late(cast.mei, subject="A private matter")
    breaches.break_due()
    shown, board = seen(cast.root)
    assert board.late_count == 1
    assert ticket.reference in shown
    assert "A private matter" not in shown
    assert "/desk/tickets/" not in shown


def test_it_fetches_itself_anew(cast):
    client = Client()
    client.force_login(cast.sun)
    whole = client.get(BOARD).content.decode()
    assert 'hx-trigger="hint-queue from:body throttle:5s, every 30s"' in whole
    part = client.get(BOARD, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="board-at"' in part


def test_few_questions_whatever_the_number_of_rows(cast, queries):
    client = Client()
    client.force_login(cast.sun)
    for more in (1, 12):
        for number in range(more):
            ticket = late(cast.mei if number % 2 else cast.omar, 13)
            breaches.break_due()
            assignment.claim(ticket, by=cast.ada if number % 3 else cast.bo)
            lifecycle.take_on(ticket, by=cast.ada)
            answered = file(cast.mei, "GEN-ASK")
            answer(answered, cast.ada)
            say(answered, cast.mei)
        with queries("board"):
            assert client.get(BOARD).status_code == 200
    assert Ticket.objects.count() == 26
