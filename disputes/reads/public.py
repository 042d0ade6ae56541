"""What everyone may read: the procedure as the code runs it, and the published figures."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Decision, Dispute, PolicyVersion
from ..states import DOMAIN, LATER, TABLE, Actor, State, Waiting, clocks_in_use, word

SMALL = 10  # F24: a figure below this could tell of somebody


def _zh() -> bool:
    return (get_language() or "").startswith("zh")


@dataclass(frozen=True)
class Span:
    """A length of time as the policy counts it."""

    n: int
    unit: str

    def __str__(self) -> str:
        units = {
            "hours": _("%(n)s hours"),
            "calendar_days": _("%(n)s days"),
            "days": _("%(n)s days"),
            "business_days": _("%(n)s working days"),
            "weeks": _("%(n)s weeks"),
            "months": _("%(n)s months"),
            "years": _("%(n)s years"),
        }
        return units[self.unit] % {"n": self.n}


def _waits(words: str) -> str:
    """On whom a stage waits, in the active language."""
    return {
        "platform": _("the platform"),
        "trader": _("the trader"),
        "mediator": _("the mediator"),
        "decider": _("the decider"),
        "appeal reviewer": _("the appeal reviewer"),
        "both parties, same time": _("both sides, the same time"),
        "the party asked": _("the side that was asked"),
        "the other party": _("the other side"),
        "either party": _("either side"),
    }.get(words, words)


def stages(policy: PolicyVersion) -> list[dict[str, Any]]:
    """The stage table in force."""
    return [
        {
            "key": row["key"],
            "name": row["zh"] if _zh() else row["en"],
            "time": Span(row["n"], row["unit"]),
            "waits_for": _waits(row["waits_for"]),
        }
        for row in policy.stages
        if row["key"] in clocks_in_use()
    ]


def policies() -> list[dict[str, Any]]:
    """The jurisdictions' figures in their present versions."""
    newest: dict[str, PolicyVersion] = {}
    for version in PolicyVersion.objects.order_by("number"):
        newest[version.jurisdiction] = version
    order = [row["code"] for row in DOMAIN["jurisdictions"]]
    rows = []
    for code in order:
        if code not in newest or code.endswith("-REF"):
            continue
        rule = newest[code].rule
        rows.append(
            {
                "code": code,
                "name": word("jurisdictions", code),
                "tz": rule["tz"],
                "version": newest[code].number,
            }
            | {
                key: Span(*rule[key]) if rule.get(key) else None
                for key in ("ack", "response", "hard_stop", "external")
            }
        )
    return rows


def moves() -> list[dict[str, Any]]:
    """Every way a case may move, and who may move it."""
    return [
        {
            "code": row.code,
            "sources": [State(state).label for state in State if state in row.sources],
            "any": len(row.sources) > 8,
            "target": State(row.target).label,
            "actors": [Actor(actor).label for actor in Actor if actor in row.actors],
            "waiting": Waiting(row.waiting_on).label,
        }
        for row in TABLE.values()
        if row.name not in LATER
    ]


def procedure() -> dict[str, Any]:
    """The page that tells the procedure, made from the tables the code obeys."""
    house = PolicyVersion.objects.filter(jurisdiction="HOUSE").order_by("-number").first()
    return {
        "stages": stages(house) if house else [],
        "policies": policies(),
        "moves": moves(),
        "states": [state.label for state in State if state != State.DRAFT],
    }


def _shown(n: int) -> str:
    return str(n) if n == 0 or n >= SMALL else f"<{SMALL}"


def suppressed(cells: dict[str, int]) -> dict[str, str]:
    """Counts fit to be published beside their total: small ones hidden, and never one alone.

    One hidden cell could be found by subtracting the others from the total, so a second one, the smallest
    left, is hidden with it; zero tells of nobody and stays, unless it is the only cover there is.
    """
    small = {key for key, n in cells.items() if 0 < n < SMALL}
    hidden = set(small)
    if len(small) == 1:
        others = sorted((n, key) for key, n in cells.items() if key not in small and n > 0)
        others = others or sorted((n, key) for key, n in cells.items() if key not in small)
        hidden |= {others[0][1]} if others else set()
    return {key: "–" if key in hidden - small else _shown(n) for key, n in cells.items()}


def statistics() -> dict[str, Any]:
    """Outcomes so far. Nothing that could point to a person: no small cell, no free text, no names."""
    total = Dispute.objects.exclude(state=State.DRAFT)
    over = total.filter(closed_at__isnull=False)
    counts = total.aggregate(
        received=Count("id"),
        closed=Count("id", filter=Q(closed_at__isnull=False)),
        by_default=Count("id", filter=Q(platform_default=True)),
    )
    outcomes = dict(over.exclude(outcome="").values_list("outcome").annotate(n=Count("id")).order_by())
    cells = suppressed({row["code"]: outcomes.get(row["code"], 0) for row in DOMAIN["outcomes"]})
    decided = Decision.objects.filter(kind="final").exclude(issued_at=None)
    causes = dict(
        decided.filter(outcome__in=["upheld", "partly_upheld"])
        .values_list("root_cause")
        .annotate(n=Count("id"))
        .order_by()
    )
    return {
        "received": _shown(counts["received"]),
        "closed": _shown(counts["closed"]),
        "by_default": _shown(counts["by_default"]),
        "outcomes": [(word("outcomes", code), shown) for code, shown in cells.items()],
        "causes": [
            (word("root_causes", code), shown)
            for code, shown in suppressed(causes).items()
            if code and shown != "0"
        ],
    }
