"""The platform's own answer: written by the handler, let out by a supervisor, answered by the trader."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..errors import AnswerChanged, Incomplete, SameHands
from ..models import Decision, Dispute, DisputeDeadline, Event
from ..reads.before import answer_of
from ..states import Actor, Conclusion, DecisionKind, LetterKind, Measure, State
from . import answering, authorising, chain, deadlines, lettering, moving, outside, ruling, telling
from .case import hold
from .handling import acting_handler, directing
from .ruling import Draft

REMINDERS = 2  # before the trader's silence may close a case


@transaction.atomic
def save_draft(dispute: Dispute, draft: Draft, *, by: Person, at: datetime | None = None) -> Decision:
    """Keep what is written so far."""
    dispute, at = hold(dispute), at or clock.now()
    answer = _written(dispute, draft, by)
    facts = {"decision": answer.pk}
    chain.add(dispute, "dispute.answer.drafted", by=by, role=Actor.CH, at=at, facts=facts)
    return answer


def _written(dispute: Dispute, draft: Draft, by: Person) -> Decision:
    access.acting(by, dispute, (Actor.CH,))
    if dispute.state != State.INVESTIGATING:
        raise Conflict(_("An answer is written while the case is investigated."), code="answer_not_open")
    acting_handler(by, dispute)
    if dispute.decisions.answers().filter(issued_at=None).exclude(submitted_at=None).exists():
        raise Conflict(_("The answer waits for a supervisor; they can send it back."), code="submitted")
    return ruling.write(dispute, draft, by, DecisionKind.RESPONSE)


@transaction.atomic
def submit(dispute: Dispute, draft: Draft, *, by: Person, at: datetime | None = None) -> Decision:
    """Put the complete answer before the supervisors."""
    dispute, at = hold(dispute), at or clock.now()
    answer = _written(dispute, draft, by)
    if wrong := missing(dispute, answer):
        raise Incomplete(_("The answer is not complete yet. Your text is kept."), fields=wrong)
    answer.submitted_at, answer.returned = at, ""
    answer.save(update_fields=["submitted_at", "returned"])
    facts = {"decision": answer.pk, "sha256": fingerprint(answer)}
    event = chain.add(dispute, "dispute.answer.submitted", by=by, role=Actor.CH, at=at, facts=facts)
    people = [person for person in telling.platform(dispute) if person.pk != by.pk]
    telling.people("dispute.task", dispute, event, people, task="answer")
    if (authority := authorising.for_answer(answer)) is not None and answer.amount is not None:
        authorising.ask(authority, event)
    return answer


def missing(dispute: Dispute, answer: Decision) -> dict[str, list[Any]]:
    """What the answer still owes, by field."""
    wrong = ruling.missing(dispute, answer)
    if answer.conclusion not in Conclusion.values:
        wrong["conclusion"] = [_("Please choose the form the answer ends in.")]
    elif answer.conclusion == Conclusion.OFFER and answer.remedy == "none":
        wrong["remedy"] = [_("An offer has to say what is offered.")]
    elif answer.conclusion == Conclusion.REJECT and answer.remedy not in {"", "none"}:
        wrong["conclusion"] = [_("Whoever rejects and still gives something makes an offer.")]
    if answer.measure not in Measure.values:
        wrong["measure"] = [_("Please say whether anything was changed.")]
    if not answer.measures:
        told = _("Please say what was changed, or why nothing had to change.")
        wrong["measures"] = [told]
    return wrong


def fingerprint(answer: Decision) -> str:
    """What says whether a draft is still the text somebody has read."""
    return hashlib.sha256(ruling.text_of(answer).encode()).hexdigest()


def _submitted(dispute: Dispute) -> Decision:
    answer = dispute.decisions.answers().filter(issued_at=None).exclude(submitted_at=None).first()
    if dispute.state != State.INVESTIGATING or answer is None:
        raise Conflict(_("No answer waits for approval."), code="nothing_submitted")
    return answer


@transaction.atomic
def send_back(dispute: Dispute, *, by: Person, reason: str, at: datetime | None = None) -> Event:
    """Not like this: the handler goes on with it, and reads why."""
    dispute, at = hold(dispute), at or clock.now()
    role = directing(by, dispute)
    answer = _submitted(dispute)
    if answer.author_id == by.pk:
        raise SameHands
    reason = many_lines(reason)[:4000]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say what has to change.")]})
    answer.submitted_at, answer.returned = None, reason
    answer.save(update_fields=["submitted_at", "returned"])
    authorising.end(answer.authorities.live(), at=at)
    facts, private = {"decision": answer.pk}, {"reason": reason}
    event = chain.add(
        dispute, "dispute.answer.returned", by=by, role=role, at=at, facts=facts, private=private
    )
    telling.people("dispute.task", dispute, event, [answer.author], task="answer_back")
    return event


@transaction.atomic
def issue(dispute: Dispute, *, by: Person, sha256: str, at: datetime | None = None) -> Decision:
    """A supervisor who did not write it lets the answer out, to both sides at the same moment.

    With that they also approve the money in it, if their approval is one that the sum still lacks.
    """
    dispute, at = hold(dispute), at or clock.now()
    directing(by, dispute)
    answer = _submitted(dispute)
    if answer.author_id == by.pk:
        raise SameHands
    if sha256 != fingerprint(answer):
        raise AnswerChanged
    if missing(dispute, answer):
        raise Conflict(
            _("The case has grown since this was written: please send it back to be completed."),
            code="answer_incomplete",
        )
    authorising.let_out(authorising.for_answer(answer), by=by, at=at)
    answer.approved_by = by
    ruling.seal(dispute, answer, at, rights(dispute, at))
    facts = ruling.facts_of(answer) | {"conclusion": answer.conclusion, "author": answer.author_id}
    event = moving.apply(dispute, "respond", by=by, at=at, facts=facts)
    letter = lettering.issue(dispute, LetterKind.ANSWER, event, decision=answer)
    told = {"conclusion": answer.conclusion, "letter": letter.number}
    telling.both("dispute.answer", dispute, event, **told)
    known = {person.pk for person in telling.platform(dispute)}
    if answer.author_id not in known:
        telling.people("dispute.answer", dispute, event, [answer.author], **told)
    return answer


def rights(dispute: Dispute, at: datetime) -> str:
    """What stays open to the trader, here and outside, in the language of the complaint; never typed."""
    with override(dispute.language):
        told = _(
            "You may accept this answer, or say no and ask for mediation by somebody neutral; no reason is"
            " needed, and it costs nothing."
        )
        if until := deadlines.due_by(dispute.policy_version, "accept_response", at):
            either = _("You can do either until %(day)s.")
            told += outside.gap() + either % {"day": outside.day(dispute, until)}
        told += outside.gap() + _("Whatever you do here, you may go to court or to an outside body.")
        if latest := outside.latest_if_sent(dispute, at):
            told += outside.gap() + _("The last day to go outside under %(policy)s is %(day)s.") % {
                "policy": dispute.jurisdiction_word,
                "day": outside.day(dispute, latest),
            }
    return told


def _standing(dispute: Dispute) -> Decision:
    answer = answer_of(dispute)
    if dispute.state != State.RESPONSE_ISSUED or answer is None:
        raise Conflict(_("There is no answer to accept at this stage."), code="answer_not_open")
    return answer


@transaction.atomic
def accept(dispute: Dispute, *, by: Person, sha256: str, at: datetime | None = None) -> Event:
    """The trader accepts exactly this text: it settles the case, and what it promises is owed now."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.TR,))
    answer = _standing(dispute)
    if sha256 != answer.sha256:
        raise AnswerChanged
    facts: dict[str, Any] = {"decision": answer.pk, "sha256": answer.sha256}
    if answer.remedy == "none":
        event = moving.apply(
            dispute, "accept_response_only", by=by, at=at, facts=facts, outcome=answer.outcome
        )
        telling.both("dispute.step", dispute, event, step="closed")
        return event
    facts |= {"remedy": answering.owe(dispute, answer).pk}
    event = moving.apply(dispute, "accept_response", by=by, at=at, facts=facts, outcome=answer.outcome)
    telling.both("dispute.step", dispute, event, step="answer_accepted")
    answering.announce(dispute, event)
    return event


