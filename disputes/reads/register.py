"""The complaint register as it stood at a moment: one row per complaint, from dated facts alone.

Nothing in a row is read from what may change later: states, outcomes, payments and broken dates come from
entries that carry their own moment, and only those up to `as_at` count. The same question asked again gives
the same rows. Columns: disputes.md 5.1.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tickets.models import Category

from ..models import Complaint, Decision, DelayNotice, Dispute, Event, Remedy
from ..states import DOMAIN, OVER, WINDOWS, Actor, DecisionKind, State
from ..states.table import TABLE
from . import registersides
from .registersums import Row as Row
from .registersums import moment as moment
from .registersums import paid as paid
from .registersums import several as several

CHUNK = 500
# The letters that end the platform's duty to answer, and what a register calls them.
FINAL = {
    "dispute.close_simply": "summary resolution",
    "dispute.respond": "response",
    "dispute.decide": "decision",
    "dispute.refuse_admission": "inadmissible",
}
_ENDS = {
    "dispute.settle": "settled",
    "dispute.close_simply": "settled",
    "dispute.withdraw": "withdrawn",
    "dispute.close_without_reply": "no_reply",
    "dispute.refuse_admission": "inadmissible",
}
_ACCEPTS = {
    "dispute.accept_decision", "dispute.accept_without_remedy", "dispute.accept_response",
    "dispute.accept_response_only", "dispute.accept_final", "dispute.accept_final_without_remedy",
    "dispute.close_simply", "dispute.settle",
}  # fmt: skip
MOVES = frozenset(f"dispute.{name}" for name in TABLE)
_REDRESS = {
    "distress": "redress_distress",
    "interest": "redress_interest",
    "payment": "redress_financial",
    "reverse_trade": "redress_financial",
    "restore_balance": "redress_financial",
    "fee_refund": "redress_financial",
    "release_funds": "redress_financial",
}
_YEARS = {row["code"]: int(row["retention_years"]) for row in DOMAIN["jurisdictions"]}

COLUMNS = (
    "register_no", "reference", "entity", "jurisdiction", "policy_version", "received_at",
    "received_channel", "received_language", "logged_at", "logged_by", "incident_date", "complainant_name",
    "client_id", "product", "category", "cause_esma", "description", "points", "acknowledged_at", "handler",
    "delay_notice_at", "delay_reason", "final_response_at", "final_response_kind", "outcome", "state",
    "closed_at", "days_open", "closed_band", "accepted_by_client_at", "redress_financial", "redress_distress",
    "redress_interest", "redress_goodwill", "redress_nonfinancial", "redress_currency", "redress_paid_at",
    "root_cause", "measures_taken", "mediation_from", "mediation_to", "mediation_settled", "appeal_at",
    "appeal_result", "external_at", "reopened", "breaches", "retention_until", *registersides.COLUMNS,
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Which complaints: of one entity (code) or all, first voiced on these days (UTC), as known `as_at`."""

    first: date
    last: date
    as_at: datetime
    entity: str = ""


