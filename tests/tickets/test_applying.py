"""A new version for open tickets too: what the preview says is what happens, whatever interrupts it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.audit.models import Entry
from helpdesk.core.errors import Conflict
from helpdesk.timers.calendars import Draft
from tests.support.builders import answer, clock, file
from tickets.events import TicketsChanged
from tickets.models import PolicyRollout, Ticket, TicketTimer
from tickets.models.rollout import Progress
from tickets.operations import applying, calendars, conversation, policies, rebuilding
from tickets.reads import moving

pytestmark = pytest.mark.django_db
GEN = {"subject": ["GEN"]}


def make(cast, hours=12, **more):
    given = {
        "name": "General", "calendar": "24x7", "conditions": GEN, "position": 1,
        "targets": [{"metric": "first_response", "seconds": hours * 3600}],
    }  # fmt: skip
    return policies.create_policy(by=cast.sun, **given | more)


def revise(cast, policy, **more):
    given = {"calendar": "24x7", "conditions": GEN, "targets": policy.current.targets}
    return policies.revise_policy(policy, by=cast.sun, **given | more)


def hours(number, metric="first_response", mode="calendar"):
    return [{"metric": metric, "seconds": int(number * 3600), "mode": mode}]


def finish(rollout):
    for _again in range(20):
        applying.walk_rollouts(5)
        rollout.refresh_from_db()
        if rollout.finished_at:
            return rollout
    raise AssertionError("it never ends")


def test_the_preview_says_what_then_happens(cast):
    policy = make(cast)
    now = timezone.now()
    fresh = file(cast.mei, "GEN-ASK", at=now - timedelta(minutes=10))
    older = file(cast.omar, "GEN-IDEA", at=now - timedelta(hours=3))
    answered = file(cast.mei, "GEN-ASK", at=now - timedelta(hours=5))
    answer(answered, cast.ada)
    other = file(cast.mei, "WDR-DELAY")
    version = revise(cast, policy, targets=[*hours(2), *hours(48, "resolution")])
    told = moving.preview(version, timezone.now())
    assert (told.tickets, told.clocks, told.earlier, told.later) == (3, 2, 2, 0)
    assert (told.breached, told.started, told.ended) == (1, 3, 0)
    assert {one.reference for one in told.examples} == {fresh.reference, older.reference}
    rollout = finish(applying.apply_to_open(policy, by=cast.sun, number=version.number))
    assert (rollout.state, rollout.total, rollout.moved, rollout.breached_at_once) == (Progress.DONE, 3, 3, 1)
    moved = clock(fresh, "first_response")
    example = next(one for one in told.examples if one.reference == fresh.reference)
    assert abs(moved.due_at - (fresh.created_at + timedelta(hours=2))) < timedelta(seconds=3)
    assert abs(moved.due_at - example.new_due) < timedelta(seconds=3)
    assert moved.events.filter(kind="retarget", actor=cast.sun).count() == 1
    assert clock(older, "first_response").due_at <= timezone.now()
    assert clock(answered, "resolution").policy_version == version
    assert TicketTimer.objects.filter(ticket=other).exclude(policy_version=version).exists()
    assert Entry.objects.filter(subject=fresh.reference, action="ticket.policy.applied").count() == 1
    assert moving.preview(version, timezone.now()).tickets == 0


def test_what_is_promised_no_longer_ends_and_does_not_count_as_broken(cast):
    policy = make(cast, targets=[*hours(12), *hours(48, "resolution")])
    ticket = file(cast.mei, "GEN-ASK")
    version = revise(cast, policy, targets=hours(24))
    told = moving.preview(version, timezone.now())
    assert (told.tickets, told.ended, told.earlier, told.later, told.breached) == (1, 1, 0, 1, 0)
    assert [one.metric for one in told.examples] == ["first_response"]
    rollout = finish(applying.apply_to_open(policy, by=cast.sun, number=version.number))
    assert rollout.breached_at_once == 0
    assert clock(ticket, "resolution").cancelled_at


def test_later_business_time_and_faster_tiers_agree_with_the_arithmetic(cast):
    from tests.tickets.test_policies import accounts

    accounts(cast.mei, ("gold", "hk"))
    week = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(7)}
    office = calendars.create_calendar(name="Office", by=cast.sun, draft=Draft("Asia/Shanghai", week))
    policy = make(cast, calendar=office.code, targets=hours(6, mode="business"))
    now = timezone.now()
    tickets = [
        file(person, "GEN-ASK", at=now - timedelta(hours=n))
        for n, person in enumerate([cast.mei, cast.omar, cast.mei, cast.omar, cast.mei, cast.omar])
    ]
    night = calendars.create_calendar(
        name="Night",
        by=cast.sun,
        draft=Draft("Europe/London", {str(d): [["22:00", "06:00"]] for d in range(7)}),
    )
    version = revise(cast, policy, calendar=night.code, targets=hours(8, mode="business"), speed={"gold": 2})
    told = moving.preview(version, timezone.now())
    before = {ticket.pk: clock(ticket, "first_response") for ticket in tickets}
    running = [one for one in before.values() if one.due_at > timezone.now()]
    finish(applying.apply_to_open(policy, by=cast.sun, number=version.number))
    after = {pk: TicketTimer.objects.get(pk=one.pk) for pk, one in before.items()}
    moves = [after[one.ticket_id].due_at - one.due_at for one in running]
    assert told.earlier == sum(move <= timedelta(seconds=-1) for move in moves)
    assert told.later == sum(move >= timedelta(seconds=1) for move in moves)
    by_reference = {ticket.reference: after[ticket.pk] for ticket in tickets}
    for example in told.examples:
        assert abs(example.new_due - by_reference[example.reference].due_at) < timedelta(seconds=5)


def test_a_solution_promised_for_the_first_time_waits_with_its_ticket(cast):
    policy = make(cast)
    waiting, open_one = file(cast.mei, "GEN-ASK"), file(cast.mei, "GEN-ASK")
    answer(waiting, cast.ada, then="wait")
    version = revise(cast, policy, targets=[*hours(12), *hours(48, "resolution")])
    finish(applying.apply_to_open(policy, by=cast.sun, number=version.number))
    solution = clock(waiting, "resolution")
    assert (solution.state, solution.pause_reason, solution.consumed_seconds) == ("paused", "customer", 0)
    assert solution.pause_ends_at > timezone.now()
    assert list(solution.events.values_list("kind", flat=True).order_by("id")) == ["start", "pause"]
    waiting.refresh_from_db()
    assert (waiting.promise_state, waiting.promise_reason) == ("paused", "customer")
    assert clock(open_one, "resolution").state == "running"
    assert list(rebuilding.check()) == []
    answer(waiting, cast.mei)
    assert clock(waiting, "resolution").state == "running"


def test_what_another_policy_takes_stays(cast):
    policy = make(cast, conditions={"category": ["GEN-ASK"]}, position=5)
    make(cast, name="Chat", conditions={"channel": ["chat"]}, position=1)
    chat, web = file(cast.mei, "GEN-ASK", channel="chat"), file(cast.mei, "GEN-ASK")
    version = revise(cast, policy, conditions={"category": ["GEN-ASK"]}, targets=hours(1))
    assert moving.preview(version, timezone.now()).tickets == 1
    finish(applying.apply_to_open(policy, by=cast.sun, number=version.number))
    chat.refresh_from_db()
    web.refresh_from_db()
    assert (chat.policy_version.policy.name, web.policy_version) == ("Chat", version)


def test_an_old_page_starts_nothing_and_nothing_starts_twice(cast):
    policy = make(cast)
    version = revise(cast, policy, targets=hours(1))
    with pytest.raises(Conflict):
        applying.apply_to_open(policy, by=cast.sun, number=version.number - 1)
    applying.apply_to_open(policy, by=cast.sun, number=version.number)
    with pytest.raises(Conflict):
        applying.apply_to_open(policy, by=cast.sun, number=version.number)


def test_a_newer_version_ends_the_walk(cast):
    policy = make(cast)
    file(cast.mei, "GEN-ASK")
    rollout = applying.apply_to_open(
        policy, by=cast.sun, number=revise(cast, policy, targets=hours(1)).number
    )
    revise(cast, policy, targets=hours(2))
    assert finish(rollout).state == Progress.REPLACED
    assert rollout.moved == 0


def test_open_queues_hear_of_it_once_at_the_end(cast, django_capture_on_commit_callbacks):
    policy = make(cast)
    for _n in range(3):
        file(cast.mei, "GEN-ASK")
    version = revise(cast, policy, targets=hours(1))
    with django_capture_on_commit_callbacks() as hints:
        finish(applying.apply_to_open(policy, by=cast.sun, number=version.number))
    assert [hint.args for hint in hints] == [(TicketsChanged(()),)]


def test_it_goes_on_where_it_was(cast, monkeypatch):
    policy = make(cast)
    tickets = [file(cast.mei, "GEN-ASK") for _n in range(5)]
    version = revise(cast, policy, targets=hours(1))
    rollout = applying.apply_to_open(policy, by=cast.sun, number=version.number)
    monkeypatch.setattr(applying, "FIRST", 2)
    applying.walk_rollouts(0.000001)  # one bite, and then somebody pulled the plug
    rollout.refresh_from_db()
    assert rollout.moved == 2
    assert finish(rollout).moved == 5
    assert all(clock(ticket, "first_response").target_seconds == 3600 for ticket in tickets)
    events = TicketTimer.objects.filter(ticket__in=tickets, events__kind="retarget")
    assert events.count() == 5  # each once


@pytest.mark.django_db(transaction=True)
def test_a_ticket_somebody_works_on_is_come_back_to(cast):
    import threading

    policy = make(cast)
    busy, free = file(cast.mei, "GEN-ASK"), file(cast.mei, "GEN-ASK")
    version = revise(cast, policy, targets=hours(1))
    rollout = applying.apply_to_open(policy, by=cast.sun, number=version.number)

    def walk():
        applying.walk_rollouts(5)
        connection.close()

    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=busy.pk)
        walker = threading.Thread(target=walk)
        walker.start()
        walker.join(20)
        assert not walker.is_alive()  # it did not wait for us
        assert PolicyRollout.objects.get(pk=rollout.pk).moved == 1
        conversation.post_message(busy, by=cast.ada, body="Here you are.")  # nor do we wait for it
    finish(rollout)
    assert rollout.moved == 2
    free.refresh_from_db()
    assert free.policy_version == version