@transaction.atomic
def ask_mediation(dispute: Dispute, *, by: Person, reason: str = "", at: datetime | None = None) -> Event:
    """The trader says no. Nobody asks whether they are right: somebody neutral is appointed."""
    dispute, at = hold(dispute), at or clock.now()
    reason = many_lines(reason)[:4000]
    private = {"reason": reason} if reason else None
    event = moving.apply(dispute, "ask_for_mediation", by=by, at=at, private=private)
    telling.both("dispute.step", dispute, event, step="mediation_asked")
    telling.people("dispute.task", dispute, event, telling.platform(dispute), task="draw")
    return event


@transaction.atomic
def window_lapsed(dispute: Dispute, clock_: DisputeDeadline, *, at: datetime) -> None:
    """The trader said nothing (T10): after the reminders the case closes; without them time begins anew."""
    dispute = hold(dispute)
    if dispute.state != State.RESPONSE_ISSUED:
        return
    if clock_.rungs.exclude(rung="due").values("at").distinct().count() < REMINDERS:
        again = deadlines.start(dispute, "accept_response", at=at)
        facts = {"set": [deadlines.told_as(row) for row in again]}
        event = chain.add(dispute, "dispute.clock.again", by=None, role=Actor.SY, at=at, facts=facts)
        telling.trader("dispute.step", dispute, event, step="time_again")
        return
    event = moving.apply(dispute, "close_without_reply", by=None, at=at, outcome="no_reply")
    letter = lettering.issue(dispute, LetterKind.NO_REPLY, event)
    telling.both("dispute.step", dispute, event, step="no_reply", letter=letter.number)
