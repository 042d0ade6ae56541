"""A case in plain words: where it is, whose turn it is, what comes next and what happens if it does not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from helpdesk.timers.models import State as Ticking

from ..models import Dispute, DisputeDeadline, Extension
from ..states import DOMAIN, OUTSIDE, WINDOWS, Clock, State, Waiting

_STATUTORY: dict[str, str | Promise] = {
    "ack": gettext_lazy("Acknowledgement"),
    "response": gettext_lazy("Answer with the outside rights"),
    "hard_stop": gettext_lazy("Last day for our final answer"),
    "external_latest": gettext_lazy("Last day to go to an outside body"),
    "reopen_window": gettext_lazy("The case can be reopened"),
}


def clock_word(metric: str) -> str:
    """The name of a clock in the active language, from the table the code runs on."""
    if metric in _STATUTORY:
        return str(_STATUTORY[metric])
    row = next((row for row in DOMAIN["stages"] if row["key"] == metric), None)
    if row is None:
        return metric
    return row["zh"] if (get_language() or "").startswith("zh") else row["en"]


@dataclass(frozen=True)
class Stage:
    """One step of the rail: `state` is done, here, missed, skipped or ahead."""

    text: str
    state: str


_RAIL: tuple[tuple[str | Promise, tuple[State, ...]], ...] = (
    (pgettext_lazy("stage", "Complaint"), (State.DRAFT, State.RECEIVED)),
    (pgettext_lazy("stage", "Investigation"), (State.ACKNOWLEDGED, State.INVESTIGATING)),
    (pgettext_lazy("stage", "Answer"), (State.RESPONSE_ISSUED,)),
    (gettext_lazy("Mediation"), (State.MEDIATION_PENDING, State.IN_MEDIATION)),
    (gettext_lazy("Decision"), (
        State.IN_DETERMINATION, State.PROVISIONAL_DECISION, State.DECIDED, State.UNDER_APPEAL, State.FINAL,
    )),
    (pgettext_lazy("stage", "Remedy"), (State.REMEDY_DUE,)),
    (pgettext_lazy("dispute", "Closed"), (State.CLOSED, State.WITHDRAWN, State.REFERRED, State.INADMISSIBLE)),
)  # fmt: skip


# The clock that tells whether a case has been through a stage it may pass over.
_BEEN: dict[int, str] = {2: "accept_response", 3: "appoint_mediator", 4: "decide", 5: "pay_remedy"}
_ELSEWHERE = frozenset({State.WITHDRAWN, State.REFERRED})


def rail(dispute: Dispute, clocks: Iterable[DisputeDeadline]) -> list[Stage]:
    """The stages of the case; where the platform stayed silent the answer is shown as missed, and what the
    case did not need as passed over.
    """
    if dispute.state == State.INADMISSIBLE:
        return [Stage(pgettext("stage", "Complaint"), "done"), Stage(str(State.INADMISSIBLE.label), "here")]
    here = next(n for n, (_text, states) in enumerate(_RAIL) if dispute.state in states)
    over, been = not dispute.is_open, {clock.metric for clock in clocks}
    if dispute.cause != "complaint":
        been.add("accept_response")  # the answer that did not help was the one on the ticket
    stages = []
    for number, (text, _states) in enumerate(_RAIL):
        state = (
            "done" if number < here or (over and number == here) else "here" if number == here else "ahead"
        )
        if number == 2 and state == "done" and dispute.platform_default:
            state, text = "missed", _("Not answered in time")
        if state == "done" and number in _BEEN and _BEEN[number] not in been:
            state = "skipped"
        if number == here and dispute.state in _ELSEWHERE:
            text = State(dispute.state).label
        stages.append(Stage(str(text), state))
    return stages


def turn(dispute: Dispute, *, mine: bool) -> str:
    """Whose turn it is; `mine` when the trader reads it."""
    if not dispute.is_open and dispute.waiting_on == Waiting.NOBODY:
        return _("The case is over.")
    if mine and dispute.waiting_on == Waiting.TRADER:
        return _("It is your turn.")
    if mine and dispute.waiting_on == Waiting.BOTH:
        return _("It is your turn and the platform's.")
    words: dict[str, str] = {
        Waiting.TRADER: _("It is the trader's turn."),
        Waiting.PLATFORM: _("It is the platform's turn."),
        Waiting.BOTH: _("It is both sides' turn."),
        Waiting.MEDIATOR: _("It is the mediator's turn."),
        Waiting.DECIDER: _("It is the decider's turn."),
        Waiting.REVIEWER: _("It is the reviewer's turn."),
        Waiting.THIRD_PARTY: _("An outside body has the case."),
        Waiting.NOBODY: _("Nobody has to act now."),
    }
    return words[dispute.waiting_on]


def _pending(dispute: Dispute, neutral: str) -> str:
    if neutral:
        return _("%(name)s has been drawn as mediator and is asked to accept.") % {"name": neutral}
    return _("A neutral person who has not worked on the case is being appointed.")


def _refused(dispute: Dispute) -> str:
    found = dispute.admissions.order_by("-id").first()
    if found is not None and found.reviewed_at:
        return _("We cannot handle this complaint, and a review has confirmed it. Read where you can go.")
    if found is not None and found.review_asked_at:
        return _("Somebody who has not decided on it looks again at whether your complaint is heard.")
    return _("We cannot handle this complaint. You can ask for a review.")


_SENTENCES: dict[str, Callable[[Dispute, str], str]] = {
    State.RECEIVED: lambda d, n: _("We have your complaint and will confirm it in writing."),
    State.ACKNOWLEDGED: lambda d, n: _(
        "Your complaint is registered. A complaint handler who was not on your ticket takes it."
    ),
    State.INADMISSIBLE: lambda d, n: _refused(d),
    State.INVESTIGATING: lambda d, n: _(
        "A complaint handler checks the facts and answers each of your points."
    ),
    State.RESPONSE_ISSUED: lambda d, n: _("Our answer is ready. Accept it, or ask for mediation."),
    State.MEDIATION_PENDING: _pending,
    State.IN_MEDIATION: lambda d, n: _(
        "%(name)s works with both sides. What is said here is never shown to whoever decides later."
    ) % {"name": n or _("A mediator")},
    State.IN_DETERMINATION: lambda d, n: _(
        "No agreement was reached. A different person decides, and never sees what was offered."
    ),
    State.PROVISIONAL_DECISION: lambda d, n: _(
        "Read the provisional decision and comment on it. Both sides have the same time."
    ),
    State.DECIDED: lambda d, n: _("The decision has been made. It binds the platform if you accept it."),
    State.UNDER_APPEAL: lambda d, n: _(
        "A new reviewer who has had no part in the case is looking at the decision."
    ),
    State.FINAL: lambda d, n: _(
        "Our process has ended without acceptance: nobody is bound, and the way outside stays open."
    ),
    State.REMEDY_DUE: lambda d, n: _("The decision is accepted. The platform has to carry it out."),
    State.REFERRED: lambda d, n: _("The work here rests until it has decided."),
    State.WITHDRAWN: lambda d, n: _("You withdrew the complaint."),
    State.CLOSED: lambda d, n: _("The case is closed: %(outcome)s.") % {"outcome": d.outcome_word or "–"},
}  # fmt: skip


_TO_OTHERS: dict[str, str | Promise] = {
    State.DECIDED: gettext_lazy(
        "The decision has been made. It binds the platform if the trader accepts it."
    ),
    State.RESPONSE_ISSUED: gettext_lazy(
        "The platform has answered; the trader may accept or ask for mediation."
    ),
    State.ACKNOWLEDGED: gettext_lazy("The complaint waits for a handler who was not on the ticket."),
    State.INVESTIGATING: gettext_lazy("The handler checks the facts and writes the answer."),
    State.INADMISSIBLE: gettext_lazy("The complaint was not admitted; the trader may ask for one review."),
    State.WITHDRAWN: gettext_lazy("The trader withdrew the complaint."),
}


def sentence(dispute: Dispute, neutral: str = "", *, mine: bool = True) -> str:
    """Where the case is, in one sentence; `mine` when the trader reads it."""
    if not mine and dispute.state == State.INADMISSIBLE and dispute.waiting_on == Waiting.REVIEWER:
        return _("The complaint was not admitted, and a review was asked for.")
    if not mine and dispute.state in _TO_OTHERS:
        return str(_TO_OTHERS[dispute.state])
    if dispute.state == State.FINAL and dispute.waiting_on == Waiting.TRADER:
        return _reviewed(mine)
    if dispute.state == State.CLOSED and not dispute.outcome:
        return _("The case is closed.")
    if mine and dispute.state == State.INVESTIGATING and dispute.waiting_on in (Waiting.TRADER, Waiting.BOTH):
        return _(
            "The complaint handler has asked you for some things. What you do not have, you need not give."
        )
    say = _SENTENCES.get(dispute.state)
    if dispute.state == State.REMEDY_DUE and dispute.remedies.main().exclude(paid_at=None).exists():
        return _("The platform says it has carried out what it owed. Please confirm.")
    if dispute.state == State.REMEDY_DUE and answered(dispute):
        return _("The platform's answer is accepted. It has to carry out what it promised.")
    return say(dispute, neutral) if say else ""


def answered(dispute: Dispute) -> bool:
    """Whether what is owed comes from the platform's own answer."""
    remedy = dispute.remedies.main().select_related("decision").order_by("-id").first()
    return remedy is not None and remedy.decision is not None and remedy.decision.is_answer


