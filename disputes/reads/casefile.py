"""What goes into a copy of a case, for one person: only what the doors let that person see."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core.files import ALLOWED

from .. import access
from ..access import taking
from ..access.letters import taken_letters
from ..models import Decision, Dispute, EventData, Evidence, Letter, Offer
from . import dossier, sidefile, verifier, words

PROGRAM = Path(verifier.__file__).read_bytes()
STYLE = (Path(__file__).parents[1] / "data" / "casefile.css").read_text(encoding="utf-8")
DOSSIER = "paper/dossier.pdf"
STYLE_SHA = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def moment(at: datetime | None) -> str | None:
    """UTC with microseconds, as in the log."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


def files(dispute: Dispute, person: Person) -> dict[str, Evidence]:
    """Evidence by its name in the copy: what this reader may open. What never arrived whole is not."""
    whole = access.evidence_for(person, dispute).in_index()
    return {f"evidence/{item.index_no}{ALLOWED.get(item.mime_detected, '.bin')}": item for item in whole}


def links(dispute: Dispute, person: Person) -> list[str]:
    """The log as lines: whole links, and the bare hashes of those the person may not know of."""
    return lines(dispute, set(taking.taken_events(person, dispute).values_list("seq", flat=True)))


def lines(dispute: Dispute, shown: set[int]) -> list[str]:
    """The same with the numbers of the links that are shown whole."""
    rows = dispute.events.order_by("seq").values_list("seq", "prev", "hash", "body")
    return [
        verifier.canonical(
            {"seq": seq, "prev": prev, "hash": digest} | ({"body": body} if seq in shown else {})
        )
        + "\n"
        for seq, prev, digest, body in rows.iterator(chunk_size=1000)
    ]


def texts(dispute: Dispute, person: Person) -> str:
    """What was typed, with the salts that prove it belongs to its link."""
    return typed(taking.taken_texts(person, dispute))


def typed(rows: Iterable[EventData]) -> str:
    """The same for these texts."""
    return "".join(
        verifier.canonical({"seq": row.event.seq, "ref": str(row.key), "salt": row.salt, "text": row.text})
        + "\n"
        for row in rows
    )


