"""What everyone may read: the procedure as the code runs it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import PolicyVersion
from ..states import DOMAIN, LATER, TABLE, Actor, State, Waiting, clocks_in_use, word
from . import terms


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
                "sha256": terms.sha256(newest[code]),
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
