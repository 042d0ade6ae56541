"""Why a clock is where it is, in both languages: by command, and beside the ticket for staff."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.core import clock as moment
from tests.support.builders import answer, file, say
from tickets.models import SlaPolicyVersion
from tickets.operations import breaches, lifecycle, retargeting

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def told(ticket, language="en", zone="UTC"):
    out = StringIO()
    call_command("sla_explain", ticket.reference, language=language, zone=zone, stdout=out)
    return out.getvalue()


@pytest.fixture
def storied(cast):
    """Late, taken on, answered late, paused and running again, thanked, and solved."""
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - 13 * HOUR)
    breaches.break_due()
    lifecycle.take_on(ticket, by=cast.ada)
    answer(ticket, cast.ada, then="wait")
    say(ticket, cast.mei, "谢谢")
    lifecycle.no_reply_needed(ticket, by=cast.ada)
    lifecycle.change_status(ticket, "wait_for_third_party", by=cast.bo)
    return ticket


def test_the_whole_story_in_english(storied, cast):
    text = told(storied)
    first = storied.timers.get(metric="first_response")
    for sentence in (
        "The ticket was filed.",
        "promises 12 h around the clock",
        "The moment promised passed: the promise is broken.",
        "Told: 孙悦.",
        "The trader got an apology and a new time",
        "Ada Brandt took it on: the ladder rests for an hour.",
        "Ada Brandt gave the first answer. Made good,",
        "It stood still: waiting for the trader.",
        "It runs on after",
        "The trader wrote and waits for an answer.",
        "Ada Brandt noted that no reply is needed.",
        "It runs on when somebody goes on with the ticket.",
        "At the latest it runs on by itself at",
        f"{first.breached_at:%Y-%m-%d %H:%M:%S}",
    ):
        assert sentence in text, (sentence, text)


def test_the_whole_story_in_chinese(storied):
    text = told(storied, "zh-hans", "Asia/Shanghai")
    assert "首次答复" in text
    assert "Ada Brandt" in text
    for word in ("Kept", "Told", "promise", "clock", "The ", "Broken", "It "):
        assert word not in text, text


def test_a_running_clock_says_what_happens_next(cast):
    text = told(file(cast.mei, "GEN-ASK"))
    for sentence in (
        "Running:",
        "with 75 % of the time used, the ladder tells the assignee.",
        "If it is not kept by",
        "Told at once: the team, the supervisors.",
        "The priority goes up.",
        "The trader gets an apology and a new time, 1 h later.",
        "It promises – First answer: 12 h around the clock",
    ):
        assert sentence in text, (sentence, text)


def test_a_new_version_and_who_applied_it_are_named(cast):
    ticket = file(cast.mei, "GEN-ASK")
    old = ticket.policy_version
    new = SlaPolicyVersion.objects.create(
        policy=old.policy, number=old.number + 1, conditions=old.conditions,
        calendar_version=old.calendar_version, ladder=old.ladder,
        targets=[{"metric": "first_response", "seconds": 7200, "mode": "calendar"}],
    )  # fmt: skip
    assert f"Version {new.number} exists by now" in told(ticket)
    retargeting.retarget([ticket], new, at=timezone.now(), by=cast.sun)
    text = told(ticket)
    assert f"孙悦 put it under policy “{old.policy}”, version {new.number}: 2 h around the clock" in text
    assert "The policy that applies from then on does not promise this." in text
    assert "It does not promise: Next answer, Regular update, Solution." in text


def test_an_answer_that_failed_and_a_paused_clock_at_its_longest(cast):
    ticket = file(cast.mei, "GEN-ASK", at=timezone.now() - 20 * HOUR)
    lifecycle.change_status(ticket, "wait_for_third_party", by=cast.ada, at=timezone.now() - 19 * HOUR)
    ticket.timers.filter(metric="resolution").update(pause_ends_at=timezone.now() - HOUR)
    breaches.sweep_due()
    assert "The longest pause was over after 19 h: it runs on by itself." in told(ticket)


def test_a_clock_that_runs_while_the_ticket_waits_says_why(cast):
    start = timezone.now() - 16 * 24 * HOUR
    ticket = file(cast.mei, "GEN-ASK", at=start)
    answer(ticket, cast.ada, then="wait", at=start)
    assert "It runs although" not in told(ticket)
    with moment.at(start + 14 * 24 * HOUR + HOUR):
        breaches.sweep_due()
        lifecycle.change_status(ticket, "wait_for_trader", by=cast.ada)
        assert (
            "It runs although the ticket is waiting for the trader: since the trader last wrote it has stood "
            "for that as long as it may." in told(ticket)
        )
        mei = Client()
        mei.force_login(cast.mei)
        assert "您无需做任何事" not in mei.get(ticket.get_absolute_url()).content.decode()


def test_beside_the_ticket_it_is_loaded_when_asked_for(cast, storied):
    ada = Client()
    ada.force_login(cast.ada)
    page = ada.get(storied.get_desk_url()).content.decode()
    there = f"{storied.get_desk_url()}clocks/"
    assert f'hx-get="{there}"' in page
    assert "took it on: the ladder" not in page
    with CaptureQueriesContext(connection) as asked:
        part = ada.get(there, headers={"HX-Request": "true"}).content.decode()
    assert len(asked) <= 14, [query["sql"][:120] for query in asked]
    assert "Ada Brandt took it on: the ladder rests for an hour." in part
    assert "<html" not in part
    assert "<h1" in ada.get(there).content.decode()


def test_nobody_else_reads_it(cast, storied):
    for person in (cast.mei, cast.omar, cast.root):
        client = Client()
        client.force_login(person)
        assert client.get(f"{storied.get_desk_url()}clocks/").status_code == 404


@pytest.mark.parametrize("wrong", [{"reference": "T-222222"}, {"reference": "nonsense"}])
def test_what_does_not_exist_is_said(cast, wrong):
    with pytest.raises(CommandError, match="There is no ticket"):
        call_command("sla_explain", wrong["reference"])
