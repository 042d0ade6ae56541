"""Until when a case is kept, what forbids erasing it, and what was erased (disputes.md 3.6)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.states import Role

from ..models import CaseHold, Dispute, DisputeDeadline, PolicyVersion, Purge, RetentionRule
from ..states import OVER
from ..states.paying import Keep, Retained

_ROLES = (Role.COMPLIANCE, Role.SUPERVISOR, Role.AUDITOR)
SHOWN = 100


def later(day: date, n: int, unit: str) -> date:
    """The day `n` years, months or days after another; the last day of a shorter month."""
    if unit == "days":
        return day + timedelta(days=n)
    year, month = divmod(day.year * 12 + day.month - 1 + n * (12 if unit == "years" else 1), 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def span_of(policy: PolicyVersion, retained: str = Retained.CASE) -> tuple[int, str]:
    """How long a class is kept: the jurisdiction's own row, else its policy's years, else the row for all."""
    rows = {row.jurisdiction: row for row in RetentionRule.objects.filter(retained=retained)}
    if own := rows.get(policy.jurisdiction):
        return own.n, own.unit
    years = policy.rule.get("retention_years")
    if years and retained == Retained.CASE:
        return int(years), "years"
    return rows[""].n, rows[""].unit


def due_on(dispute: Dispute) -> date | None:
    """The first day on which the case may be erased: its time from closing is over, and the way outside."""
    if dispute.closed_at is None or dispute.state not in OVER:
        return None
    kept = later(dispute.closed_at.astimezone(UTC).date(), *span_of(dispute.policy_version))
    if outside := dispute.external_latest_at:
        kept = max(kept, outside.astimezone(UTC).date())
    return kept + timedelta(days=1)


def over_since(at: datetime) -> "QuerySet[Dispute]":
    """Closed cases that nothing holds and nobody has proposed to erase, roughly by their time; check each."""
    today = at.astimezone(UTC).date()
    old = Q(pk__in=[])
    for policy in PolicyVersion.objects.order_by("id"):
        n, unit = span_of(policy)
        # No month is longer than 31 days, no year than 366: never too early, and `due_on` says the rest.
        days = {"years": 365, "months": 28, "days": 1}[unit] * n
        old |= Q(policy_version=policy, closed_at__lt=at - timedelta(days=days))
    held = CaseHold.objects.filter(lifted_at=None).values("dispute_id")
    rows = Dispute.objects.filter(old, state__in=OVER, purged_at=None, purge=None).exclude(pk__in=held)
    rows = rows.exclude(pk__in=DisputeDeadline.objects.running().values("dispute_id"))
    return rows.filter(closed_at__date__lt=today).select_related("policy_version").order_by("closed_at")


def held(dispute: Dispute) -> bool:
    """Whether anything forbids erasing the case."""
    return dispute.holds.filter(lifted_at=None).exists()


def ticking(dispute: Dispute) -> bool:
    """Whether a time given to somebody still runs: to reopen, to go outside, or any other."""
    return dispute.deadlines.running().exists()


def secretly_held() -> "QuerySet[CaseHold]":
    """The holds that only compliance knows of, and by which nobody else may notice anything."""
    return CaseHold.objects.filter(kind=Keep.AML, lifted_at=None)


def has_keeping(person: object) -> bool:
    """Whether retention is the person's business."""
    return isinstance(person, Person) and person.has_role(*_ROLES)


def holds_for(person: Person) -> "QuerySet[CaseHold]":
    """Holds people set. Compliance knows all; others only of legal ones: a hold may itself be a secret."""
    rows = CaseHold.objects.exclude(kind=Keep.PRESERVATION).select_related(
        "dispute", "set_by", "lift_asked_by", "lifted_by"
    )
    return rows if person.has_role(Role.COMPLIANCE) else rows.filter(kind=Keep.LEGAL)


def overview(person: Person) -> dict[str, Any]:
    """What is due, what is held, what was erased, and the rules it follows."""
    purges = Purge.objects.select_related("dispute", "first_by", "second_by")
    if not person.has_role(Role.COMPLIANCE):
        purges = purges.exclude(dispute__in=secretly_held().values("dispute_id"))
    waiting = [
        {
            "purge": row,
            "held": held(row.dispute),
            "ticking": ticking(row.dispute),
            "mine": may_approve(person, row),
        }
        for row in purges.filter(done_at=None)[:SHOWN]
    ]
    held_now = list(holds_for(person).filter(lifted_at=None)[:SHOWN])
    return {
        "waiting": waiting,
        "holds": [{"hold": hold, "can": hold_step(person, hold)} for hold in held_now],
        "lifted": list(holds_for(person).exclude(lifted_at=None).order_by("-lifted_at")[:SHOWN]),
        "done": list(purges.exclude(done_at=None).order_by("-done_at")[:SHOWN]),
        "rules": list(RetentionRule.objects.all()),
        "sets": person.has_role(Role.COMPLIANCE),
        "preserved": CaseHold.objects.filter(kind=Keep.PRESERVATION, lifted_at=None).count(),
    }


def may_approve(person: Person, purge: Purge) -> bool:
    """Whether their word is one that is missing: two different people, one of them of compliance."""
    if not person.has_role(Role.COMPLIANCE, Role.SUPERVISOR) or person.pk == purge.first_by_id:
        return False
    first = purge.first_by
    alone = first is not None and not first.has_role(Role.COMPLIANCE)
    if alone and not person.has_role(Role.COMPLIANCE):
        return False
    return not held(purge.dispute) and not ticking(purge.dispute)


def hold_step(person: Person, hold: CaseHold) -> str:
    """What the person can do with a hold now: ask for its end, agree to it, or nothing."""
    if hold.lift_asked_by_id is None:
        return "ask" if person.has_role(Role.COMPLIANCE) else ""
    if hold.lift_asked_by_id == person.pk:
        return ""
    agrees = (Role.COMPLIANCE,) if hold.kind == Keep.AML else (Role.COMPLIANCE, Role.SUPERVISOR)
    return "agree" if person.has_role(*agrees) else ""


def by_reference(reference: str) -> Dispute | None:
    """A case that can still be held, by its number."""
    return Dispute.objects.filter(reference=reference.strip().upper(), purged_at=None).first()
