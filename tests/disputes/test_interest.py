"""What late money costs (T26): counted by hand, shown day by day, frozen when it is paid."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from disputes.models import DisputeDeadline, InterestRate, Remedy
from disputes.operations import remedying, sweeping
from disputes.reads import interest
from tests.disputes.cases import accepted
from tests.disputes.steps import page, told

pytestmark = pytest.mark.django_db
SINCE = [(date(2026, 1, 1), Decimal(8))]


@pytest.mark.parametrize(
    ("owed", "steps", "due", "until", "decimals", "sum_"),
    [
        # 1000 · 8 · 1 / 36500 = 0.219178…
        ("1000", SINCE, date(2026, 3, 2), date(2026, 3, 3), 2, "0.22"),
        # 91 · 8 · 12 / 36500 = 0.239342…
        ("91", SINCE, date(2026, 3, 2), date(2026, 3, 14), 2, "0.24"),
        # A whole year, over a leap day: 366 days of 365ths.
        ("365", SINCE, date(2027, 3, 1), date(2028, 3, 1), 2, "29.28"),
        # Rounded once and half up: 456.25 · 8 · 5 / 36500 = 0.5 exactly.
        ("456.25", SINCE, date(2026, 3, 2), date(2026, 3, 7), 0, "1"),
        # The rate changed on the way: 1000 · (8 · 4 + 4 · 6) / 36500 = 1.534246…
        ("1000", [*SINCE, (date(2026, 3, 7), Decimal(4))], date(2026, 3, 2), date(2026, 3, 12), 2, "1.53"),
        # Bitcoin: 0.5 · 8 · 3 / 36500 = 0.000328767…
        ("0.5", SINCE, date(2026, 3, 2), date(2026, 3, 5), 8, "0.00032877"),
        ("1000", SINCE, date(2026, 3, 2), date(2026, 3, 2), 2, "0.00"),
    ],
)
def test_the_formula_by_hand(owed, steps, due, until, decimals, sum_):
    assert str(interest.simple(Decimal(owed), steps, due, until, decimals)) == sum_


def late(case, days):
    """The day it was due is so many days ago."""
    due = datetime.combine(timezone.now().date() - timedelta(days=days), datetime.min.time(), tzinfo=UTC)
    clocks = DisputeDeadline.objects.filter(dispute=case, metric="pay_remedy")
    clocks.update(started_at=due - timedelta(days=7), due_at=due + timedelta(hours=17), warn_at=None)
    sweeping.sweep_due()
    case.refresh_from_db()


def test_what_is_late_stays_owed_grows_and_is_paid_with_it(cast):
    case = accepted(cast)
    remedying.approve(case, by=cast.sun)
    remedy = case.remedies.get()
    assert interest.accrued(case, remedy, timezone.now()) is None
    assert "利息" not in page(cast.mei, case)
    late(case, 12)
    assert (case.state, case.deadlines.get(metric="pay_remedy").state) == ("remedy_due", "breached")
    assert len(told(cast.cody, "dispute.task", task="overdue")) == 1
    grown = interest.accrued(case, remedy, timezone.now())
    assert (grown.money, grown.days, grown.percent) == ("0.24 USD", 12, Decimal(8))
    tomorrow = interest.accrued(case, remedy, timezone.now() + timedelta(days=1))
    assert (tomorrow.days, tomorrow.money) == (13, "0.26 USD")
    # Every day the trader and finance read how much it is by now; nothing of it is stored.
    assert "0.24 USD" in page(cast.mei, case)
    assert "0.24 USD" in page(cast.fin, case)
    assert Remedy.objects.count() == 1
    # Compliance hears of it again, and every week after that.
    for weeks in range(2):
        DisputeDeadline.objects.filter(dispute=case, metric="pay_remedy").update(warn_at=timezone.now())
        row = case.deadlines.get(metric="pay_remedy")
        DisputeDeadline.objects.filter(pk=row.pk).update(
            breached_at=row.breached_at - timedelta(days=7 * weeks),
            due_at=row.due_at - timedelta(days=7 * weeks),
        )
        sweeping.sweep_due()
    assert len(told(cast.cody, "dispute.late", key="pay_remedy")) == 2
    late(case, 12)
    # The house's rate is not used where the jurisdiction has its own.
    InterestRate.objects.create(jurisdiction="UK-FCA", day=date(2020, 1, 1), percent=20, source="test")
    remedying.pay(case, by=cast.fin, proof="L 1")
    line = remedy.parts.get()
    assert (line.kind, line.money, line.days, line.percent) == ("interest", "0.24 USD", 12, Decimal(8))
    assert (line.paid_by, line.proof, line.authority) == (cast.fin, "L 1", remedy.authority)
    InterestRate.objects.filter(jurisdiction="HOUSE").update(percent=50)
    shown = page(cast.mei, case)
    assert "0.24 USD" in shown
    assert told(cast.mei, "dispute.step", step="paid", interest="0.24 USD")
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Remedy.objects.filter(pk=line.pk).update(amount=5)
    remedying.confirm(case, by=cast.mei)
    case.refresh_from_db()
    assert case.state == "closed"


def test_interest_lifts_the_sum_over_a_limit(cast):
    case = accepted(cast, amount=Decimal(100))
    remedying.approve(case, by=cast.sun)
    late(case, 3)
    with pytest.raises(Exception, match="not_approved"):
        remedying.pay(case, by=cast.fin, proof="L 1")
    remedying.approve(case, by=cast.cody)
    remedying.pay(case, by=cast.fin, proof="L 1")
    assert case.remedies.get(kind="interest").money == "0.07 USD"