def _reviewed(mine: bool) -> str:
    if mine:
        return _("The review is done. Its decision binds the platform if you accept it.")
    return _("The review is done. Its decision binds the platform if the trader accepts it.")


_OTHERWISE: dict[str, str | Promise] = {
    "assign_handler": gettext_lazy("If nobody has taken it by then, every supervisor is told."),
    "response": gettext_lazy(
        "If there is no answer by then, a letter tells how to go outside, and the case goes to mediation."
    ),
    "accept_response": gettext_lazy(
        "Without a word from you the case is closed; you can reopen it for a while, and still go outside."
    ),
    "decide_appeal": gettext_lazy("If this date is missed, the supervisors are told, and you see it here."),
    "appoint_mediator": gettext_lazy("If nobody has been appointed by then, the system draws by itself."),
    "mediator_accepts": gettext_lazy("If the person stays silent, somebody else is drawn."),
    "mediator_activity": gettext_lazy("If the mediator stays silent until then, somebody else takes over."),
    "mediation": gettext_lazy("Without an agreement by then the case goes to a decider."),
    "decide": gettext_lazy(
        "If this date is missed, the supervisor and compliance are told, and you see it here."
    ),
    "comment_provisional": gettext_lazy("Without a comment the decision is made on what is in the file."),
    "final_decision": gettext_lazy("If this date is missed, the supervisor is told, and you see it here."),
    "accept_decision": gettext_lazy(
        "Silence is not acceptance: then nobody is bound, and you may still go outside."
    ),
    "file_appeal": gettext_lazy(
        "Afterwards the decision is not reviewed here any more; the way outside stays."
    ),
    "reopen_window": gettext_lazy(
        "Afterwards everything stays readable, and your rights outside are untouched."
    ),
    "info_request": gettext_lazy("If nothing comes by then, the case goes on with what is in the file."),
    "reply": gettext_lazy("Without a reply the case goes on. Nothing is decided before."),
    "pay_remedy": gettext_lazy("If it is late, compliance is alarmed, and you see it here."),
    "confirm_remedy": gettext_lazy("Without an answer the case is closed with the proof of payment."),
}


