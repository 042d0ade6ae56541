"""Nobody of the house is written to at night, unless the policy's calendar knows no night."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core import clock as told
from helpdesk.notify.models import Delivery, Notice
from helpdesk.timers import arithmetic
from helpdesk.timers.arithmetic import Hours
from tests.support.builders import answer, file
from tickets.operations import breaches, policies

FRIDAY, MONDAY = datetime(2030, 1, 4, 17, tzinfo=UTC), datetime(2030, 1, 7, 9, tzinfo=UTC)
OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}


def promise(cast, calendar):
    policies.create_policy(
        name="Two hours", by=cast.sun, position=1, conditions={"category": ["GEN-ASK"]}, calendar=calendar,
        targets=[{"metric": "first_response", "seconds": 7200, "mode": "calendar"}],
    )  # fmt: skip
    with told.at(FRIDAY):
        return file(cast.mei, "GEN-ASK", at=FRIDAY)


def letters(kind):
    found = Delivery.objects.filter(notice__kind=kind, channel="email")
    return set(found.values_list("next_attempt_at", flat=True))


def swept(hours):
    with told.at(FRIDAY + timedelta(hours=hours)):
        return breaches.sweep_due()


@pytest.mark.django_db
def test_at_night_only_the_bell_rings(cast):
    promise(cast, "office")
    swept(1.6)
    assert letters("ticket.warning") == {MONDAY}
    swept(2.1)
    assert letters("ticket.late") == {MONDAY}
    assert all(moment < FRIDAY for moment in letters("ticket.apology")), "the apology goes at once"
    swept(2.7)
    assert letters("ticket.still_late") == {MONDAY}
    staff = Notice.objects.filter(kind__in=["ticket.warning", "ticket.late", "ticket.still_late"])
    assert staff.count() >= 3
    assert all(notice.in_bell for notice in staff)


@pytest.mark.django_db
def test_while_the_calendar_is_open_letters_go_at_once(cast):
    promise(cast, "office")
    with told.at(FRIDAY + timedelta(days=4)):  # Tuesday afternoon
        breaches.sweep_due()
    assert all(moment < FRIDAY for moment in letters("ticket.late"))


@pytest.mark.django_db
def test_around_the_clock_there_is_no_night(cast):
    promise(cast, "24x7")
    swept(2.1)
    assert letters("ticket.late")
    assert all(moment < FRIDAY for moment in letters("ticket.late") | letters("ticket.warning"))


@pytest.mark.django_db
def test_an_answer_found_late_at_night_is_told_in_the_morning_too(cast):
    ticket = promise(cast, "office")
    with told.at(FRIDAY + timedelta(hours=5)):
        answer(ticket, cast.ada)
    assert letters("ticket.late") == {MONDAY}


@pytest.mark.django_db
def test_many_are_asked_about_once(cast, django_assert_max_num_queries):
    for _ in range(3):
        ticket = promise_again(cast)
    with told.at(FRIDAY + timedelta(hours=3)), django_assert_max_num_queries(30) as few:
        breaches.sweep_due()
    asked = [query["sql"] for query in few.captured_queries]
    hours = [sql for sql in asked if '"tz"' in sql and 'FROM "tickets_slapolicyversion"' in sql]
    assert len(hours) == 1
    assert ticket.timers.filter(state="breached").exists()


def promise_again(cast):
    if not Notice.objects.filter(kind="ticket.filed").exists():
        return promise(cast, "office")
    with told.at(FRIDAY):
        return file(cast.omar, "GEN-ASK", at=FRIDAY)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments)
def test_the_next_opening_is_the_first_open_moment(at):
    hours = Hours("Europe/Berlin", OFFICE, {"2026-12-25": []})
    opens = arithmetic.opening(hours, at)
    assert opens >= at
    assert arithmetic.is_open(hours, opens)
    assert arithmetic.between(hours, at, opens) == 0


def test_a_calendar_that_never_opens_holds_nothing_back():
    assert arithmetic.opening(Hours("UTC", {}), FRIDAY) is None
    always = Hours("UTC", {str(day): [["00:00", "24:00"]] for day in range(7)})
    assert arithmetic.opening(always, FRIDAY) == FRIDAY
