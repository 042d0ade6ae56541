"""Causes that come again: what was upheld lately, the issues opened for it, and who else may be affected."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from helpdesk.core import clock
from helpdesk.core.errors import NotFound
from tickets.models import Ticket

from ..models import Decision, SystemicCase, SystemicIssue
from ..states import choices, word

WINDOW, ENOUGH = timedelta(days=30), 3
# Nobody's fault here, or nobody knows whose.
BLAMELESS = ("RC-USER", "RC-NONE", "RC-UNK")
UPHELD = ("upheld", "partly_upheld")
MOST = 200


def upheld(since: datetime, until: datetime) -> "QuerySet[Decision]":
    """What stands of what was upheld in this time: one row per case."""
    later = Decision.objects.issued().exclude(kind="provisional").filter(dispute=OuterRef("dispute"))
    later = later.filter(number__gt=OuterRef("number"))
    rows = Decision.objects.filter(issued_at__gt=since, issued_at__lte=until, outcome__in=UPHELD)
    rows = rows.exclude(kind="provisional").exclude(root_cause__in=("", *BLAMELESS))
    return rows.filter(~Exists(later))


def uncounted(until: datetime) -> "QuerySet[Decision]":
    """Of these, what counts for no issue yet."""
    counted = SystemicCase.objects.filter(decision=OuterRef("pk"))
    return upheld(until - WINDOW, until).filter(~Exists(counted))


def causes(until: datetime) -> list[dict[str, Any]]:
    """Every cause, with how often it was upheld in thirty and ninety days; the most frequent first."""
    lately = dict(_count(upheld(until - WINDOW, until)))
    longer = dict(_count(upheld(until - 3 * WINDOW, until)))
    rows = [
        {"code": code, "name": name, "lately": lately.get(code, 0), "longer": longer.get(code, 0)}
        for code, name in choices("root_causes")
    ]
    return sorted(rows, key=lambda row: (-row["lately"], -row["longer"]))


def _count(rows: "QuerySet[Decision]") -> "QuerySet[Any, tuple[str, int]]":
    counted = rows.values("root_cause").annotate(n=Count("dispute", distinct=True)).order_by()
    return counted.values_list("root_cause", "n")


def issues() -> list[SystemicIssue]:
    """All of them, the open ones first."""
    rows = SystemicIssue.objects.select_related("owner").annotate(size=Count("cases"))
    return sorted(rows.order_by("-opened_at"), key=lambda issue: not issue.is_open)


def issue(number: int) -> SystemicIssue:
    """One, or there is none (404)."""
    found = SystemicIssue.objects.select_related("owner").filter(pk=number).first()
    if found is None:
        raise NotFound
    return found


def page(issue: SystemicIssue) -> dict[str, Any]:
    """An issue with its cases, its notes and the traders who may be affected, too."""
    cases = issue.cases.select_related("decision__dispute").order_by("id")
    cases = cases.prefetch_related("decision__dispute__complaints")
    answers = Decision.objects.answers().issued().filter(dispute__in=cases.values("decision__dispute"))
    told = {one.dispute_id: one for one in answers.order_by("number")}
    rows = [
        {
            "answer": told.get(case.decision.dispute_id),
            "reference": case.decision.dispute.reference,
            "url": case.decision.dispute.get_desk_url(),
            "register_no": " ".join(
                sorted(row.register_no for row in case.decision.dispute.complaints.all())
            ),
            "issued_at": case.decision.issued_at,
            "outcome": word("outcomes", case.decision.outcome),
        }
        for case in cases
    ]
    return {
        "issue": issue,
        "cases": rows,
        "notes": list(issue.notes.select_related("by")),
        "affected": affected(issue),
    }


def affected(issue: SystemicIssue) -> list[dict[str, Any]]:
    """Traders with tickets of the same problem types around the same time, in no case of the issue."""
    known = list(issue.cases.values_list("decision__dispute__trader_id", "decision__dispute__category"))
    first = issue.cases.aggregate(at=Min("decision__dispute__received_at"))["at"] or issue.opened_at
    rows = (
        Ticket.objects.filter(category__code__in={code for _trader, code in known})
        .filter(created_at__gt=first - WINDOW, created_at__lte=issue.closed_at or clock.now())
        .exclude(requester_id__in={trader for trader, _code in known})
        .select_related("requester", "category")
        .order_by("requester_id", "-id")
        .distinct("requester_id")[:MOST]
    )
    told = dict(issue.contacts.values_list("trader_id", "at"))
    return [
        {
            "trader": row.requester,
            "ticket": row.reference,
            "category": str(row.category),
            "at": row.created_at,
            "contacted_at": told.get(row.requester_id),
        }
        for row in rows
    ]
