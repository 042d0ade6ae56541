"""Returns to regulators and the firm's own analysis, as projections of the register. Nothing is typed in.

Sources: DISP 1 Annex 1R (FCA); the monthly form T144-002-01 (CySEC); Delegated Regulation 2025/294, article 8
(MiCA); internal dispute resolution data (ASIC). Categories are those of the product.
"""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ..models import Event
from ..states import OVER
from . import register
from .register import Question, Row

UPHELD = ("upheld", "partly_upheld")


@dataclass(frozen=True)
class Return:
    """A table fit to be sent: its columns in order, its rows, and whether there was nothing to report."""

    columns: tuple[str, ...]
    rows: list[Row]
    nil: bool


def full(question: Question) -> Return:
    """The register itself."""
    rows = list(register.rows(question))
    return Return(register.COLUMNS, rows, not rows)


_FCA = (
    "product", "outstanding_at_start", "opened", "closed", "closed_within_3_business_days",
    "closed_within_8_weeks", "closed_after_8_weeks", "percent_within_3_business_days",
    "percent_within_8_weeks", "upheld", "percent_upheld", "redress_paid", "redress_currency", "main_cause",
    "opened_by_vulnerable", "vulnerability_caused",
)  # fmt: skip


def fca(question: Question) -> Return:
    """Complaints opened and closed in the period by product group, by speed, with what was upheld and paid.

    Upheld in part counts as upheld; a goodwill payment without a finding is no upheld complaint, and rejected
    but paid is rejected. A blank cell means no such business, 0 means none.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in register.rows(question, until_only=True):
        groups[row["product"]].append(row)
    begin, end = question.first.isoformat(), (question.last + timedelta(days=1)).isoformat()
    found = [_fca_group(name, rows, begin, end) for name, rows in sorted(groups.items())]
    found = [
        row for row in found if any(row[key] != "0" for key in ("opened", "closed", "outstanding_at_start"))
    ]
    return Return(_FCA, found, not found)


def _fca_group(name: str, rows: list[Row], begin: str, end: str) -> Row:
    opened = [row for row in rows if begin <= row["received_at"] < end]
    closed = [row for row in rows if begin <= row["closed_at"] < end]
    bands = Counter(row["closed_band"] for row in closed)
    upheld = [row for row in closed if row["outcome"] in UPHELD]
    paid = [row for row in rows if begin <= row["redress_paid_at"] < end]
    sums: dict[str, Decimal] = {}
    for row in paid:
        for currency, amount in register.paid(row).items():
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    standing = [row for row in rows if row["received_at"] < begin and not ("" < row["closed_at"] < begin)]
    causes = Counter(row["root_cause"] for row in upheld if row["root_cause"])
    fast = bands["3 business days"]
    return {
        "product": name,
        "outstanding_at_start": str(len(standing)),
        "opened": str(len(opened)),
        "closed": str(len(closed)),
        "closed_within_3_business_days": str(fast),
        "closed_within_8_weeks": str(bands["8 weeks"]),
        "closed_after_8_weeks": str(bands["over 8 weeks"]),
        "percent_within_3_business_days": _share(fast, len(closed)),
        "percent_within_8_weeks": _share(bands["8 weeks"], len(closed)),
        "upheld": str(len(upheld)),
        "percent_upheld": _share(len(upheld), len(closed)),
        "redress_paid": register.several(sums, bare=len(sums) < 2),
        "redress_currency": " ".join(sorted(sums)),
        "main_cause": _commonest(causes),
        "opened_by_vulnerable": str(sum(row["vulnerable"] == "yes" for row in opened)),
        "vulnerability_caused": str(sum(row["vulnerability_caused_complaint"] == "yes" for row in opened)),
    }


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


def _commonest(counted: Counter[str]) -> str:
    return min(counted, key=lambda key: (-counted[key], key)) if counted else ""


_CYSEC = (
    "complaints_received", "regulator_ref", "register_no", "received_at", "client_id", "complainant_name",
    "incident_date", "cause", "description", "alleged_loss", "final_response_at", "outcome", "state",
)  # fmt: skip


def cysec(question: Question) -> Return:
    """The monthly form: every complaint received with its cause; one line "no" for a month without any."""
    rows = [
        {column: row.get(column, "") for column in _CYSEC}
        | {"complaints_received": "yes", "cause": row["cause_esma"]}
        for row in register.rows(question)
    ]
    if rows:
        return Return(_CYSEC, rows, nil=False)
    return Return(_CYSEC, [dict.fromkeys(_CYSEC, "") | {"complaints_received": "no"}], nil=True)


_ASIC = (
    "unique_id", "complaint_type", "status", "received_method", "date_received", "date_closed", "days_open",
    "product", "issue", "outcome", "monetary_remedy", "about_a_representative", "by_representative",
)  # fmt: skip


# Complaints about those who act for the firm; who acts for the complainant is another column.
_OF_REPRESENTATIVES = frozenset({"INF-AFFIL"})


def asic(question: Question) -> Return:
    """One line per complaint in the shape of the internal dispute resolution data."""
    rows = [
        {
            "unique_id": row["register_no"],
            "complaint_type": "individual",
            "status": "closed" if row["state"] in OVER else "open",
            "received_method": row["received_channel"],
            "date_received": row["received_at"][:10],
            "date_closed": row["closed_at"][:10],
            "days_open": row["days_open"],
            "product": row["product"],
            "issue": row["category"],
            "outcome": row["outcome"],
            "monetary_remedy": _money(row),
            "about_a_representative": "yes" if row["category"] in _OF_REPRESENTATIVES else "no",
            "by_representative": row["by_representative"],
        }
        for row in register.rows(question)
    ]
    return Return(_ASIC, rows, not rows)


def _money(row: Row) -> str:
    sums = register.paid(row)
    return register.several(sums, bare=len(sums) == 1) if sums else ""


_MICA = ("figure", "key", "value")


def mica(question: Question) -> Return:
    """The analysis of article 8: received, time per step, out of time per step, topics, outcomes."""
    rows = list(register.rows(question))
    told = [_figure("received", "", str(len(rows)))]
    told += [
        _figure("average_hours_in_step", step, f"{hours:.1f}")
        for step, hours in sorted(_steps(question).items())
    ]
    late = Counter(clock for row in rows for clock in set(row["breaches"].split()))
    for name, counted in (
        ("out_of_time", late),
        ("topic", Counter(row["category"] for row in rows)),
        ("outcome", Counter(row["outcome"] for row in rows if row["outcome"])),
    ):
        told += [_figure(name, key, str(n)) for key, n in sorted(counted.items())]
    return Return(_MICA, told, not rows)


def _figure(figure: str, key: str, value: str) -> Row:
    return {"figure": figure, "key": key, "value": value}


def _steps(question: Question) -> dict[str, float]:
    """How long cases stayed in each state, in hours, over the stays that had ended by `as_at`."""
    cases = register.complaints(question).values("dispute_id")
    moves = Event.objects.filter(
        dispute__in=cases, action__in=register.MOVES, at__lte=question.as_at
    ).order_by("dispute_id", "seq")
    stays: dict[str, list[float]] = defaultdict(list)
    before: tuple[int, str, datetime] | None = None
    for case, body, at in moves.values_list("dispute_id", "body", "at").iterator(chunk_size=2000):
        if before is not None and before[0] == case:
            stays[before[1]].append((at - before[2]).total_seconds() / 3600)
        before = (case, str(json.loads(body)["after"]), at)
    return {state: statistics.fmean(hours) for state, hours in stays.items() if state not in OVER}


# Columns with a type of their own in a spreadsheet; references and codes of digits alone stay texts.
NUMBERS = frozenset(
    {
        "policy_version", "days_open", "redress_financial", "redress_distress", "redress_interest",
        "redress_goodwill", "redress_nonfinancial", "reopened", "outstanding_at_start", "opened", "closed",
        "closed_within_3_business_days", "closed_within_8_weeks", "closed_after_8_weeks",
        "percent_within_3_business_days", "percent_within_8_weeks", "upheld", "percent_upheld",
        "redress_paid", "alleged_loss", "monetary_remedy", "value", "opened_by_vulnerable",
        "vulnerability_caused",
    }
)  # fmt: skip
DATES = frozenset(
    {
        "received_at", "logged_at", "incident_date", "acknowledged_at", "delay_notice_at",
        "final_response_at", "closed_at", "accepted_by_client_at", "redress_paid_at", "mediation_from",
        "mediation_to", "appeal_at", "external_at", "retention_until", "date_received", "date_closed",
    }
)  # fmt: skip


KINDS: dict[str, Callable[[Question], Return]] = {
    "register": full,
    "fca": fca,
    "cysec": cysec,
    "asic": asic,
    "mica": mica,
}


def file_name(kind: str, question: Question, form: str) -> str:
    """What the file is called; the monthly form has the pattern its regulator asks for."""
    entity = (question.entity or "ALL").upper()
    if kind == "cysec":
        return f"{entity}_{question.last:%Y%m%d}_T144-002-01.{form}"
    return f"{kind}_{entity}_{question.first:%Y%m%d}-{question.last:%Y%m%d}.{form}"


def as_at_default(now: datetime) -> datetime:
    """The last whole second: what a return is asked for as at, when nobody says otherwise."""
    return now.astimezone(UTC).replace(microsecond=0)


def last_month(today: date) -> tuple[date, date]:
    """The first and the last day of the month before."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
