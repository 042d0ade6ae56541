"""What a file for a body outside holds: what both sides can see, and of all else that it is not there.

Nothing in it depends on who makes it. Offers, talks apart, the house's own work and holds stay here; of an
item that is held back there is its summary; one body does not learn of another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from faq.models import PolicyVersion as Terms
from helpdesk.core.files import ALLOWED

from ..access import handler_of, taking
from ..models import Assignment, Decision, DisputeDeadline, Evidence, ExternalPack, InfoRequest, Letter
from ..states import Actor, Channel, LetterKind, word
from . import register, words
from . import terms as editions
from .casefile import letter_name, moment, paper_name
from .dossier import Line, category_word, told
from .verifier import pretty

FORMAT = "helpdesk-external-pack/1"
MAIN, INDEX, PROCEDURE = "pack.json", "index.html", "terms/procedure.json"
# Columns of the register that say what only a few may know of a person or a case.
_INSIDE = ("vulner", "adjust", "hold", "care")
# Columns that would tell what the sides agreed on between themselves.
_SETTLED = ("redress",)
REPORT = "verification_report"
Told = dict[str, Any]


def letters(pack: ExternalPack) -> list[Letter]:
    """The letters that go along: nothing of what was settled, nor covers for other bodies."""
    rows = pack.dispute.letters.select_related("template").order_by("id")
    rows = rows.exclude(kind=LetterKind.SETTLEMENT)
    rows = rows.exclude(kind=LetterKind.REMEDY, issued_at__in=taking.settled_at(pack.dispute))
    return [row for row in rows if row.kind != LetterKind.PACK or row.pk == pack.letter_id]


def items(pack: ExternalPack) -> list[Evidence]:
    """The index as both sides see it."""
    rows = pack.dispute.evidence.in_index().select_related("derivative_of", "supersedes", "translation_of")
    return list(rows.order_by("side", "number"))


def is_shown(item: Evidence) -> bool:
    """Whether the file itself goes along."""
    return item.visibility == "both"


def files(pack: ExternalPack) -> dict[str, Evidence]:
    """Evidence by its name in the pack."""
    shown = [item for item in items(pack) if is_shown(item)]
    return {f"evidence/{item.index_no}{ALLOWED.get(item.mime_detected, '.bin')}": item for item in shown}


def reports(pack: ExternalPack) -> list[Evidence]:
    """Reports of checked trades, which are items of the index."""
    return [item for item in items(pack) if item.kind == REPORT]


def said(pack: ExternalPack) -> Any:
    """What was said to everyone."""
    return pack.dispute.messages.filter(channel=Channel.OPEN).select_related("author").order_by("id")


def decisions(pack: ExternalPack) -> list[Decision]:
    """The platform's answer and what neutrals decided, as issued."""
    rows = pack.dispute.decisions.issued().select_related("author").prefetch_related("findings__point")
    return list(rows.order_by("number"))


def clocks(pack: ExternalPack) -> list[DisputeDeadline]:
    """Every date but those of offers, which would tell that there was one."""
    return list(pack.dispute.deadlines.exclude(metric="offer_valid").order_by("due_at", "id"))


def seats(pack: ExternalPack) -> list[Assignment]:
    """Who had a neutral's part in it."""
    return [seat for seat in pack.dispute.assignments.select_related("user") if seat.is_neutral]


def handler(pack: ExternalPack) -> str:
    """Whom the body can ask: who handles the case, else who made the file."""
    seat = handler_of(pack.dispute)
    if seat is None:
        last = pack.dispute.assignments.filter(role=Actor.CH).select_related("user").order_by("-id").first()
        seat = last
    return str(seat.user) if seat else str(pack.made_by)


@dataclass(frozen=True)
class Document:
    """A document of the house that was in force when it happened, in one language."""

    name: str
    title: str
    version: int
    since: datetime
    language: str
    text: str
    sha256: str


def terms(pack: ExternalPack) -> Iterator[Document]:
    """The documents in force on the day it happened, or was complained of where nobody has said when."""
    at = pack.dispute.incident_at or pack.dispute.received_at
    for version in Terms.objects.in_force(at).select_related("policy").prefetch_related("texts"):
        for text in sorted(version.texts.all(), key=lambda one: one.language):
            name = f"terms/{version.policy.slug}-v{version.number}.{text.language}.txt"
            yield Document(
                name, text.title, version.number, version.effective_at, text.language, text.body, text.sha256
            )


