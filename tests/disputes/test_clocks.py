"""Dates of a case: how they are counted, and what happens when they pass."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone

from accounts.states import Role
from disputes.models import Dispute, DisputeDeadline
from disputes.operations import appointing, ruling, sweeping
from disputes.operations.appointing import STATEMENTS
from disputes.operations.deadlines import ends
from helpdesk.notify.models import Notice
from tests.disputes.cases import decided, draft, in_mediation, opened, paid, with_decider


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "n", "unit", "tz", "holidays", "end"),
    [
        ("2026-03-02 10:00", 4, "hours", "UTC", (), "2026-03-02 14:00"),
        ("2026-03-06 10:00", 1, "business_days", "UTC", (), "2026-03-09 17:00"),
        ("2026-03-07 10:00", 1, "business_days", "UTC", (), "2026-03-09 17:00"),
        ("2026-04-02 10:00", 2, "business_days", "UTC", ("2026-04-03", "2026-04-06"), "2026-04-08 17:00"),
        ("2026-03-02 23:59", 14, "calendar_days", "UTC", (), "2026-03-16 23:59:59"),
        ("2026-03-02 23:30", 1, "calendar_days", "Asia/Shanghai", (), "2026-03-04 15:59:59"),
        ("2026-01-05 00:00", 8, "weeks", "UTC", (), "2026-03-02 23:59:59"),
        ("2025-12-31 12:00", 2, "months", "UTC", (), "2026-02-28 23:59:59"),
        ("2027-12-31 12:00", 2, "months", "UTC", (), "2028-02-29 23:59:59"),
        ("2026-10-24 12:00", 1, "calendar_days", "Europe/London", (), "2026-10-25 23:59:59"),
        ("2026-03-28 12:00", 1, "calendar_days", "Europe/London", (), "2026-03-29 22:59:59"),
        ("2026-02-28 12:00", 2, "years", "UTC", (), "2028-02-28 23:59:59"),
    ],
)
def test_counting(start, n, unit, tz, holidays, end):
    assert ends(at(start), n, unit, tz=tz, holidays=holidays) == at(end)


def overdue(case, key, **only):
    """Time has passed for this clock."""
    clocks = DisputeDeadline.objects.filter(dispute=case, metric=key, state="running", **only)
    assert clocks.update(due_at=F("started_at") - timedelta(minutes=1), warned_at=F("started_at"))


@pytest.mark.django_db
class TestSweep:
    def test_what_is_late_is_noticed_once_and_told(self, cast):
        case = with_decider(cast)
        overdue(case, "decide")
        assert [sweeping.sweep_due() for _ in range(3)] == [1, 0, 0]
        clock = case.deadlines.get(metric="decide")
        assert (clock.state, clock.breached_at) == ("breached", clock.due_at)
        assert case.events.filter(action="dispute.clock.broken").count() == 1
        told = set(Notice.objects.filter(kind="dispute.late").values_list("person__email", flat=True))
        assert told == {cast.sun.email, cast.dan.email}

    def test_a_warning_comes_once(self, cast):
        case = with_decider(cast)
        clock = DisputeDeadline.objects.filter(dispute=case, metric="decide")
        clock.update(started_at=F("started_at") - timedelta(days=30), warn_at=F("started_at"))
        assert [sweeping.sweep_due() for _ in range(2)] == [1, 0]
        assert Notice.objects.filter(kind="dispute.soon", person=cast.dan).count() == 1

    def test_nobody_drew_so_the_system_draws(self, cast):
        case = opened(cast)
        overdue(case, "appoint_mediator")
        sweeping.sweep_due()
        assert case.assignments.active().get().user == cast.nia
        assert case.draws.get().by is None

    def test_a_silent_mediator_is_replaced(self, cast):
        case = opened(cast)
        appointing.draw(case, "mediator", by=cast.sun)
        overdue(case, "mediator_accepts")
        sweeping.sweep_due()
        assert not case.assignments.active().exists()
        case = in_mediation_with(cast, "rex", "Another case")
        overdue(case, "mediator_activity")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert case.state == "mediation_pending"

    def test_a_mediation_without_end_goes_to_a_decider(self, cast):
        case = in_mediation(cast)
        overdue(case, "mediation")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert case.state == "in_determination"
        assert case.assignments.active().get().user == cast.dan

    def test_when_the_time_for_comments_is_over_the_decider_goes_on(self, cast):
        case = with_decider(cast)
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        overdue(case, "comment_provisional")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert case.waiting_on == "decider"
        assert case.deadlines.running().filter(metric="final_decision").exists()
        ruling.finalise(case, by=cast.dan)

    def test_silence_is_not_acceptance(self, cast):
        case = decided(cast)
        overdue(case, "accept_decision")
        overdue(case, "file_appeal")
        sweeping.sweep_due()
        case.refresh_from_db()
        assert (case.state, case.remedies.count()) == ("final", 0)

    def test_an_unconfirmed_payment_closes_with_its_proof(self, cast):
        case = paid(cast)
        overdue(case, "confirm_remedy")
        sweeping.sweep_due()
        case.refresh_from_db()
        case.ticket.refresh_from_db()
        assert (case.state, case.ticket.status, case.remedies.get().confirmed_at) == (
            "closed",
            "closed",
            None,
        )

    def test_the_way_outside_is_told_when_our_letter_is_late(self, cast):
        case = in_mediation(cast)
        overdue(case, "response")
        sweeping.sweep_due()
        notice = Notice.objects.get(kind="dispute.delay", person=cast.mei)
        assert notice.subject_ref == case.reference

    def test_one_case_that_fails_does_not_hold_up_the_others(self, cast, monkeypatch):
        first, second = opened(cast), opened(cast)
        overdue(first, "appoint_mediator")
        overdue(second, "appoint_mediator")
        real = sweeping._break

        def fails(case, row, now):
            if case.pk == first.pk:
                raise RuntimeError("poison")
            return real(case, row, now)

        monkeypatch.setattr(sweeping, "_break", fails)
        assert sweeping.sweep_due() == 1
        assert first.deadlines.get(metric="appoint_mediator").postponed_until is not None
        assert sweeping.sweep_due() == 0

    @pytest.mark.parametrize(("error", "soon"), [(OperationalError("locked"), True), (RuntimeError(), False)])
    def test_what_only_stood_in_the_way_is_tried_again_soon(self, cast, monkeypatch, error, soon):
        case = opened(cast)
        overdue(case, "appoint_mediator")
        real = sweeping._break

        def fails(*_given):
            raise error

        monkeypatch.setattr(sweeping, "_break", fails)
        assert sweeping.sweep_due() == 0
        row = case.deadlines.get(metric="appoint_mediator")
        assert (row.postponed_until < timezone.now() + timedelta(minutes=1)) is soon
        case.deadlines.filter(pk=row.pk).update(postponed_until=timezone.now() - timedelta(hours=1))
        monkeypatch.setattr(sweeping, "_break", real)
        assert sweeping.sweep_due() == 1
        assert not case.deadlines.exclude(postponed_until=None).exists()


def in_mediation_with(cast, name, subject):
    person = getattr(cast, name)
    person.roles = [Role.MEDIATOR]
    person.save()
    cast.nia.roles = []
    cast.nia.save()
    case = opened(cast, subject=subject)
    appointing.draw(case, "mediator", by=cast.sun)
    appointing.accept(case, by=person, statements=STATEMENTS)
    return Dispute.objects.get(pk=case.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["mei", "sun"])
def test_lists_name_the_date_that_the_case_names(client, cast, person):
    """For the trader not the nearest of all clocks: the date that the law sets is nobody's next step."""
    case = in_mediation(cast)
    case.deadlines.filter(kind="statutory").update(due_at=timezone.now() + timedelta(hours=1))
    client.force_login(getattr(cast, person))
    pages = (
        ("/disputes/", case.get_absolute_url())
        if person == "mei"
        else ("/desk/disputes/", case.get_desk_url())
    )
    listed, own = (client.get(path).content.decode() for path in pages)
    dates = re.findall(r'datetime="([^"]+)"', own.partition('id="turn"')[2])
    assert dates
    if person == "mei":
        assert f'datetime="{dates[0]}"' in listed
    else:
        # The house's list goes by every date it has to keep, the law's too; the case names that one as well.
        nearest = re.findall(r'datetime="([^"]+)"', listed.partition(case.reference)[2])[0]
        assert f'datetime="{nearest}"' in own
