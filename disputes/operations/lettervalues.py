"""What stands in the places of a letter, in the active language: facts of the case, nothing invented."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from ..errors import LetterIncomplete
from ..models import (
    Admission,
    Assignment,
    Decision,
    Dispute,
    Event,
    InfoItem,
    InfoRequest,
    Offer,
    Remedy,
)
from ..reads import names, words
from ..reads.letters import Row, Value
from ..reads.public import Span
from ..states import (
    BARRED,
    NEUTRAL,
    Conclusion,
    DecisionKind,
    EvidenceKind,
    LetterKind,
    LetterLanguage,
    Side,
    State,
    Unfit,
    Waiting,
)
from . import outside, outward, packvalues

STAGES = (
    "response", "hard_stop", "accept_response", "appoint_mediator", "mediation", "decide",
    "comment_provisional", "final_decision", "accept_decision", "file_appeal", "decide_appeal",
)  # fmt: skip


def gathered(
    dispute: Dispute,
    kind: str,
    event: Event,
    *,
    decision: Decision | None = None,
    languages: list[str],
    **told: Any,
) -> dict[str, Value]:
    """Every place of this kind of letter that can be filled."""
    values: dict[str, Value] = _always(dispute, languages)
    if decision is not None:
        values |= _decision(dispute, decision)
    if own := _OF.get(kind):
        values |= own(dispute, event, **told)
    return values


def _day(dispute: Dispute, at: datetime | None) -> str:
    return outside.day(dispute, at) if at else ""


def _until(dispute: Dispute, metric: str) -> str:
    clock = dispute.deadlines.running().filter(metric=metric).order_by("-due_at").first()
    return _day(dispute, clock.due_at) if clock else ""


def company(dispute: Dispute) -> str:
    """Who writes: the company the trader's account is with, else the platform under its own name."""
    return names.company(dispute)


def _always(dispute: Dispute, languages: list[str]) -> dict[str, Value]:
    version = dispute.policy_version.number
    return {
        "reference": dispute.reference,
        "subject": dispute.subject,
        "trader": str(dispute.trader),
        "company": company(dispute),
        "received": _day(dispute, dispute.received_at),
        "contact": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "page": settings.BASE_URL + dispute.get_absolute_url(),
        "policy": _("%(policy)s, version %(n)s") % {"policy": dispute.jurisdiction_word, "n": version},
        "languages": _(", ").join(str(LetterLanguage(code).label) for code in languages),
        "latest": outside.told(dispute),
        "rights": rights(dispute),
        "bodies": _bodies(dispute),
        "evidence_count": str(dispute.evidence.in_file().count()),
        "points": [(f"{point.number}.", point.title, "") for point in dispute.points.all()],
        "reopen_by": _until(dispute, "reopen_window"),
    }


def rights(dispute: Dispute) -> str:
    """The way outside, in every letter: at any time, at no cost here, and until when."""
    told = _(
        "You may go to court or to an outside body at any time, whatever happens here. It costs you nothing"
        " here, and nobody may treat you worse for it."
    )
    if latest := outside.told(dispute):
        told += outside.gap() + _("The last day to go outside under %(policy)s is %(day)s.") % {
            "policy": dispute.jurisdiction_word,
            "day": latest,
        }
    return told


def _bodies(dispute: Dispute) -> list[Row]:
    rows: list[Row] = []
    for one in outward.bodies(dispute):
        until = _("until %(day)s") % {"day": _day(dispute, one.last)} if one.last else one.not_yet
        told = [one.body.web, until, _("binds: %(whom)s") % {"whom": one.body.get_binding_display()}]
        rows.append(("", str(one.body), " · ".join(filter(None, told))))
    return rows


def _acknowledgement(dispute: Dispute, _event: Event) -> dict[str, Value]:
    handled = (
        _(
            "A complaint handler who was not on your ticket checks the facts and answers each point. You can"
            " accept that answer, or ask for a mediator who has not worked on your case."
        )
        if dispute.cause == "complaint"
        else _(
            "A mediator who has not worked on your case is drawn at random. If there is no agreement, a"
            " different person decides, with reasons for each point."
        )
    )
    default = _(
        "It opened by itself, because we did not keep our promise of a solution. This is recorded as the"
        " platform's default."
    )
    return {
        "handled_by": handled,
        "default": default if dispute.platform_default else "",
        "stages": _stages(dispute),
    }