def procedure(pack: ExternalPack) -> bytes:
    """The figures of the procedure the case is under, as frozen at its opening; its hash is in the log."""
    policy = pack.dispute.policy_version
    told = editions.text(policy) | {"sha256_of_the_rest": editions.sha256(policy)}
    return pretty(told).encode()


def log(pack: ExternalPack) -> list[Line]:
    """The acts both sides may know of, as sentences."""
    return [told(event, pack.dispute) for event in taking.handed_events(pack).order_by("seq")]


def data(pack: ExternalPack, at: datetime, contact: Told, left_out: list[str]) -> bytes:
    """Every field, for programs: codes, numbers, texts; moments are UTC."""
    case, body = pack.dispute, pack.body
    found: Told = {
        "format": FORMAT,
        "pack": pack.number,
        "made_at": moment(at),
        "log_length": case.chain_length,
        "body": {
            "name": pack.body_name, "their_reference": pack.their_reference,
            **({} if body is None else {
                "code": body.code, "name_en": body.name_en, "name_zh": body.name_zh, "country": body.country,
                "covers_en": body.covers_en, "covers_zh": body.covers_zh, "web": body.web,
                "languages": body.languages, "limit": body.limit_n, "limit_unit": body.limit_unit,
                "counts_from": body.counts_from, "cost_en": body.cost_en, "cost_zh": body.cost_zh,
                "binding": body.binding,
            }),
        },
        "contact": contact,
        "case": _case(pack),
        "register": _register(pack, at),
        "points": [
            {"number": one.number, "title": one.title, "text": one.text, "language": one.language,
             "raised_at": moment(one.raised_at)}
            for one in case.points.all()
        ],
        "letters": [_letter(one) for one in letters(pack)],
        "decisions": [_decision(one) for one in decisions(pack)],
        "evidence": [_item(one, files(pack)) for one in items(pack)],
        "verification_reports": [one.index_no for one in reports(pack)],
        "requests": [_request(one) for one in case.info_requests.prefetch_related("items")],
        "messages": [
            {"author": str(one.author), "role": one.role, "body": one.body, "language": one.language,
             "at": moment(one.created_at)}
            for one in said(pack)
        ],
        "dates": [
            {"key": one.metric, "waits_for": one.waits_for, "state": one.state, "cycle": one.cycle,
             "from": moment(one.started_at), "until": moment(one.due_at), "met_at": moment(one.fulfilled_at),
             "broken_at": moment(one.breached_at)}
            for one in clocks(pack)
        ],
        "neutrals": [
            {"name": str(one.user), "role": one.role, "declared_at": moment(one.declared_at),
             "ended_at": moment(one.ended_at)}
            for one in seats(pack)
        ],
        "appeals": [
            {"number": one.number, "side": one.side, "at": moment(one.at), "ground": one.ground,
             "reasons": one.reasons, "result": one.result}
            for one in case.appeals.all()
        ],
        "remedies": [
            {"kind": one.kind, "amount": _sum(one.amount), "currency": one.currency,
             "paid_at": moment(one.paid_at), "proof": one.proof, "confirmed_at": moment(one.confirmed_at)}
            for one in case.remedies.filter(offer=None, part_of__offer=None)
        ],
        "terms": [
            {"file": one.name, "title": one.title, "version": one.version, "since": moment(one.since),
             "language": one.language, "sha256": one.sha256}
            for one in terms(pack)
        ] + [{"file": PROCEDURE}],
        "acceptance_of_terms": None,
        "left_out": left_out,
    }  # fmt: skip
    return pretty(found).encode()


def _case(pack: ExternalPack) -> Told:
    case = pack.dispute
    account, names = case.account, ("reference", "subject", "category", "language", "jurisdiction", "state")
    return {name: str(getattr(case, name)) for name in names} | {
        "ticket": case.ticket.reference, "category_word": category_word(case.category),
        "policy_version": case.policy_version.number, "waiting_on": case.waiting_on,
        "outcome": case.outcome, "platform_default": case.platform_default,
        "product_not_permitted": case.product_not_permitted,
        "received_at": moment(case.received_at), "incident_at": moment(case.incident_at),
        "opened_at": moment(case.opened_at), "closed_at": moment(case.closed_at),
        "external_latest_at": moment(case.external_latest_at),
        "trader": str(case.trader), "account": account.number if account else "",
        "entity": account.entity.code if account else "", "company": account.entity.name if account else "",
    }  # fmt: skip


