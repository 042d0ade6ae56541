"""What follows in the story's disputes, step by step, by the operations of the case alone."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from accounts.models import Person
from disputes.access import grants
from disputes.models import Dispute, ExternalBody, InfoItem
from disputes.operations import (
    answering,
    appealing,
    appointing,
    asking,
    authorising,
    granting,
    handling,
    mediating,
    packing,
    proposing,
    referring,
    remedying,
    responding,
    ruling,
    staging,
    talking,
)
from disputes.operations.appointing import STATEMENTS
from disputes.states import Channel, Side
from tickets.operations.attaching import Stored

from . import scripts
from .player import Act, Player, store

CASES = scripts.DATA / "cases"


@dataclass(frozen=True)
class Step:
    """One act in a case; `more` holds what the act needs besides words."""

    at: datetime
    who: str
    act: str
    text: str
    more: dict[str, Any]


def read(name: str, since: datetime) -> tuple[list[Step], dict[str, Any]]:
    """The steps of a case, counted from its opening, and the decisions written in it."""
    path = CASES / f"{name}.toml"
    if not path.exists():
        return [], {}
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    steps, at = [], since
    for later, who, act, *rest in written["steps"]:
        at += scripts.span(later)
        text, more = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else {})
        steps.append(Step(at, who, act, text.strip(), more))
    return steps, written.get("decision", {})


def acts(
    stage: Player, number: int, script: scripts.Script, until: datetime
) -> Iterator[tuple[datetime, Act]]:
    """What happens in the case that a ticket's escalation or a complaint in it opens."""
    opened = [step.at for step in script.steps if step.act in {"escalate", "complain"}]
    if not opened:
        return
    steps, decisions = read(script.case, opened[0])
    for step in steps:
        if step.at > until:
            raise ValueError(f"{script.case}: {step.act} lies in the future.")
        yield step.at, partial(_take, stage, number, step, decisions)


def _take(stage: Player, number: int, step: Step, decisions: dict[str, Any]) -> None:
    dispute = Dispute.objects.get(ticket=stage.filed[number])
    by = stage.people[step.who]
    if step.act in Channel.values:
        talking.post(dispute, by=by, channel=step.act, body=step.text)
    elif step.act in _PLAIN:
        _PLAIN[step.act](dispute, by=by)
    elif step.act == "provisional":
        ruling.issue_provisional(dispute, _draft(decisions[step.more["decision"]]), by=by)
    elif step.act == "answer":
        responding.submit(dispute, _draft(decisions[step.more["decision"]]), by=by)
    else:
        _SPOKEN[step.act](dispute, by, step)


def _draft(written: dict[str, Any]) -> ruling.Draft:
    blocks = ("facts", "rule_applied", "reasoning", "calculation", "not_accepted")
    return ruling.Draft(
        blocks={name: written[name] for name in blocks},
        outcome=written["outcome"],
        remedy=written["remedy"],
        root_cause=written["root_cause"],
        amount=Decimal(written["amount"]) if "amount" in written else None,
        currency=written.get("currency", ""),
        conclusion=written.get("conclusion", ""),
        measure=written.get("measure", ""),
        measures=written.get("measures", ""),
        evidence=tuple(written["evidence"]),
        findings={int(number): (found, said) for number, (found, said) in written["findings"].items()},
    )


def _offer(dispute: Dispute, by: Person, step: Step) -> None:
    amount, currency = Decimal(step.more["amount"]), step.more["currency"]
    proposing.make(dispute, by=by, text=step.text, amount=amount, currency=currency)


def _issue(dispute: Dispute, by: Person) -> None:
    """Let out the answer as it stands."""
    waiting = dispute.decisions.answers().get(issued_at=None)
    responding.issue(dispute, by=by, sha256=responding.fingerprint(waiting))


def _sign(dispute: Dispute, by: Person) -> None:
    grant = grants.grant_of(by, dispute)
    if grant is not None:
        granting.promise(dispute, by=by, number=grants.text_in_force().number)
    appointing.accept(dispute, by=by, statements=STATEMENTS)


def _accept_answer(dispute: Dispute, by: Person) -> None:
    answer = dispute.decisions.answers().issued().get()
    responding.accept(dispute, by=by, sha256=answer.sha256)


def _ask(dispute: Dispute, by: Person, step: Step) -> None:
    wanted = [asking.Wanted(title, kind) for title, kind in step.more["items"]]
    asking.ask(dispute, Side.TRADER, wanted, by=by, note=step.text)


def _files(step: Step) -> list[Stored]:
    return store(tuple(scripts.drawn(line) for line in step.more["files"]), step.at)


def _hand_in(dispute: Dispute, by: Person, step: Step) -> None:
    item = InfoItem.objects.get(request__dispute=dispute, number=int(step.text))
    asking.answer(item, by=by, files=_files(step))


def _refer(dispute: Dispute, by: Person, step: Step) -> None:
    body = ExternalBody.objects.get(code=step.text)
    number = step.more["number"]
    referring.tell(dispute, by=by, body=body, day=step.at.date(), their_reference=number, stops=True)


def _pack(dispute: Dispute, by: Person, step: Step) -> None:
    """The file for a body, and that it went there."""
    pack = packing.make(dispute, by=by, body=ExternalBody.objects.get(code=step.text))
    packing.hand_over(pack, by=by, day=step.at.date(), how=step.more["how"])


_PLAIN: dict[str, Callable[..., object]] = {
    "sign": _sign,
    "take": handling.take,
    "issue": _issue,
    "accept_answer": _accept_answer,
    "comments_closed": ruling.close_comments,
    "accept": answering.accept,
    "approve": remedying.approve,
    "confirm": remedying.confirm,
}
_SPOKEN: dict[str, Callable[[Dispute, Person, Step], object]] = {
    "draw": lambda dispute, by, step: appointing.draw(dispute, step.text, by=by),
    "offer": _offer,
    "decline": lambda dispute, by, step: proposing.decline(
        dispute, int(step.text), by=by, reason=step.more["reason"]
    ),
    "no_settlement": lambda dispute, by, step: mediating.report_no_settlement(dispute, by=by, note=step.text),
    "finalise": lambda dispute, by, step: ruling.finalise(dispute, by=by, comments_answered=step.text),
    "appeal": lambda dispute, by, step: appealing.file(
        dispute, by=by, ground=step.more["ground"], reasons=step.text
    ),
    "refer": _refer,
    "pack": _pack,
    "ask": _ask,
    "hand_in": _hand_in,
    "prepare": lambda dispute, by, step: staging.prepare(dispute, _files(step), by=by),
    "let_out": lambda dispute, by, step: authorising.approve(dispute.authorities.live().latest("id"), by=by),
    "pay": lambda dispute, by, step: remedying.pay(dispute, by=by, proof=step.text),
}
