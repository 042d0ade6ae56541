"""The only list of how a dispute may move (`TABLE`), and who may move it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Conflict, Forbidden

from .codes import OPEN, REOPENED_FROM, Actor, State, Waiting


@dataclass(frozen=True)
class Transition:
    """One row of the table: who may move a dispute from where to where, and which clocks that turns.

    `starts` and `meets` name stage deadlines; `ends` those that nobody owes any more.
    """

    code: str
    name: str
    sources: frozenset[str]
    target: str
    actors: frozenset[str]
    waiting_on: str
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def _row(
    code: str,
    name: str,
    sources: Iterable[State],
    target: State,
    actors: Iterable[Actor],
    waiting_on: Waiting = Waiting.NOBODY,
    *,
    starts: Iterable[str] = (),
    meets: Iterable[str] = (),
    ends: Iterable[str] = (),
) -> Transition:
    # Whatever ends a case opens the time in which its trader may take it up again (T28).
    again = ("reopen_window",) if target in REOPENED_FROM else ()
    return Transition(
        code,
        name,
        frozenset(str(state) for state in sources),
        str(target),
        frozenset(str(actor) for actor in actors),
        str(waiting_on),
        (*starts, *again),
        tuple(meets),
        tuple(ends),
    )


_S, _A, _W = State, Actor, Waiting
_MEDIATION_CLOCKS = (
    "mediation",
    "mediator_activity",
    "object_mediator",
    "opening_statement",
    "reply",
    "offer_valid",
    "info_request",
)

# disputes.md 1.4. Codes are the law's; a letter after the number is a part of that row.
TABLE: dict[str, Transition] = {
    row.name: row
    for row in (
        _row("T01", "receive", [_S.DRAFT], _S.RECEIVED, [_A.TR, _A.AG, _A.SU, _A.SY], _W.PLATFORM),
        _row("T02", "acknowledge", [_S.RECEIVED], _S.ACKNOWLEDGED, [_A.SY, _A.CH], _W.PLATFORM,
             starts=["assign_handler"], meets=["ack"]),
        _row("T03", "refuse_admission", [_S.ACKNOWLEDGED], _S.INADMISSIBLE, [_A.SU, _A.CO],
             ends=["*"]),
        # The clocks of law that T03 stops go on as they were (`admitting`); the stage's begins anew.
        _row("T04", "admit_again", [_S.INADMISSIBLE], _S.ACKNOWLEDGED, [_A.AR, _A.SU], _W.PLATFORM,
             starts=["assign_handler"], meets=["decide_appeal"]),
        _row("T05", "investigate", [_S.ACKNOWLEDGED], _S.INVESTIGATING, [_A.CH, _A.SU], _W.PLATFORM,
             meets=["assign_handler"]),
        _row("T06", "close_simply", [_S.RECEIVED, _S.ACKNOWLEDGED, _S.INVESTIGATING], _S.CLOSED, [_A.TR],
             meets=["response"], ends=["*"]),
        _row("T07", "respond", [_S.INVESTIGATING], _S.RESPONSE_ISSUED, [_A.SU], _W.TRADER,
             starts=["accept_response"], meets=["response", "hard_stop"], ends=["info_request"]),
        _row("T08", "accept_response", [_S.RESPONSE_ISSUED], _S.REMEDY_DUE, [_A.TR], _W.PLATFORM,
             starts=["pay_remedy"], meets=["accept_response"]),
        _row("T08a", "accept_response_only", [_S.RESPONSE_ISSUED], _S.CLOSED, [_A.TR],
             meets=["accept_response"], ends=["*"]),
        _row("T09", "ask_for_mediation", [_S.RESPONSE_ISSUED], _S.MEDIATION_PENDING, [_A.TR], _W.PLATFORM,
             starts=["appoint_mediator"], meets=["accept_response"]),
        _row("T10", "close_without_reply", [_S.RESPONSE_ISSUED], _S.CLOSED, [_A.SY], ends=["*"]),
        _row("T11", "escalate", [_S.ACKNOWLEDGED, _S.INVESTIGATING], _S.MEDIATION_PENDING,
             [_A.SY, _A.TR, _A.SU], _W.PLATFORM, starts=["appoint_mediator"], ends=["assign_handler"]),
        _row("T12", "begin_mediation", [_S.MEDIATION_PENDING], _S.IN_MEDIATION, [_A.ME, _A.XM], _W.MEDIATOR,
             starts=["mediation", "mediator_activity"], meets=["mediator_accepts"]),
        _row("T13", "replace_mediator", [_S.IN_MEDIATION, _S.MEDIATION_PENDING], _S.MEDIATION_PENDING,
             [_A.ME, _A.XM, _A.TR, _A.SU, _A.SY], _W.PLATFORM, starts=["appoint_mediator"],
             ends=["mediator_accepts", *(key for key in _MEDIATION_CLOCKS if key != "reply")]),
        _row("T14", "settle", [_S.IN_MEDIATION], _S.REMEDY_DUE, [_A.TR, _A.SU, _A.CH], _W.PLATFORM,
             starts=["pay_remedy"], meets=["mediation"], ends=_MEDIATION_CLOCKS),
        _row("T15", "report_no_settlement", [_S.IN_MEDIATION], _S.IN_DETERMINATION,
             [_A.ME, _A.XM, _A.TR, _A.SU, _A.SY], _W.DECIDER, starts=["decide"], meets=["mediation"],
             ends=_MEDIATION_CLOCKS),
        _row("T16", "issue_provisional", [_S.IN_DETERMINATION], _S.PROVISIONAL_DECISION, [_A.DE], _W.BOTH,
             starts=["comment_provisional"], meets=["decide"]),
        _row("T17", "decide", [_S.PROVISIONAL_DECISION], _S.DECIDED, [_A.DE], _W.TRADER,
             starts=["accept_decision", "file_appeal"], meets=["final_decision", "response", "hard_stop"],
             ends=["comment_provisional", "info_request"]),
        _row("T17a", "issue_second_provisional", [_S.PROVISIONAL_DECISION], _S.PROVISIONAL_DECISION, [_A.DE],
             _W.BOTH, starts=["comment_provisional"], meets=["final_decision"]),
        _row("T18", "accept_decision", [_S.DECIDED], _S.REMEDY_DUE, [_A.TR], _W.PLATFORM,
             starts=["pay_remedy"], meets=["accept_decision"], ends=["file_appeal"]),
        _row("T18a", "accept_without_remedy", [_S.DECIDED], _S.CLOSED, [_A.TR], meets=["accept_decision"],
             ends=["*"]),
        _row("T19", "appeal", [_S.DECIDED], _S.UNDER_APPEAL, [_A.TR, _A.SU], _W.REVIEWER,
             starts=["decide_appeal", "reply"], ends=["accept_decision", "file_appeal"]),
        _row("T19a", "end_appeal", [_S.UNDER_APPEAL], _S.DECIDED, [_A.TR, _A.SU, _A.SY], _W.TRADER,
             starts=["accept_decision", "file_appeal"], ends=["decide_appeal", "reply"]),
        _row("T20", "decide_appeal", [_S.UNDER_APPEAL], _S.FINAL, [_A.AR], _W.TRADER,
             starts=["accept_decision"], meets=["decide_appeal"], ends=["reply", "info_request"]),
        _row("T20a", "send_back", [_S.UNDER_APPEAL], _S.IN_DETERMINATION, [_A.AR], _W.DECIDER,
             starts=["decide"], meets=["decide_appeal"], ends=["reply", "info_request"]),
        _row("T21", "leave_unaccepted", [_S.DECIDED], _S.FINAL, [_A.SY, _A.TR],
             ends=["accept_decision", "file_appeal"]),
        _row("T22", "close_final", [_S.FINAL], _S.CLOSED, [_A.TR, _A.SU, _A.SY], ends=["*"]),
        _row("T22a", "accept_final", [_S.FINAL], _S.REMEDY_DUE, [_A.TR], _W.PLATFORM,
             starts=["pay_remedy"], meets=["accept_decision"]),
        _row("T22b", "accept_final_without_remedy", [_S.FINAL], _S.CLOSED, [_A.TR],
             meets=["accept_decision"], ends=["*"]),
        _row("T23", "refer", [s for s in OPEN if s not in (_S.DRAFT, _S.REFERRED)], _S.REFERRED,
             [_A.TR, _A.SY], _W.THIRD_PARTY, meets=["external_latest"], ends=["*"]),
        _row("T24", "close_referred", [_S.REFERRED], _S.CLOSED, [_A.CH, _A.SU], ends=["*"]),
        _row("T24a", "owe_referred", [_S.REFERRED], _S.REMEDY_DUE, [_A.CH, _A.SU], _W.PLATFORM,
             starts=["pay_remedy"]),
        _row("T25", "confirm_remedy", [_S.REMEDY_DUE], _S.CLOSED, [_A.TR, _A.SY], meets=["confirm_remedy"],
             ends=["*"]),
        _row("T27", "withdraw", [s for s in OPEN if s != _S.DRAFT], _S.WITHDRAWN, [_A.TR], ends=["*"]),
        _row("T28", "reopen", REOPENED_FROM, _S.INVESTIGATING, [_A.TR], _W.PLATFORM,
             starts=["response", "hard_stop"], meets=["reopen_window"]),
    )
}  # fmt: skip


# Rows of the law whose steps people cannot take here yet; the published procedure leaves them out.
LATER = frozenset[str]()
# Clocks that acts inside a state start, besides those of the table.
WITHIN = frozenset(
    {"mediator_accepts", "object_mediator", "final_decision", "confirm_remedy", "decide_appeal",
     "info_request"}
)  # fmt: skip


def clocks_in_use() -> set[str]:
    """The clocks that cases really have."""
    return {key for row in TABLE.values() if row.name not in LATER for key in row.starts} | WITHIN


def transition(name: str, state: str, actor: str) -> Transition:
    """The row, if this actor may make this move (403) and the state allows it (409)."""
    row = TABLE[name]
    if str(state) not in row.sources:
        raise Conflict(
            _("This is not possible any more: the case has moved on in the meantime."),
            code=f"dispute_{name}_not_open",
        )
    if str(actor) not in row.actors:
        raise Forbidden(
            _("This step belongs to somebody else in the case."), code=f"dispute_{name}_not_yours"
        )
    return row


def open_to(state: str, actors: Iterable[str]) -> set[str]:
    """The names of all moves that people acting in these capacities can make from `state`."""
    acting = {str(actor) for actor in actors}
    return {row.name for row in TABLE.values() if str(state) in row.sources and row.actors & acting}