_ENDS: dict[str, str | Promise] = {
    "no settlement": gettext_lazy("The mediation ended without an agreement."),
    "case over": gettext_lazy("The case is over."),
    "settled": gettext_lazy("The case was settled."),
    "reassigned": gettext_lazy("Another handler has the case."),
    "review decided": gettext_lazy("The review is decided."),
    "appeal": gettext_lazy("The decision is being reviewed by somebody else."),
    "decide_appeal": gettext_lazy("Did not decide the review in time."),
    "send_back": gettext_lazy("Sent the case back to a new decider."),
    "dropped": gettext_lazy("The request for a review was taken back."),
    "lapsed": gettext_lazy("The review was not decided in time."),
    "referred": gettext_lazy("The case went to an outside body."),
    "objected": gettext_lazy("A party objected."),
    "mediator_accepts": gettext_lazy("Did not answer in time."),
    "mediator_activity": gettext_lazy("Was silent for too long."),
}


def end_reason(reason: str) -> str:
    """Why a seat ended, in words; what a person wrote stays as it is."""
    return str(_ENDS.get(reason, reason))


def otherwise(clock: DisputeDeadline | None) -> str:
    """What happens when a date passes, or what has happened since it did."""
    if clock is None:
        return ""
    if clock.is_late:
        return str(_SINCE.get(clock.metric, _MISSED))
    return str(_OTHERWISE.get(clock.metric, ""))


