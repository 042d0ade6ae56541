"""Every act people can do in a case: who may, when, what it leaves in the log; and the door it goes through.

`who` are capacities. An act that is nobody's business there is 403, one at the wrong time 409, in this order.
`when` says whether it can be done now; `then` is what it does, and returns the events it leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from .law import Case

TR, AG, CH, SU, ME, XM, DE, AR, CO, FI, AU = (
    "trader", "agent", "handler", "supervisor", "mediator", "external_mediator", "decider",
    "appeal_reviewer", "compliance", "finance", "auditor",
)  # fmt: skip
HOUSE = {SU, CH, CO, FI}
ROLES = {
    "mei": set(), "omar": set(), "ada": {AG}, "bo": {AG, DE}, "hal": {CH}, "hub": {CH}, "sun": {SU},
    "sol": {SU}, "nia": {ME}, "max": {ME, AG}, "eva": {XM}, "dan": {DE}, "dee": {DE}, "rex": {AR},
    "ria": {AR}, "cody": {CO}, "fin": {FI}, "ivo": {AU}, "root": {"admin"}, "faye": {"editor"},
    "nobody": set(),
}  # fmt: skip
RESULTS = {
    "small": {"outcome": "upheld", "remedy": "payment", "amount": "91.00", "currency": "USD"},
    "large": {"outcome": "partly_upheld", "remedy": "distress", "amount": "250.50", "currency": "USD"},
    "words": {"outcome": "upheld", "remedy": "apology"},
    "nothing": {"outcome": "not_upheld", "remedy": "none"},
}
THINK = timedelta(hours=48)


@dataclass(frozen=True)
class Doing:
    """One person doing one thing: `args` are chosen before, so that a walk can be walked again."""

    who: str
    act: str
    args: tuple = ()
    bad: bool = False


@dataclass(frozen=True)
class Act:
    name: str
    who: frozenset
    when: Callable
    then: Callable
    choices: tuple = ((),)
    weight: float = 1.0
    own_door: bool = True  # whether the trader's pages or the API have it; else the trader is told 404
    unsigned: bool = False  # open to a neutral who has not signed


ACTS: dict[str, Act] = {}


def act(name, who, when, choices=((),), weight=1.0, **more):
    def keep(then):
        ACTS[name] = Act(name, frozenset(who), when, then, tuple(choices), weight, **more)
        return then

    return keep


def capacity(case: Case, who: str) -> set:
    """In which capacities somebody acts: the trader, a neutral with that seat alone, else by role."""
    if who == "mei":
        return {TR}
    if seat := case.seat_of(who):
        return {seat}
    return ROLES[who] & {SU, CH, CO, FI, AU}


def knows(case: Case, who: str, now) -> bool:
    """Who may know of the case: finance only while something is owed and fully approved."""
    mine = capacity(case, who)
    if case.was_inside(who, now) is not None:
        return True
    return bool(mine - {FI}) or (FI in mine and case.state == "remedy_due" and case.owed.complete)


def judge(case: Case, doing: Doing, now) -> int:
    """What the answer must be: 0 for "done", else 401, 403, 404, 409 or 400 for what was sent."""
    one, mine = ACTS[doing.act], capacity(case, doing.who)
    if doing.who == "nobody":
        return 401
    if not knows(case, doing.who, now) or (doing.who == "mei" and not one.own_door):
        return 404
    seat = case.seat_of(doing.who)
    if seat and not case.seats[seat].signed and not one.unsigned:
        return 403
    if doing.act == "bundle" and (XM in mine or case.past.get(doing.who)):
        return 403  # what leaves with them carries a mark
    if doing.act == "look" and not mine and case.was_inside(doing.who, now):
        return 0
    if not mine & one.who:
        return 403
    found = one.when(case, doing, now)
    if found is not True:
        return 409 if found is False else found
    return 400 if doing.bad else 0


def do(case: Case, doing: Doing, now) -> list:
    """What it does to the case, and the events it leaves, in order."""
    told = ACTS[doing.act].then(case, doing, now)
    if capacity(case, doing.who) & HOUSE and doing.act not in ("look", "bundle", "file"):
        case.involved.add(doing.who)
    return told


def in_(*states):
    return lambda case, doing, now: case.state in states


def accepted(case, text, owing, nothing):
    result = RESULTS[text["result"]]
    if result["remedy"] == "none":
        case.go("closed")
        return [nothing]
    amount, issued_by = float(result["amount"]) if "amount" in result else None, text.get("issued_by")
    # Whoever let an answer out approved its money with that.
    case.owe(amount, {text["by"], issued_by or text["by"]}, {"supervisor"} if issued_by else ())
    return [owing]
