"""A file of the case for one body outside (5.6), and the record of what was handed over.

Three short steps under the case's lock with the slow work between them. First the cover is issued and all
texts are gathered as they stand; then the letters are set on paper; then the log is closed with the seal of
the whole, as in every copy, so that the same program checks it; last the bytes are stored, hashed, noted.
"""

import hashlib
import logging
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock, paper, refs
from helpdesk.core.errors import Busy, Conflict, Invalid
from helpdesk.core.locks import hold as lock
from helpdesk.core.text import one_line

from ..access import packs as doors
from ..access import taking
from ..models import Dispute, Event, ExternalBody, ExternalPack, Letter
from ..reads import anchors, casefile, packfile, papers, verifier
from ..states import LetterKind, LetterLanguage, State
from . import bundling, chain, lettering, packvalues, ruling, telling
from .case import hold

log = logging.getLogger(__name__)
BEGUN, MADE, HANDED = "dispute.pack.begun", "dispute.pack.made", "dispute.pack.handed_over"
PIECE = 1024 * 1024


@dataclass(frozen=True)
class _Gathered:
    """Everything but the PDFs and the end of the log, as the case stood when the cover was issued."""

    pack: ExternalPack
    role: str
    letters: list[Letter]
    parts: dict[str, bytes]
    files: dict[str, dict[str, Any]]
    stored: dict[str, str]


def make(
    dispute: Dispute,
    *,
    by: Person,
    body: ExternalBody | None,
    body_name: str = "",
    their_reference: str = "",
    language: str = "",
) -> ExternalPack:
    """Make the file for one body; its bytes are kept as they are handed over."""
    gathered = _gathered(
        dispute, by, body, one_line(body_name)[:160], one_line(their_reference)[:80], language
    )
    gathered.parts.update(_on_paper(gathered))
    copy = _sealed(gathered, by)
    with tempfile.TemporaryFile() as stream:
        bundling.write(copy, stream)
        return _kept(gathered.pack, stream, by)


def language_of(dispute: Dispute, body: ExternalBody | None) -> str:
    """The complaint's language where the body works in it, else English."""
    spoken = {word.strip()[:2].lower() for word in body.languages.split(",")} if body else set()
    return dispute.language if dispute.language[:2] in spoken else LetterLanguage.EN


@transaction.atomic
def _gathered(
    dispute: Dispute, by: Person, body: ExternalBody | None, name: str, number: str, language: str
) -> _Gathered:
    proof = anchors.proof(dispute.reference)
    dispute, at = hold(dispute), clock.now()
    role = doors.require_making(by, dispute)
    if dispute.state == State.DRAFT or dispute.purged_at is not None:
        raise Conflict(_("There is nothing to hand over."), code="nothing_to_hand_over")
    if language not in {"", *LetterLanguage.values}:
        raise Invalid(fields={"language": [_("Please choose one of the languages.")]})
    if body is None and not name:
        raise Invalid(fields={"body": [_("Please choose the body, or write its name.")]})
    language = language or language_of(dispute, body)
    with translation.override(language):
        name = str(body) if body else name
    pack = ExternalPack.objects.create(
        dispute=dispute,
        number=(dispute.packs.aggregate(last=Max("number"))["last"] or 0) + 1,
        body=body,
        body_name=name,
        their_reference=number or _known_number(dispute, body, name),
        language=language,
        made_by=by,
        made_at=at,
    )
    event = _note(dispute, BEGUN, by, role, at, _facts(pack), {"body": name, "their_reference": number})
    pack.letter = lettering.issue(dispute, LetterKind.PACK, event, by=by, language=language, pack=pack)
    pack.save(update_fields=["letter"])
    return _snapshot(pack, role, at, proof)


def _known_number(dispute: Dispute, body: ExternalBody | None, name: str) -> str:
    """The body's own number, where it has the case already and we were told."""
    rows = dispute.referrals.filter(body=body) if body else dispute.referrals.filter(body_name=name)
    return rows.order_by("-number").values_list("their_reference", flat=True).first() or ""


def _facts(pack: ExternalPack) -> dict[str, Any]:
    return {"pack": pack.number, "body": pack.body.code if pack.body else ""}


def _note(
    dispute: Dispute,
    action: str,
    by: Person,
    role: str,
    at: datetime,
    facts: dict[str, Any],
    private: dict[str, Any] | None = None,
) -> Event:
    """A link of the log that involves nobody: whoever hands a file over has judged nothing."""
    return chain.add(dispute, action, by=by, role=role, at=at, facts=facts, private=private, handling=False)


