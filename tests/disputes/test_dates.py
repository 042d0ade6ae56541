"""Dates that move, remind and run out: more time for both sides, the delay notice, the last day outside."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import LegalEntity, TradingAccount
from disputes.models import DelayNotice, DisputeDeadline, Extension
from disputes.operations import chain, extending, ruling, sweeping
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.notify.models import Notice
from tests.disputes.cases import decided, draft, in_mediation, opened, with_decider

pytestmark = pytest.mark.django_db


def later(days):
    return (timezone.now() + timedelta(days=days)).date()


def age(case, key, share, **only):
    """So much of this clock's time has gone by."""
    row = DisputeDeadline.objects.get(dispute=case, metric=key, state="running", **only)
    gone = (row.due_at - row.started_at) * share
    moved = {"due_at": row.due_at - gone, "started_at": row.started_at - gone}
    DisputeDeadline.objects.filter(pk=row.pk).update(**moved, warn_at=timezone.now() - timedelta(seconds=1))


def told(kind, **context):
    rows = Notice.objects.filter(kind=kind, **{f"context__{key}": value for key, value in context.items()})
    return set(rows.values_list("person__email", flat=True))


class TestReminders:
    def test_they_climb_and_each_comes_once(self, cast):
        case = with_decider(cast)
        for share, rung, people in [
            (0.55, "50", {cast.dan.email}),
            (0.25, "75", {cast.dan.email, cast.sun.email}),
            (0.15, "90", {cast.dan.email, cast.sun.email}),
        ]:
            age(case, "decide", share)
            assert [sweeping.sweep_due() for _ in range(2)] == [1, 0]
            assert told("dispute.soon", key="decide", rung=rung) == people

    def test_after_a_long_sleep_only_the_last_one_is_sent(self, cast):
        case = with_decider(cast)
        age(case, "decide", 0.95)
        sweeping.sweep_due()
        assert Notice.objects.filter(kind="dispute.soon", person=cast.dan).count() == 1
        row = case.deadlines.get(metric="decide")
        assert (set(row.rungs.values_list("rung", flat=True)), row.warn_at) == ({"50", "75", "90"}, None)

    def test_a_broken_duty_is_asked_for_until_it_is_done(self, cast):
        case = with_decider(cast)
        DisputeDeadline.objects.filter(dispute=case, metric="decide").update(
            due_at=timezone.now() - timedelta(days=1, minutes=1),
            started_at=F("started_at") - timedelta(days=9),
        )
        sweeping.sweep_due()
        DisputeDeadline.objects.filter(dispute=case, metric="decide").update(warn_at=timezone.now())
        assert sweeping.sweep_due() == 1
        assert told("dispute.late", rung="late1") == {cast.dan.email, cast.sun.email, cast.cody.email}
        row = case.deadlines.get(metric="decide")
        assert row.warn_at == row.breached_at + timedelta(days=8)
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        row.refresh_from_db()
        assert (row.warn_at, row.state) == (None, "breached")

    def test_the_last_reminder_names_what_happens(self, cast, client):
        case = decided(cast)
        age(case, "accept_decision", 0.95)
        sweeping.sweep_due()
        client.force_login(cast.mei)
        assert "默示不等于接受" in client.get(reverse("notifications")).content.decode()