_MISSED = gettext_lazy(
    "This date was missed. The supervisors have been told, and are told again until it is done."
)
_SINCE: dict[str, str | Promise] = {
    "pay_remedy": gettext_lazy(
        "It is late: compliance has been alarmed, and is told again until it is done."
    ),
    "response": gettext_lazy(
        "The answer is late. The trader has read how to go outside, and need not wait for it."
    ),
}


_SIDES: dict[str, set[str]] = {Waiting.BOTH: {Waiting.TRADER, Waiting.PLATFORM, Waiting.MEDIATOR}}


def next_clock(dispute: Dispute, clocks: Iterable[DisputeDeadline]) -> DisputeDeadline | None:
    """The clock that matters now: a duty of this stage that is late, else of those on whom the case waits,
    else the stage's, else the law's.
    """
    counted = [clock for clock in clocks if clock.metric != OUTSIDE]
    running = [clock for clock in counted if clock.state == Ticking.RUNNING and clock.due_at]
    # As the column `next_due_at` counts: what the law's clock missed is said on its own once a stage goes on.
    moving = any(clock.kind != Clock.STATUTORY for clock in running)
    late = [clock for clock in counted if clock.is_late and clock.warn_at]
    late = [clock for clock in late if clock.kind != Clock.STATUTORY or not moving]
    if late:
        return min(late, key=lambda clock: clock.moment)
    waited = _SIDES.get(dispute.waiting_on, {dispute.waiting_on})

    def rank(clock: DisputeDeadline) -> tuple[bool, bool, bool, datetime | None]:
        window = clock.metric == "object_mediator"
        return clock.kind == Clock.STATUTORY, window, clock.waits_for not in waited, clock.due_at

    return min(running, key=rank, default=None)


@dataclass(frozen=True)
class Date:
    """One line of the table of dates."""

    name: str
    waits_for: str
    started: datetime
    due: datetime | None
    state: str
    tone: str
    moved: list[Extension]
    ended: bool


_WINDOW_STATES = {
    Ticking.RUNNING: gettext_lazy("running"),
    Ticking.FULFILLED: gettext_lazy("met"),
    Ticking.BREACHED: gettext_lazy("missed"),
    Ticking.CANCELLED: gettext_lazy("no longer needed"),
    Ticking.PAUSED: gettext_lazy("paused"),
}


def dates(clocks: Iterable[DisputeDeadline]) -> list[Date]:
    """Every date of the case and how it ended: nothing is left out, missed ones least of all."""
    rows = []
    for clock in clocks:
        state, tone = str(_WINDOW_STATES[Ticking(clock.state)]), "due"
        if clock.state == Ticking.BREACHED:
            state, tone = (_("over"), "paused") if clock.metric in WINDOWS else (state, "late")
            if clock.fulfilled_at and clock.metric not in WINDOWS:
                state = _("missed, done later")
        elif clock.state == Ticking.CANCELLED:
            tone = "paused"
        rows.append(
            Date(
                clock_word(clock.metric),
                capfirst(str(Waiting(clock.waits_for).label)),
                clock.started_at,
                clock.due_at or clock.breached_at,
                state,
                tone,
                moved := list(clock.extensions.all()),
                clock.state != Ticking.RUNNING and tone != "late" and not moved,
            )
        )
    return rows