def _snapshot(pack: ExternalPack, role: str, at: datetime, proof: Any) -> _Gathered:
    case, letters, left_out = pack.dispute, packfile.letters(pack), []
    zone = ZoneInfo(case.policy_version.rule["tz"])
    with translation.override(pack.language), timezone.override(zone):
        left_out = packfile.left_out()
        shown = packfile.context(pack) | {
            "lang": pack.language, "made_at": at, "anchor": proof, "style_sha": casefile.STYLE_SHA,
            "left_out": left_out, "contents": packvalues.contents(pack), "contact": packvalues.contact(pack),
        }  # fmt: skip
        page = str(render_to_string("disputes/bundle/pack.html", shown))
    page = page.replace("</head>", f"<style>{casefile.STYLE}</style></head>", 1)
    parts = {
        packfile.INDEX: page.encode(),
        packfile.MAIN: packfile.data(pack, at, packvalues.contact(pack), left_out),
        packfile.PROCEDURE: packfile.procedure(pack),
        verifier.TEXTS: casefile.typed(taking.handed_texts(pack)).encode(),
        "verify.py": casefile.PROGRAM,
    }
    parts |= {one.name: f"{one.title}\n{one.text}".encode() for one in packfile.terms(pack)}
    parts |= {casefile.letter_name(letter): letter.body.encode() for letter in letters}
    for decision in packfile.decisions(pack):
        parts[f"letters/decision-{decision.number}.json"] = ruling.text_of(decision).encode()
    items = packfile.files(pack)
    files = {name: {"size": item.size, "sha256": item.sha256} for name, item in items.items()}
    stored = {name: item.storage_key for name, item in items.items()}
    return _Gathered(pack, role, letters, parts, files, stored)


def _on_paper(gathered: _Gathered) -> dict[str, bytes]:
    """The letters as PDFs; none where they cannot be set now, for each is there as text, too."""
    try:
        made = paper.pdfs([papers.letter(one) for one in gathered.letters])
    except (paper.NoPaper, paper.TooLong, Busy):
        log.warning("pack.without_paper", extra={"dispute": gathered.pack.dispute.reference})
        return {}
    return dict(zip(map(casefile.paper_name, gathered.letters), made, strict=True))


@transaction.atomic
def _sealed(gathered: _Gathered, by: Person) -> bundling.Copy:
    """The last link of the log in it is its own making. Links that came meanwhile are there as well."""
    proof = anchors.proof(gathered.pack.dispute.reference)
    dispute, at = hold(gathered.pack.dispute), clock.now()
    doors.require_making(by, dispute)
    shown = set(taking.handed_events(gathered.pack).values_list("seq", flat=True))
    about = {"case": dispute.reference, "reader": "outside body", "language": gathered.pack.language}
    facts = _facts(gathered.pack)
    return bundling.sealed(
        dispute, gathered.parts, gathered.files, gathered.stored, casefile.lines(dispute, shown),
        about=about, by=by, role=gathered.role, at=at, proof=proof, facts=facts,
    )  # fmt: skip


def _kept(pack: ExternalPack, stream: BinaryIO, by: Person) -> ExternalPack:
    """Store the bytes and note their sum; before that the file does not exist for anybody."""
    size, digest = stream.seek(0, 2), hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(PIECE):
        digest.update(piece)
    stream.seek(0)
    key = default_storage.save(f"packs/{digest.hexdigest()[:2]}/{refs.opaque()}", File(stream))
    return _noted(pack, key, digest.hexdigest(), size, by)


@transaction.atomic
def _noted(pack: ExternalPack, key: str, sha256: str, size: int, by: Person) -> ExternalPack:
    dispute, at = hold(pack.dispute), clock.now()
    role = doors.require_making(by, dispute)
    pack = lock(pack)
    pack.dispute, pack.storage_key, pack.sha256, pack.size = dispute, key, sha256, size
    pack.save(update_fields=["storage_key", "sha256", "size"])
    _note(dispute, MADE, by, role, at, _facts(pack) | {"sha256": sha256, "size": size})
    return pack


@transaction.atomic
def hand_over(
    pack: ExternalPack, *, by: Person, day: date | None, how: str, at: datetime | None = None
) -> ExternalPack:
    """It went to the body: the day, the way, and the sum of the bytes that went; once, and for good."""
    dispute, at = hold(pack.dispute), at or clock.now()
    role = doors.require_making(by, dispute)
    pack = lock(pack)
    pack.dispute, how = dispute, one_line(how)[:300]
    if pack.handed_at is not None:
        raise Conflict(_("This has been recorded already."), code="already_handed")
    zone = ZoneInfo(dispute.policy_version.rule["tz"])
    wrong: dict[str, list[Any]] = {}
    if day is None or not pack.made_at.astimezone(zone).date() <= day <= at.astimezone(zone).date():
        wrong["day"] = [_("The day lies between the one it was made and today.")]
    if not how:
        wrong["how"] = [_("Please say how it went there: their portal, mail, post.")]
    if wrong or day is None:
        raise Invalid(fields=wrong)
    pack.handed_at, pack.handed_on, pack.handed_by, pack.handed_how = at, day, by, how
    pack.save(update_fields=["handed_at", "handed_on", "handed_by", "handed_how"])
    facts = _facts(pack) | {"sha256": pack.sha256, "day": day.isoformat()}
    event = _note(dispute, HANDED, by, role, at, facts, {"body": pack.body_name, "how": how})
    telling.both("dispute.step", dispute, event, step="pack_handed", body=pack.body_name)
    return pack


@transaction.atomic
def taken(pack: ExternalPack, *, by: Person) -> None:
    """Somebody took the file: that is written down."""
    dispute = hold(pack.dispute)
    mine = doors.require_taking(by, dispute)
    _note(dispute, "dispute.pack.taken", by, mine, clock.now(), _facts(pack))