class TestMoreTime:
    def test_the_mediator_gives_it_to_both_sides_alike(self, cast):
        case = with_decider(cast)
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        ruling.close_comments(case, by=cast.sun)
        moved = extending.extend(
            case, "comment_provisional", by=cast.dan, until=later(12), reason="The trader is in hospital."
        )
        case.refresh_from_db()
        rows = case.deadlines.running().filter(metric="comment_provisional")
        assert {(row.waits_for, row.due_at) for row in rows} == {
            ("trader", moved[0].due_at),
            ("platform", moved[0].due_at),
        }
        assert case.waiting_on == "both"
        assert told("dispute.step", step="extended") == {cast.mei.email, cast.sun.email}
        assert not list(chain.faults(case))

    def test_nobody_moves_what_they_are_waited_for(self, cast):
        case = in_mediation(cast)
        with pytest.raises(Forbidden):
            extending.extend(case, "mediation", by=cast.nia, until=later(30), reason="Later.")
        with pytest.raises(Forbidden):
            extending.extend(case, "mediation", by=cast.mei, until=later(30), reason="Later.")
        extending.extend(case, "mediation", by=cast.sun, until=later(30), reason="Both sides are close.")

    def test_not_past_the_last_day_nor_backwards_nor_without_a_reason(self, cast):
        case = in_mediation(cast)
        for until, reason, field in [
            (later(80), "x", "until"),
            (later(0), "x", "until"),
            (later(30), " ", "reason"),
        ]:
            with pytest.raises(Invalid) as refused:
                extending.extend(case, "mediation", by=cast.sun, until=until, reason=reason)
            assert list(refused.value.fields) == [field]
        assert not Extension.objects.exists()

    def test_the_answer_moves_once_to_the_date_the_rules_allow(self, cast):
        case = opened(cast)
        received = case.received_at.date()
        [moved] = extending.extend(
            case, "response", by=cast.sun, reason="The exchange has not sent its log yet."
        )
        assert (moved.due_at.date() - received).days == 28
        with pytest.raises(Conflict):
            extending.extend(case, "response", by=cast.sun, reason="Again.")

    def test_what_was_moved_stays_written(self, cast):
        case = in_mediation(cast)
        extending.extend(case, "mediation", by=cast.sun, until=later(30), reason="Both sides are close.")
        for change in (lambda rows: rows.update(reason="Nothing."), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change(Extension.objects.all())

    def test_on_the_pages(self, cast, client):
        case = in_mediation(cast)
        address = f"{case.get_desk_url()}dates/"
        client.force_login(cast.sun)
        refused = client.post(address, {"metric": "mediation", "until": "", "reason": "近了 <b>"})
        assert refused.status_code == 422
        assert "近了 &lt;b&gt;" in refused.content.decode()
        sent = {"metric": "mediation", "until": later(30).isoformat(), "reason": "双方接近达成一致"}
        assert client.post(address, sent).status_code == 302
        client.force_login(cast.mei)
        assert "双方接近达成一致" in client.get(case.get_absolute_url()).content.decode()
        assert client.post(address, sent).status_code == 404
        client.force_login(cast.omar)
        assert client.post(address, sent).status_code == 404


class TestDelayNotice:
    def test_it_lies_ready_at_three_quarters_and_goes_out_by_itself(self, cast):
        case = in_mediation(cast)
        age(case, "response", 0.8)
        sweeping.sweep_due()
        assert told("dispute.task", task="delay") == {cast.sun.email, cast.cody.email}
        assert DelayNotice.objects.get().sent_at is None
        age(case, "response", 1.1)
        assert [sweeping.sweep_due() for _ in range(2)] == [1, 0]
        notice = DelayNotice.objects.get()
        assert (notice.sent_at is not None, notice.sent_by) == (True, None)
        assert told("dispute.delay") == {cast.mei.email, cast.sun.email}

    def test_a_person_completes_and_sends_it_and_then_it_is_not_sent_again(self, cast, client):
        case = in_mediation(cast)
        age(case, "response", 0.8)
        sweeping.sweep_due()
        client.force_login(cast.sun)
        address = f"{case.get_desk_url()}delay/"
        refused = client.post(address, {"reason": "等待交易所日志", "expected_on": "2020-01-01"})
        assert refused.status_code == 422
        assert "等待交易所日志" in refused.content.decode()
        sent = {"reason": "等待交易所日志", "expected_on": later(9).isoformat()}
        assert client.post(address, sent).status_code == 302
        assert client.post(address, sent).status_code == 409
        age(case, "response", 1.1)
        sweeping.sweep_due()
        assert Notice.objects.filter(kind="dispute.delay", person=cast.mei).count() == 1
        assert case.deadlines.get(metric="response").state == "breached"
        for person, status in ((cast.mei, 404), (cast.omar, 404), (cast.nia, 403)):
            client.force_login(person)
            assert client.post(address, sent).status_code == status

    def test_a_final_letter_in_time_needs_none(self, cast):
        case = with_decider(cast)
        age(case, "response", 0.8)
        sweeping.sweep_due()
        ruling.issue_provisional(case, draft(case), by=cast.dan)
        ruling.close_comments(case, by=cast.mei)
        ruling.close_comments(case, by=cast.sun)
        ruling.finalise(case, by=cast.dan)
        case.refresh_from_db()
        assert {row.state for row in case.deadlines.filter(metric__in=["response", "hard_stop"])} == {
            "fulfilled"
        }


class TestOutside:
    @pytest.fixture
    def british(self, cast):
        """Mei's account is with a firm in the United Kingdom."""
        firm = LegalEntity.objects.create(code="UK1", name="Example UK Ltd", jurisdiction="UK-FCA")
        TradingAccount.objects.filter(holder=cast.mei).delete()
        TradingAccount.objects.create(holder=cast.mei, entity=firm, number="UK-1", opened_on=date(2020, 1, 1))

    def test_six_months_from_the_decision_outlive_the_case_and_remind(self, cast, british, client):
        case = decided(cast)
        assert case.external_latest_at is not None
        latest = case.deadlines.get(metric="external_latest")
        assert case.external_latest_at.date().isoformat() in case.decisions.latest("number").rights
        client.force_login(cast.mei)
        client.post(f"{case.get_absolute_url()}accept/", {"sure": "on"})
        latest.refresh_from_db()
        assert (latest.state, latest.due_at) == ("running", case.external_latest_at)
        for days, rung in ((19, "d20"), (9, "d10"), (2, "d3")):
            DisputeDeadline.objects.filter(pk=latest.pk).update(
                due_at=timezone.now() + timedelta(days=days), warn_at=timezone.now()
            )
            assert sweeping.sweep_due() == 1
            assert told("dispute.soon", rung=rung) == {cast.mei.email}