def complaints(question: Question, *, until_only: bool = False) -> "QuerySet[Complaint]":
    """The register's entries that the question means; `until_only` takes everything before its end."""
    end = datetime.combine(question.last + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    begin = datetime.combine(question.first, datetime.min.time(), tzinfo=UTC)
    rows = Complaint.objects.filter(received_at__lt=end, logged_at__lte=question.as_at)
    rows = rows if until_only else rows.filter(received_at__gte=begin)
    rows = rows.filter(entity=question.entity) if question.entity else rows
    return rows.order_by("received_at", "id")


def rows(question: Question, *, until_only: bool = False) -> Iterator[Row]:
    """One row per complaint, the oldest first; a few queries for every `CHUNK` of them."""
    found = complaints(question, until_only=until_only).values_list("pk", flat=True)
    keys = list(found)
    for start in range(0, len(keys), CHUNK):
        yield from told(keys[start : start + CHUNK], question.as_at)


def told(keys: list[int], as_at: datetime) -> Iterator[Row]:
    """The rows of these complaints."""
    entries = (
        Complaint.objects.filter(pk__in=keys)
        .select_related("dispute", "dispute__account", "policy_version", "logged_by", "ticket")
        .prefetch_related(
            "dispute__points", "dispute__parties", "dispute__assignments__user", "dispute__deadlines"
        )
    )
    cases = [entry.dispute_id for entry in entries]
    acts = _by_case(Event.objects.filter(dispute__in=cases, action__in=MOVES, at__lte=as_at).order_by("seq"))
    rulings = _by_case(Decision.objects.filter(dispute__in=cases, issued_at__lte=as_at).order_by("number"))
    paid = _by_case(Remedy.objects.filter(dispute__in=cases, paid_at__lte=as_at).order_by("paid_at", "id"))
    delays: dict[int, DelayNotice] = {}
    sent = DelayNotice.objects.filter(deadline__dispute__in=cases, sent_at__lte=as_at)
    for notice in sent.select_related("deadline").order_by("-sent_at"):
        delays[notice.deadline.dispute_id] = notice
    by_key = {entry.pk: entry for entry in entries}
    begins = _begins(cases)
    beside = registersides.of(list(by_key.values()), as_at)
    named = {one.code: one for one in Category.objects.select_related("parent")}
    for key in keys:
        entry, case = by_key[key], by_key[key].dispute_id or 0
        own = _Own(entry.number, entry.received_at, begins.get((case, entry.number + 1)))
        kind = named.get(entry.category)
        facts = _Facts(
            own.since(acts.get(case, []), "at"),
            own.since(rulings.get(case, []), "issued_at"),
            own.between(paid.get(case, []), "paid_at"),
            delays.get(case),
            as_at,
            group=kind.parent.name_en if kind and kind.parent else "",
            cause=kind.cause if kind else "",
            own=own,
        )
        yield _row(entry, facts) | beside[key]


def _begins(cases: Iterable[int | None]) -> dict[tuple[int, int], datetime]:
    """When each later complaint of a case was received, by case and number."""
    later = Complaint.objects.filter(dispute__in=cases, number__gt=1)
    found = later.values_list("dispute_id", "number", "received_at")
    return {(case or 0, number): at for case, number, at in found}


@dataclass(frozen=True)
class _Own:
    """What belongs to one of several complaints of a case: a reopening with new points begins the next.

    The case goes on for all of them. What was paid, and the points, count for one alone.
    """

    number: int = 1
    begin: datetime | None = None
    end: datetime | None = None

    def since(self, found: "list[Any]", name: str) -> "list[Any]":
        """What came after it was voiced; for the first complaint that is everything."""
        if self.number == 1 or self.begin is None:
            return found
        return [one for one in found if getattr(one, name) >= self.begin]

    def between(self, found: "Iterable[Any]", name: str) -> "list[Any]":
        """The same, up to the next complaint."""
        mine = self.since(list(found), name)
        return [one for one in mine if self.end is None or getattr(one, name) < self.end]


class _OfCase(Protocol):
    dispute_id: int


T = TypeVar("T", bound=_OfCase)


def _by_case(found: Iterable[T]) -> dict[int, list[T]]:
    grouped: dict[int, list[T]] = {}
    for one in found:
        grouped.setdefault(one.dispute_id, []).append(one)
    return grouped


@dataclass(frozen=True)
class _Facts:
    """What had happened in one case by `as_at`."""

    acts: list[Event]
    rulings: list[Decision]
    paid: list[Remedy]
    notice: DelayNotice | None
    as_at: datetime
    group: str = ""
    cause: str = ""
    own: _Own = _Own()

    def first(self, *actions: str) -> Event | None:
        return next((act for act in self.acts if act.action in actions), None)

    def last(self, *actions: str) -> Event | None:
        return next((act for act in reversed(self.acts) if act.action in actions), None)

    @property
    def state(self) -> str:
        return str(json.loads(self.acts[-1].body)["after"]) if self.acts else str(State.RECEIVED)

    @property
    def closed_at(self) -> datetime | None:
        return self.acts[-1].at if self.state in OVER else None

    @property
    def outcome(self) -> str:
        end = self.last(*_ENDS)
        if end is not None and self.state in (*OVER, State.REMEDY_DUE) and end.at >= self.since:
            return _ENDS[end.action]
        if not self.issued:
            return ""
        # Rejected but paid is a gesture, not a finding (F8): it is counted as that, never as upheld.
        gesture = self.issued[-1].outcome == "not_upheld" and self.issued[-1].amount is not None
        return "goodwill" if gesture else self.issued[-1].outcome

    @property
    def since(self) -> datetime:
        """When the case was last taken up again: what was found before does not stand."""
        again = self.last("dispute.reopen", "dispute.admit_again")
        return again.at if again else datetime.min.replace(tzinfo=UTC)

    @property
    def issued(self) -> list[Decision]:
        """What stands of what was decided; provisional texts are no findings."""
        return [
            ruling
            for ruling in self.rulings
            if ruling.kind != DecisionKind.PROVISIONAL and ruling.issued_at and ruling.issued_at >= self.since
        ]


def _row(entry: Complaint, facts: _Facts) -> Row:
    case, closed = entry.dispute, facts.closed_at
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "register_no": entry.register_no,
        "entity": entry.entity,
        "jurisdiction": entry.jurisdiction,
        "policy_version": str(entry.policy_version.number),
        "received_at": moment(entry.received_at),
        "received_channel": entry.received_channel,
        "received_language": entry.received_language,
        "logged_at": moment(entry.logged_at),
        "logged_by": str(entry.logged_by_id or "system"),
        "category": entry.category,
        "product": facts.group,
        "cause_esma": facts.cause,
        "state": facts.state,
        "outcome": facts.outcome,
        "closed_at": moment(closed),
        "days_open": str(((closed or facts.as_at) - entry.received_at).days),
        "closed_band": _band(entry, closed),
        "retention_until": _kept_until(entry, closed),
    }
    if case is not None:
        row |= _of_case(case, facts) | _letters(facts) | _redress(facts) | _stages(facts)
    return row


