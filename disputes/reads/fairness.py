"""What the page of a case shows of the rules that keep it fair: restrictions, and draws drawn again."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from accounts.models import Person

from ..models import Dispute, Draw, Restriction
from ..states import Actor
from . import verifier


def pick(seed: str, pool: Sequence[Sequence[int]]) -> int:
    """The person a seed selects from a pool: the same for everyone who computes it."""
    text = verifier.canonical({"pool": [list(row) for row in pool], "seed": seed})
    ticket = int(hashlib.sha256(text.encode()).hexdigest(), 16) % sum(weight for _person, weight in pool)
    for person, weight in pool:
        if ticket < weight:
            return person
        ticket -= weight
    raise AssertionError("unreachable: the weights were summed above")


def replay(draw: Draw) -> bool:
    """Whether drawing again from what was stored gives the same person."""
    return pick(draw.seed, draw.pool) == draw.result_id


def drawn_again(draw: Draw | None) -> dict[str, Any]:
    """A draw as both sides may check it: people by number, the rules that excluded them, and the replay."""
    if draw is None:
        return {}
    return {
        "seed": draw.seed,
        "pool": [{"person": person, "weight": weight} for person, weight in draw.pool],
        "excluded": [{"person": row["person"], "rules": ", ".join(row["rules"])} for row in draw.excluded],
        "result": draw.result_id,
        "same": replay(draw),
    }


def draws_that_differ(dispute: Dispute) -> Iterator[str]:
    """What is wrong with a case's draws: a replay that differs, or a row that is not what the log says."""
    told = {}
    for event in dispute.events.filter(action="dispute.neutral.drawn"):
        facts = json.loads(event.body)["facts"]
        told[facts["draw"]] = facts
    for draw in dispute.draws.order_by("pk"):
        if not replay(draw):
            yield f"draw {draw.pk}: drawn again, another person comes out"
        facts = told.get(draw.pk)
        kept = {"seed": draw.seed, "pool": draw.pool, "excluded": draw.excluded, "result": draw.result_id}
        if facts is None or any(facts[name] != value for name, value in kept.items()):
            yield f"draw {draw.pk}: not as the log has it"


def restrictions(dispute: Dispute) -> list[Restriction]:
    """What was asked for against the trader while the case was open; both sides read it."""
    return list(dispute.restrictions.select_related("asked_by", "ruled_by").order_by("pk"))


def can(dispute: Dispute, mine: frozenset[str], person: Person, asked: list[Restriction]) -> set[str]:
    """The steps about restrictions that are open to the person now."""
    if not dispute.is_open or not mine & {Actor.CH, Actor.SU, Actor.CO}:
        return set()
    waiting = next((row for row in asked if row.approved is None), None)
    if waiting is None:
        return {"ask_restriction"} if mine & {Actor.CH, Actor.SU} else set()
    return {"rule_restriction"} if Actor.CO in mine and waiting.asked_by_id != person.pk else set()
