"""What late money costs: simple interest for every day after the day it was due (T26).

I = P · (p₁·d₁ + p₂·d₂ + …) / (100 · 365), where P is what is owed, dᵢ the days on which pᵢ per cent a year
was in force, and a year always has 365 days. Days are local days in the policy's zone; the first is the one
after the due day, and the day of payment counts. The sum is rounded once, at the end, half up to the decimals
of the currency. Source: our own rule (disputes.md T26, "interest accrues by policy"); the form, a yearly rate
over 365 times the days, is that of simple interest on debts before courts of England (recalled, not read).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from ..models import Currency, Dispute, InterestRate, Remedy
from ..states import money

HOUSE = "HOUSE"
DAYS_A_YEAR = 365
# Where a currency is not in the table.
DECIMALS = 2
Steps = list[tuple[date, Decimal]]


@dataclass(frozen=True)
class Interest:
    """What has grown on a sum: from the due day on, over so many days."""

    amount: Decimal
    currency: str
    days: int
    since: date
    percent: Decimal | None

    @property
    def money(self) -> str:
        return money(self.amount, self.currency)

    @property
    def yearly(self) -> str:
        return f"{self.percent.normalize():f}" if self.percent is not None else ""


def simple(owed: Decimal, steps: Steps, due: date, until: date, decimals: int) -> Decimal:
    """The formula itself; `steps` are (first day, per cent a year), the oldest first."""
    weight = sum((percent * days for percent, days in _shares(steps, due, until)), Decimal(0))
    exact = owed * weight / (100 * DAYS_A_YEAR)
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _shares(steps: Steps, due: date, until: date) -> list[tuple[Decimal, int]]:
    """How many of the days after `due`, up to and with `until`, each rate was in force."""
    if not steps:
        return []
    first = due + timedelta(days=1)
    ends = [day for day, _percent in steps[1:]] + [until + timedelta(days=1)]
    found = []
    for (day, percent), end in zip(steps, ends, strict=True):
        begin, stop = max(day, first), min(end, until + timedelta(days=1))
        if stop > begin:
            found.append((percent, (stop - begin).days))
    return found


def steps_of(jurisdiction: str) -> Steps:
    """The rates of a jurisdiction, or of the house where it has none."""
    rows = list(InterestRate.objects.filter(jurisdiction__in=[jurisdiction, HOUSE]).order_by("day"))
    mine = [row for row in rows if row.jurisdiction == jurisdiction] or rows
    return [(row.day, row.percent) for row in mine]


def decimals_of(currency: str) -> int:
    """To how many decimals a sum in this currency is rounded."""
    found = Currency.objects.filter(code=currency).values_list("decimals", flat=True).first()
    return DECIMALS if found is None else found


def accrued(dispute: Dispute, remedy: Remedy | None, at: datetime) -> Interest | None:
    """What has grown by `at` on a sum that is still owed; None while it is not late."""
    if remedy is None or remedy.amount is None or remedy.paid_at is not None:
        return None
    last = dispute.deadlines.filter(metric="pay_remedy").order_by("-id").first()
    due_at = last.due_at if last else None
    if due_at is None or at <= due_at:
        return None
    zone = ZoneInfo(dispute.policy_version.rule["tz"])
    due, until = due_at.astimezone(zone).date(), at.astimezone(zone).date()
    if until <= due:
        return None
    steps = steps_of(dispute.jurisdiction)
    shares = _shares(steps, due, until)
    amount = simple(remedy.amount, steps, due, until, decimals_of(remedy.currency))
    percent = shares[0][0] if len(shares) == 1 else None
    return Interest(amount, remedy.currency, (until - due).days, due, percent) if amount else None