@contextmanager
def seen_by(person: Person) -> Iterator[None]:
    """In the person's language and time zone, whoever asks for the page."""
    try:
        zone = ZoneInfo(person.time_zone)
    except (KeyError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    with translation.override(person.language), timezone.override(zone):
        yield


class Shown:
    """One case through one person's eyes, asked for once and used for both the page and the data."""

    def __init__(
        self,
        dispute: Dispute,
        person: Person,
        role: str,
        at: datetime,
        printed: frozenset[str] = frozenset(),
    ) -> None:
        self.dispute, self.person, self.role, self.at = dispute, person, role, at
        self.printed = printed
        self.letters = list(taken_letters(person, dispute))
        self.files = files(dispute, person)
        self.page = dossier.page(dispute, person)
        open_to_them = set(taking.taken_events(person, dispute).values_list("seq", flat=True))
        self.hidden = dispute.chain_length - len(open_to_them)
        self.page |= {
            "letters": self.letters,
            "messages_said": list(taking.taken_messages(person, dispute)),
            "offers": list(taking.taken_offers(person, dispute)),
            "dates": words.dates(taking.taken_clocks(person, dispute)),
            "log": [line for line in self.page["log"] if line.seq in open_to_them],
        }

    def html(self, anchor: dict[str, Any] | None) -> bytes:
        """The dossier to read and to print: one file, no script, in the reader's language and zone."""
        names = {item.pk: name for name, item in self.files.items()}
        context = self.page | {
            "items": [(item, names.get(item.pk, "")) for item in self.page["evidence"]],
            "reader": self.person,
            "role": self.role,
            "made_at": self.at,
            "anchor": anchor,
            "hidden": self.hidden,
            "verify_url": settings.BASE_URL + reverse("disputes:verify"),
            "anchors_url": settings.BASE_URL + reverse("disputes:anchors"),
            "style_sha": STYLE_SHA,
            "decision_names": decision_names(self.page["decisions"]),
            "letter_rows": [
                (
                    letter,
                    letter_name(letter),
                    paper_name(letter) if paper_name(letter) in self.printed else "",
                )
                for letter in self.letters
            ],
            "dossier": DOSSIER if DOSSIER in self.printed else "",
            "side_parts": sidefile.parts(self.page, lambda at: f"{timezone.localtime(at):%Y-%m-%d %H:%M %z}"),
        }
        page = render_to_string("disputes/bundle/index.html", context | {"lang": self.person.language})
        # Pages of the product carry no style of their own; this one stands alone and is sealed by its hash.
        return page.replace("</head>", f"<style>{STYLE}</style></head>", 1).encode()

    def data(self) -> bytes:
        """The same for programs: codes, numbers and texts; moments are UTC."""
        case, page = self.dispute, self.page
        told = {
            "reference": case.reference,
            "ticket": case.ticket.reference,
            "subject": case.subject,
            "category": case.category,
            "language": case.language,
            "jurisdiction": case.jurisdiction,
            "policy_version": case.policy_version.number,
            "state": case.state,
            "waiting_on": case.waiting_on,
            "outcome": case.outcome,
            "platform_default": case.platform_default,
            "received_at": moment(case.received_at),
            "opened_at": moment(case.opened_at),
            "closed_at": moment(case.closed_at),
            "external_latest_at": moment(case.external_latest_at),
            "trader": str(case.trader),
            "points": [
                {"number": p.number, "title": p.title, "text": p.text, "raised_at": moment(p.raised_at)}
                for p in page["points"]
            ],
            "evidence": [self._item(item) for item in page["evidence"]],
            "decisions": [_decision(ruling) for ruling in page["decisions"]],
            "letters": [
                {
                    "number": one.number, "kind": one.kind, "language": one.language,
                    "template": one.template.number, "subject": one.subject,
                    "issued_at": moment(one.issued_at), "sha256": one.sha256, "chain_head": one.chain_head,
                    "file": letter_name(one),
                }
                for one in self.letters
            ],
            "messages": [
                {
                    "channel": m.channel, "author": str(m.author), "role": m.role, "body": m.body,
                    "language": m.language, "at": moment(m.created_at),
                }
                for m in page["messages_said"]
            ],
            "offers": [_offer(offer) for offer in page["offers"]],
            "dates": [
                {
                    "name": d.name, "waits_for": d.waits_for, "from": moment(d.started),
                    "until": moment(d.due), "state": d.state,
                }
                for d in page["dates"]
            ],
            "neutrals": [
                {
                    "name": seat["name"], "role": str(seat["role"]),
                    "declared_at": moment(seat["declared_at"]), "ended_at": moment(seat["ended_at"]),
                    "pool": seat["pool"], "excluded": seat["excluded"], "seed": seat["seed"],
                }
                for seat in page["seats"]
            ],
            "remedy": _remedy(page["remedy"]),
            **sidefile.data(page),
            "log": [
                {"seq": line.seq, "at": moment(line.at), "text": str(line.text), "hash": line.hash}
                for line in page["log"]
            ],
        }  # fmt: skip
        return verifier.pretty(told).encode()

    def is_typed(self, item: Evidence) -> bool:
        """Whether this reader may read what was typed about an item."""
        return item.is_faulty or any(one.pk == item.pk for one in self.files.values())

    def _item(self, item: Evidence) -> dict[str, Any]:
        name = next((name for name, one in self.files.items() if one.pk == item.pk), "")
        typed = self.is_typed(item)
        return {
            "index_no": item.index_no, "side": item.side, "kind": item.kind,
            "title": item.title if typed else "", "description": item.description if typed else "",
            "supports": item.supports, "filename": item.original_filename if typed else "",
            "mime": item.mime_detected, "size": item.size, "sha256": item.sha256, "status": item.status,
            "submitted_at": moment(item.submitted_at), "file": name, "visibility": item.visibility,
            "reasons": item.restricted_reason.split(",") if item.is_restricted else [],
            "summary": item.summary_for_other_side, "late_reason": item.late_reason, "ruling": item.ruling,
            "supersedes": item.supersedes.index_no if item.supersedes else "",
            "translation_of": item.translation_of.index_no if item.translation_of else "",
            "derivative_of": item.derivative_of.index_no if item.derivative_of else "",
        }  # fmt: skip


def letter_name(letter: Letter) -> str:
    """The file of a letter's text: what its hash is of."""
    return f"letters/{letter.number:02d}-{letter.kind}.json"


def paper_name(letter: Letter) -> str:
    """The file of the same letter on paper."""
    return f"paper/{letter.number:02d}-{letter.kind}.pdf"


def decision_names(decisions: list[Decision]) -> dict[int, str]:
    """The file of each issued decision."""
    return {ruling.pk: f"letters/decision-{ruling.number}.json" for ruling in decisions}


def _sum(amount: Any) -> str:
    return f"{amount.normalize():f}" if amount is not None else ""


def _decision(ruling: Decision) -> dict[str, Any]:
    return {
        "number": ruling.number, "kind": ruling.kind, "issued_at": moment(ruling.issued_at),
        "author": str(ruling.author), "language": ruling.language, "outcome": ruling.outcome,
        "remedy": ruling.remedy, "amount": _sum(ruling.amount), "currency": ruling.currency,
        "measure": ruling.measure, "measures": ruling.measures,
        "sha256": ruling.sha256, "chain_head": ruling.chain_head,
        "file": f"letters/decision-{ruling.number}.json",
    }  # fmt: skip


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "number": offer.number, "side": offer.side, "made_at": moment(offer.made_at), "text": offer.text,
        "remedy": offer.remedy, "amount": _sum(offer.amount), "currency": offer.currency,
        "state": offer.state, "reason": offer.answer_reason, "sha256": offer.text_sha256,
    }  # fmt: skip


