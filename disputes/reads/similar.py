"""Earlier decisions like the one being written (F10): what the decider is shown, and what it leans to.

Nothing in a row names anybody: no reference, no sums, no texts, the time to the quarter.
"""

import hashlib
import json
from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Person

from ..models import Decision, Dispute, Involvement
from ..states import Finding, Review, word

MOST = 8
# A payment out of goodwill leaves the finding as it is (F8).
_MERITS = {"goodwill": "not_upheld"}
Row = dict[str, Any]


def earlier(dispute: Dispute, person: Person) -> list[Row]:
    """The decisions that stand in other cases of the same problem type, the most alike and newest first.

    Left out: the same trader's other cases, and those the person has to do with.
    """
    later = (
        Decision.objects.rulings().issued().filter(dispute=OuterRef("dispute"), number__gt=OuterRef("number"))
    )
    mine = Involvement.objects.filter(dispute=OuterRef("dispute"), user=person)
    rows = (
        Decision.objects.filter(kind__in=["final", "appeal"], dispute__category=dispute.category)
        .issued()
        .exclude(review=Review.SEND_BACK)
        .exclude(outcome="")
        .exclude(dispute__trader_id__in=[dispute.trader_id, person.pk])
        .exclude(dispute=dispute)
        .filter(~Exists(later), ~Exists(mine))
        .select_related("dispute__policy_version")
        .prefetch_related("findings")
        .order_by("-issued_at", "-pk")[: MOST * 5]
    )
    return sorted((_row(dispute, one) for one in rows), key=_unlike)[:MOST]


def _row(dispute: Dispute, decision: Decision) -> Row:
    case, at = decision.dispute, decision.issued_at or decision.created_at
    return {
        "decision": decision.pk,
        "quarter": f"{at.year} Q{(at.month + 2) // 3}",
        "category": case.category,
        "rules": case.jurisdiction,
        "terms": case.policy_version.number,
        "same_rules": case.jurisdiction == dispute.jurisdiction,
        "same_terms": case.policy_version_id == dispute.policy_version_id,
        "outcome": decision.outcome,
        "remedy": decision.remedy,
        "cause": decision.root_cause,
        "findings": sorted(row.finding for row in decision.findings.all()),
    }


def _unlike(row: Row) -> int:
    return -(2 * row["same_rules"] + row["same_terms"])


def fingerprint(rows: list[Row]) -> str:
    """What was shown, as one number: the page sends it back with the decision."""
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def merits(outcome: str) -> str:
    """The finding behind an outcome."""
    return _MERITS.get(outcome, outcome)


def majority(rows: list[Row]) -> str:
    """The finding that more than half of them came to; empty when there is none."""
    counted = Counter(merits(row["outcome"]) for row in rows).most_common(1)
    return counted[0][0] if counted and counted[0][1] * 2 > len(rows) else ""


def departs(rows: list[Row], outcome: str) -> bool:
    """Whether this outcome is another than what most of them came to."""
    usual = majority(rows)
    return bool(usual and outcome) and merits(outcome) != usual


def told(rows: list[Row]) -> dict[str, Any]:
    """For the page, in the reader's words."""
    lines = [
        row
        | {
            "outcome_word": word("outcomes", row["outcome"]),
            "remedy_word": word("remedies", row["remedy"]),
            "cause_word": word("root_causes", row["cause"]),
            "rules_word": word("jurisdictions", row["rules"]),
            "found": [
                (str(Finding(finding).label), n)
                for finding, n in Counter[str](row["findings"]).items()
                if finding
            ],
        }
        for row in rows
    ]
    usual = majority(rows)
    return {
        "earlier": lines,
        "usual": word("outcomes", usual) if usual else "",
        "seen": fingerprint(rows),
        "count": _("%(n)s earlier decisions") % {"n": len(rows)},
    }