def _of_case(case: Dispute, facts: _Facts) -> Row:
    trader = next((one for one in case.parties.all() if one.side == "trader" and not one.represents), None)
    handler = next(
        (seat for seat in case.assignments.all() if seat.role == Actor.CH and seat.started_at <= facts.as_at),
        None,
    )
    broken = sorted(
        clock.metric
        for clock in case.deadlines.all()
        if clock.detected_at and clock.detected_at <= facts.as_at and clock.metric not in WINDOWS
    )
    return {
        "reference": case.reference,
        "incident_date": case.incident_at.date().isoformat() if case.incident_at else "",
        **_erasable(case, trader.name if trader else "", facts),
        "handler": str(handler.user_id) if handler else "",
        "breaches": " ".join(broken),
    }


def _erasable(case: Dispute, name: str, facts: _Facts) -> Row:
    """What people said and who they are; empty once the time to keep it is over."""
    if case.purged_at is not None:
        return {}
    points = facts.own.between(case.points.all(), "raised_at")
    return {
        "complainant_name": name,
        "client_id": case.account.number if case.account else "",
        "description": case.subject,
        "points": " | ".join(str(point) for point in points if point.raised_at <= facts.as_at),
        "measures_taken": next((one.measures for one in facts.rulings[::-1] if one.measure == "changed"), ""),
    }


def _letters(facts: _Facts) -> Row:
    # A reopening with new points is confirmed by the letter that goes out with it.
    final, ack = facts.first(*FINAL), facts.first("dispute.acknowledge", "dispute.reopen")
    accepted = facts.last(*_ACCEPTS)
    return {
        "acknowledged_at": moment(ack.at if ack else None),
        "delay_notice_at": moment(facts.notice.sent_at if facts.notice else None),
        "delay_reason": facts.notice.reason if facts.notice else "",
        "final_response_at": moment(final.at if final else None),
        "final_response_kind": FINAL[final.action] if final else "",
        "accepted_by_client_at": moment(accepted.at if accepted else None),
        "root_cause": facts.issued[-1].root_cause if facts.issued else "",
    }


def _redress(facts: _Facts) -> Row:
    """What was really paid, by kind. A goodwill payment is no finding, and is counted apart (F8)."""
    sums: dict[str, dict[str, Decimal]] = {}
    other = []
    for remedy in facts.paid:
        column = _REDRESS.get(remedy.kind)
        if remedy.amount is None or column is None:
            other.append(remedy.kind)
            continue
        if facts.outcome == "goodwill" and column != "redress_interest":
            column = "redress_goodwill"
        kept = sums.setdefault(column, {})
        kept[remedy.currency] = kept.get(remedy.currency, Decimal(0)) + remedy.amount
    last = facts.paid[-1] if facts.paid else None
    alone = len({currency for kept in sums.values() for currency in kept}) == 1
    return {column: several(kept, bare=alone) for column, kept in sums.items()} | {
        "redress_nonfinancial": " ".join(other),
        "redress_currency": " ".join(sorted({remedy.currency for remedy in facts.paid if remedy.currency})),
        "redress_paid_at": moment(last.paid_at if last else None),
    }


def _stages(facts: _Facts) -> Row:
    begun = facts.first("dispute.begin_mediation")
    ended = facts.last("dispute.report_no_settlement", "dispute.settle")
    appeal, referred = facts.first("dispute.appeal"), facts.last("dispute.refer")
    review = [ruling for ruling in facts.rulings if ruling.kind == "appeal"]
    return {
        "mediation_from": moment(begun.at if begun else None),
        "mediation_to": moment(ended.at if ended else None),
        "mediation_settled": ("yes" if ended and ended.action == "dispute.settle" else "no") if begun else "",
        "appeal_at": moment(appeal.at if appeal else None),
        "appeal_result": review[-1].outcome if review else "",
        "external_at": moment(referred.at if referred else None),
        "reopened": str(sum(act.action == "dispute.reopen" for act in facts.acts) - (facts.own.number > 1)),
    }


def _band(entry: Complaint, closed: datetime | None) -> str:
    """How fast it was closed, in the bands of the FCA's return: three working days, eight weeks, longer."""
    if closed is None:
        return ""
    policy, zone = entry.policy_version, ZoneInfo(entry.policy_version.rule["tz"])
    day, left, holidays = entry.received_at.astimezone(zone).date(), 3, frozenset(policy.holidays)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day.isoformat() not in holidays
    if closed.astimezone(zone).date() <= day:
        return "3 business days"
    weeks = entry.received_at.astimezone(zone).date() + timedelta(weeks=8)
    return "8 weeks" if closed.astimezone(zone).date() <= weeks else "over 8 weeks"


def _kept_until(entry: Complaint, closed: datetime | None) -> str:
    if closed is None:
        return ""
    day = closed.astimezone(UTC).date()
    year = day.year + int(
        entry.policy_version.rule.get("retention_years") or _YEARS.get(entry.jurisdiction, 7)
    )
    return day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day).isoformat()