def _remedy(remedy: Any) -> dict[str, Any] | None:
    if remedy is None:
        return None
    return {
        "kind": remedy.kind, "amount": _sum(remedy.amount), "currency": remedy.currency,
        "approved": remedy.is_approved, "paid_at": moment(remedy.paid_at), "proof": remedy.proof,
        "confirmed_at": moment(remedy.confirmed_at),
    }  # fmt: skip


def receipt(item: Evidence, person: Person) -> list[dict[str, Any]]:
    """Everything submitted together with this item, each with its link: the end of the log at that moment.

    Where one does not open for the reader, nothing that was typed about it is told.
    """
    case = item.dispute
    opens = set(access.evidence_for(person, case).values_list("pk", flat=True))
    together = case.evidence.filter(
        submitted_at=item.submitted_at, submitted_by=item.submitted_by, side=item.side
    )
    rows = []
    for one in together.order_by("number"):
        admitted = case.events.filter(action="dispute.evidence.admitted")
        link = admitted.filter(body__contains=f'"evidence":"{one.index_no}"').first()
        typed = one.pk in opens or (one.is_faulty and not one.is_restricted)
        rows.append({"item": one, "link": link, "admitted": not one.is_faulty, "typed": typed})
    return rows


def _minute(at: str) -> str:
    """A moment of a file for eyes; what does not look like one is shown as it is."""
    told = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\.\d{6}Z", at)
    return f"{told[1]} {told[2]} UTC" if told else at


def _verdict(report: verifier.Report, strange: bool) -> str:
    if strange:
        return _("This is not the file of a case, or it cannot be read.")
    return _("This file is not as it was made.") if report.wrong else ""


def describe(report: verifier.Report, lang: str) -> dict[str, Any]:
    """A verifier's report for a page: what it says of the file, in sentences."""
    strange = not report.case and {code for code, _values in report.wrong} == {"unreadable"}
    return {
        "ok": report.ok,
        "case": verifier.clean(report.case),
        "made_at": _minute(verifier.clean(report.at)),
        "published": report.published,
        "day": report.anchor["day"] if report.anchor and report.published else "",
        "wrong": [] if strange else report.lines("wrong", lang),
        "strange": strange,
        "right": report.lines("right", lang),
        "notes": report.lines("notes", lang),
        "verdict": _verdict(report, strange),
    }