def _register(pack: ExternalPack, at: datetime) -> list[register.Row]:
    keys = list(pack.dispute.complaints.order_by("number").values_list("pk", flat=True))
    rows = register.told(keys, at)
    away = _INSIDE + (_SETTLED if taking.settled_at(pack.dispute) else ())
    return [{name: text for name, text in row.items() if not name.startswith(away)} for row in rows]


def _sum(amount: Any) -> str:
    return f"{amount.normalize():f}" if amount is not None else ""


def _letter(one: Letter) -> Told:
    return {
        "number": one.number, "kind": one.kind, "language": one.language, "template": one.template.number,
        "subject": one.subject, "issued_at": moment(one.issued_at), "sha256": one.sha256,
        "chain_head": one.chain_head, "file": letter_name(one), "paper": paper_name(one),
    }  # fmt: skip


_TEXTS = (
    "facts", "rule_applied", "reasoning", "calculation", "not_accepted", "comments_answered",
    "differs_because", "rights", "measure", "measures", "conclusion", "outcome", "root_cause", "remedy",
    "currency", "review", "language", "kind", "sha256", "chain_head",
)  # fmt: skip


def _decision(one: Decision) -> Told:
    return {name: getattr(one, name) for name in _TEXTS} | {
        "number": one.number, "author": str(one.author), "issued_at": moment(one.issued_at),
        "amount": _sum(one.amount), "evidence": sorted(one.evidence_relied),
        "points": [
            {"point": row.point.number, "finding": row.finding, "answer": row.answer}
            for row in one.findings.all()
        ],
    }  # fmt: skip


def _item(item: Evidence, shown: dict[str, Evidence]) -> Told:
    """An item with everything, or with its summary and why it is held back."""
    name = next((name for name, one in shown.items() if one.pk == item.pk), "")
    found = {
        "index_no": item.index_no, "side": item.side, "kind": item.kind, "mime": item.mime_detected,
        "size": item.size, "sha256": item.sha256, "status": item.status, "visibility": item.visibility,
        "submitted_at": moment(item.submitted_at), "supports": list(item.supports), "file": name,
        "reasons": item.restricted_reason.split(",") if item.is_restricted else [],
        "summary": item.summary_for_other_side,
        "derivative_of": item.derivative_of.index_no if item.derivative_of else "",
        "supersedes": item.supersedes.index_no if item.supersedes else "",
        "translation_of": item.translation_of.index_no if item.translation_of else "",
    }  # fmt: skip
    if name:
        found |= {
            "title": item.title, "description": item.description, "filename": item.original_filename,
            "captured_at": moment(item.captured_at), "source_system": item.source_system,
            "language": item.language, "late_reason": item.late_reason, "ruling": item.ruling,
        }  # fmt: skip
    return found


def _request(one: InfoRequest) -> Told:
    return {
        "number": one.number, "side": one.side, "role": one.role, "asked_at": moment(one.asked_at),
        "why": one.note, "until": moment(one.deadline.due_at if one.deadline else None), "state": one.state,
        "items": [
            {"number": item.number, "title": item.title, "kind": item.kind, "differs": item.differs,
             "answered_with": list(item.answered_with), "missing_because": item.missing_because}
            for item in one.items.all()
        ],
    }  # fmt: skip


def context(pack: ExternalPack) -> Told:
    """What the page in the pack shows."""
    case = pack.dispute
    names = {item.pk: name for name, item in files(pack).items()}
    return {
        "pack": pack,
        "dispute": case,
        "category": category_word(case.category),
        "account": case.account,
        "points": list(case.points.all()),
        "letter_rows": [(one, letter_name(one), paper_name(one)) for one in letters(pack)],
        "decisions": decisions(pack),
        "items": [(item, names.get(item.pk, "")) for item in items(pack)],
        "reports": reports(pack),
        "messages_said": list(said(pack)),
        "dates": words.dates(clocks(pack)),
        "seats": [(str(one.user), str(Actor(one.role).label), one) for one in seats(pack)],
        "terms": list(terms(pack)),
        "procedure": PROCEDURE,
        "log": log(pack),
        "handler": handler(pack),
        "outcome": word("outcomes", case.outcome) if case.outcome else "",
    }


def left_out() -> list[str]:
    """What stays here, and why, in the active language."""
    return [
        _("Offers of settlement and what was said in confidence to a mediator: both are without prejudice."),
        _("Items that were held back: the index has their summary and the reason instead."),
        _("Internal notes and drafts of the house, and the traffic of other cases."),
        _("A record of when the complainant accepted which terms: none is kept here."),
    ]