def _stages(dispute: Dispute) -> list[Row]:
    """Dates where they are known already, else how long the stage takes once it begins."""
    known = {clock.metric: clock.due_at for clock in dispute.deadlines.running()}
    rows: list[Row] = []
    for key in STAGES:
        if dispute.cause != "complaint" and key == "accept_response":
            continue
        span = dispute.policy_version.span(key)
        if due := known.get(key):
            rows.append(("", words.clock_word(key), _("by %(day)s") % {"day": _day(dispute, due)}))
        elif span is not None and key not in ("response", "hard_stop"):
            taken = _("%(span)s from the beginning of this stage") % {"span": Span(*span)}
            rows.append(("", words.clock_word(key), taken))
    if latest := outside.told(dispute):
        rows.append(("", words.clock_word("external_latest"), latest))
    return rows


def _inadmissible(_dispute: Dispute, _event: Event, *, found: Admission) -> dict[str, Value]:
    return {
        "reason": str(Unfit(found.reason).label),
        "explanation": found.explanation,
        "elsewhere": found.elsewhere,
    }


def _solved(_dispute: Dispute, _event: Event, *, words: str) -> dict[str, Value]:
    return {"words": words}


def _delay(dispute: Dispute, _event: Event, *, reason: str, expected: str) -> dict[str, Value]:
    undone = {Waiting.MEDIATOR: _("the mediation"), Waiting.DECIDER: _("the reasoned decision")}
    late = _("The work took longer than our own rules allow. That is our fault, not yours.")
    return {
        "why": reason or late,
        "open": undone.get(Waiting(dispute.waiting_on), _("our final answer")),
        "expected": expected,
    }


def names_of(dispute: Dispute, numbers: Iterable[str]) -> list[Row]:
    """Items by number with their names; not of what is held back, for both sides read the letter."""
    items = {item.index_no: item for item in dispute.evidence.all()}
    names = {
        number: _("Not shown whole") if item.is_restricted else item.title for number, item in items.items()
    }
    return [(number, names.get(number, ""), "") for number in sorted(numbers)]


def _decision(dispute: Dispute, decision: Decision) -> dict[str, Value]:
    remedy = f"{decision.remedy_word} {decision.money}".strip() if decision.remedy else ""
    approved = str(decision.approved_by) if decision.approved_by else ""
    told: dict[str, Value] = {
        "answers": _answers(dispute, decision),
        "facts": decision.facts,
        "evidence": list(names_of(dispute, decision.evidence_relied)),
        "rule": decision.rule_applied,
        "reasons": decision.reasoning,
        "calculation": decision.calculation,
        "not_accepted": decision.not_accepted,
        "comments": decision.comments_answered,
        "measures": _measures(dispute, decision),
        "differs": decision.differs_because,
        "conclusion": str(Conclusion(decision.conclusion).label) if decision.conclusion else "",
        "outcome": decision.outcome_word,
        "remedy": remedy,
        "review": decision.review_word,
        "rights": decision.rights,
        "decided_by": str(decision.author),
        "approved_by": approved,
        "comment_by": _until(dispute, "comment_provisional"),
        "accept_by": _until(dispute, "accept_response" if decision.is_answer else "accept_decision"),
        "appeal_by": _until(dispute, "file_appeal"),
    }
    return told | ({"hands": _hands(dispute, decision)} if decision.is_answer else {})


def _measures(dispute: Dispute, decision: Decision) -> list[Row]:
    """What was changed so that it does not happen again: the platform's own words, also after its answer."""
    if decision.is_answer:
        return [("", decision.measure_word, decision.measures)]
    answer = dispute.decisions.answers().issued().exclude(measure="").order_by("-number").first()
    if answer is None:
        return []
    said = _("The platform in its answer of %(day)s:") % {"day": _day(dispute, answer.issued_at)}
    return [("", f"{said} {answer.measure_word}", answer.measures)]


def _answers(dispute: Dispute, decision: Decision) -> list[Row]:
    answered = {row.point_id: row for row in decision.findings.all()}
    rows: list[Row] = []
    for point in dispute.points.all():
        row = answered.get(point.pk)
        if row is None or not row.finding or not row.answer.strip():
            open_still = _("Point %(n)s has no answer yet.") % {"n": point.number}
            raise LetterIncomplete(fields={"answers": [open_still]})
        rows.append((f"{point.number}.", f"{point.title} – {row.finding_word}", row.answer))
    return rows


def _hands(dispute: Dispute, decision: Decision) -> str:
    """Who wrote it and who approved it; that they were not on the ticket is said of whom it is true of."""
    touched = set(dispute.involvements.filter(how__in=BARRED).values_list("user_id", flat=True))
    names = {"author": str(decision.author), "approver": str(decision.approved_by or "")}
    if not touched & {decision.author_id, decision.approved_by_id}:
        return (
            _("Written by %(author)s and approved by %(approver)s. Neither of them worked on the ticket.")
            % names
        )
    return (
        _("Written by %(author)s, who did not work on the ticket, and approved by %(approver)s.") % names
        if decision.author_id not in touched
        else _("Written by %(author)s and approved by %(approver)s.") % names
    )


def _appointment(dispute: Dispute, _event: Event, *, seat: Assignment, interests: str) -> dict[str, Value]:
    signed = (
        _("I am impartial: I have not worked on this case and hold no view on it."),
        _("I have no interest in how it ends, and no relationship with either side."),
        _("I have the time to do this within the dates of the procedure."),
    )
    return {
        "mediator": str(seat.user),
        "statements": [("–", "", text) for text in signed],
        "interests": interests,
        "object_by": _until(dispute, "object_mediator"),
        "mediation_by": _until(dispute, "mediation"),
    }


def _settlement(_dispute: Dispute, _event: Event, *, offer: Offer) -> dict[str, Value]:
    return {
        "terms": offer.text,
        "remedy": f"{offer.remedy_word} {offer.money}".strip(),
        "seal": offer.text_sha256,
    }


def _remedy(dispute: Dispute, _event: Event, *, remedy: Remedy) -> dict[str, Value]:
    return {
        "remedy": f"{remedy.kind_word} {remedy.money}".strip(),
        "proof": remedy.proof,
        "carried_out": _day(dispute, remedy.paid_at),
        "confirm_by": _until(dispute, "confirm_remedy"),
    }


def _info_request(dispute: Dispute, _event: Event, *, asked: InfoRequest) -> dict[str, Value]:
    """What, why, by when, what happens without it; to the side that is asked, from whoever asks."""
    asker, trader = f"{asked.asked_by} ({asked.role_word})", asked.side == Side.TRADER
    without = _("If nothing comes by then, the case goes on with what is in the file.")
    more = (
        _("You lose no right by it, and silence is not held against you.")
        if trader
        else _("The trader has no disadvantage from it.")
    )
    return {
        "asker": asker,
        "items": [_asked_for(item) for item in asked.items.all()],
        "why": asked.note,
        "until": _day(dispute, asked.deadline.due_at if asked.deadline else None),
        "otherwise": without + outside.gap() + more,
        "answer_at": settings.BASE_URL + reverse("disputes:asked", args=[dispute.reference, asked.number]),
        "from": asker if asked.role in NEUTRAL else company(dispute),
        "to": str(dispute.trader) if trader else company(dispute),
    }


def _asked_for(item: InfoItem) -> Row:
    """One thing: what kind it is, how it differs from what is there, or that it is there."""
    kind = item.kind_word if item.kind != EvidenceKind.OTHER else ""
    there = _("in the file already as %(item)s") % {"item": ", ".join(item.answered_with)}
    return (
        f"{item.number}.",
        item.title,
        "\n".join(filter(None, (kind, item.differs, there * item.is_held))),
    )


def _no_reply(dispute: Dispute, _event: Event) -> dict[str, Value]:
    answered = dispute.decisions.filter(kind=DecisionKind.RESPONSE).issued().order_by("-number").first()
    return {"answered_on": _day(dispute, answered.issued_at) if answered else ""}


def _rights(dispute: Dispute, _event: Event) -> dict[str, Value]:
    if dispute.state == State.WITHDRAWN:
        why = _("You have withdrawn your complaint. Withdrawing it takes no right away from you.")
    elif dispute.state == State.INADMISSIBLE:
        why = _("A review has confirmed that we cannot handle your complaint. That decides nothing outside.")
    elif dispute.state == State.CLOSED:
        why = _("The time to accept the decision is over, so nobody is bound by it, and the file is closed.")
    else:
        why = _("The decision was not accepted, so nobody is bound by it. Our own procedure has ended.")
    return {"why": why}


_OF: dict[str, Any] = {
    LetterKind.ACKNOWLEDGEMENT: _acknowledgement,
    LetterKind.INADMISSIBLE: _inadmissible,
    LetterKind.SOLVED: _solved,
    LetterKind.DELAY: _delay,
    LetterKind.APPOINTMENT: _appointment,
    LetterKind.SETTLEMENT: _settlement,
    LetterKind.REMEDY: _remedy,
    LetterKind.NO_REPLY: _no_reply,
    LetterKind.RIGHTS: _rights,
    LetterKind.INFO_REQUEST: _info_request,
    LetterKind.PACK: packvalues.cover,
}
