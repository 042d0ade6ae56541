"""A copy of the file that anybody can check: what the person may see, and the proof that it is unchanged."""

import hashlib
import logging
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from django.db import transaction

from accounts.models import Person
from helpdesk.core import clock, vault

from .. import access
from ..errors import MarkedAlone, Moved
from ..models import Dispute
from ..reads import anchors, casefile, verifier
from . import chain, involving, marking, printing, ruling
from .case import hold

log = logging.getLogger(__name__)
TOOL = "helpdesk 1"
TRIES = 3


@dataclass(frozen=True)
class Copy:
    """A copy as it was at one moment under the case's lock; evidence is fetched when it is written."""

    reference: str
    at: datetime
    texts: dict[str, bytes]
    stored: dict[str, str]


def take(dispute: Dispute, *, by: Person) -> BinaryIO:
    """The ZIP for this person, at its beginning; the copying itself becomes a link of the log."""
    if marking.marks(by, dispute):
        # Proofs need the files as they are; what leaves with them carries a mark. They take the PDF instead.
        raise MarkedAlone
    involving.look(dispute, by=by)
    taken = _copied(dispute, by)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - whoever answers with it closes it
    write(taken, stream)
    stream.seek(0)
    return stream


def _copied(dispute: Dispute, by: Person) -> Copy:
    """The copy with its PDFs, which are set before the case is held; anew when it has moved meanwhile.

    They are never set while it is held: whoever meets a case that does not rest is asked to come again.
    """
    for _try in range(TRIES):
        printed = printing.whole(access.dispute_for(by, dispute.reference), by=by)
        try:
            return copy(dispute, by=by, printed=printed)
        except Moved:
            continue
    raise Moved


@transaction.atomic
def copy(dispute: Dispute, *, by: Person, printed: printing.Printed, at: datetime | None = None) -> Copy:
    """Write down that the person takes the file, and gather what they may see of it."""
    role = access.require_taking(by, dispute)
    proof = anchors.proof(dispute.reference)
    hold(dispute)
    at = at or clock.now()
    # Through the door once more: what stands there now is what the copy is of.
    dispute = access.dispute_for(by, dispute.reference)
    role = access.require_taking(by, dispute)
    if printed.length != dispute.chain_length:
        raise Moved
    with casefile.seen_by(by):
        shown = casefile.Shown(dispute, by, role, at, frozenset(printed.files))
        parts = {"index.html": shown.html(proof), "case.json": shown.data()}
    parts |= {verifier.TEXTS: casefile.texts(dispute, by).encode(), "verify.py": casefile.PROGRAM}
    parts |= printed.files
    parts |= {casefile.letter_name(letter): letter.body.encode() for letter in shown.letters}
    for decision in shown.page["decisions"]:
        parts[f"letters/decision-{decision.number}.json"] = ruling.text_of(decision).encode()
    files = {name: {"size": item.size, "sha256": item.sha256} for name, item in shown.files.items()}
    stored = {name: item.storage_key for name, item in shown.files.items()}
    about = {"case": dispute.reference, "reader": str(role), "language": by.language}
    return sealed(
        hold(dispute), parts, files, stored, casefile.links(dispute, by),
        about=about, by=by, role=role, at=at, proof=proof, facts={"reader": str(role)},
    )  # fmt: skip


def sealed(
    dispute: Dispute,
    parts: dict[str, bytes],
    files: dict[str, dict[str, Any]],
    stored: dict[str, str],
    links: list[str],
    *,
    about: dict[str, str],
    by: Person,
    role: str,
    at: datetime,
    proof: dict[str, Any] | None,
    facts: dict[str, Any],
) -> Copy:
    """The parts with their manifest, whose sum is in the last link of the log. The case is held."""
    core: dict[str, Any] = about | {
        "format": verifier.FORMAT,
        "tool": TOOL,
        "made_at": chain.moment(at),
        "anchor": proof,
        "log_sha256": verifier.sha("".join(links)),
        "files": {name: _told(data) for name, data in parts.items()} | files,
    }
    facts = {"manifest": verifier.sealed(core)} | facts
    event = chain.add(dispute, verifier.MADE, by=by, role=role, at=at, facts=facts, handling=False)
    last = {"seq": event.seq, "prev": event.prev, "hash": event.hash, "body": event.body}
    parts[verifier.EVENTS] = "".join([*links, verifier.canonical(last) + "\n"]).encode()
    core["files"][verifier.EVENTS] = _told(parts[verifier.EVENTS])
    manifest = core | {"chain": {"length": event.seq, "head": event.hash}}
    parts[verifier.MANIFEST] = verifier.pretty(manifest).encode()
    return Copy(dispute.reference, at, parts, stored)


def _told(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def write(taken: Copy, out: Any) -> None:
    """The ZIP, piece by piece; the same copy gives the same bytes.

    A stored file that is gone or changed leaves the copy without it: the check then names it.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(taken.texts, key=lambda name: (name != "index.html", name)):
            target.writestr(_entry(name, taken.at), taken.texts[name])
        for name in sorted(taken.stored):
            try:
                source = vault.whole(taken.stored[name])
            except OSError:
                log.exception("bundle.file_left_out", extra={"dispute": taken.reference, "file": name})
                continue
            with source, target.open(_entry(name, taken.at), "w") as place:
                shutil.copyfileobj(source, place, verifier.CHUNK)


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def check(stream: BinaryIO, limits: verifier.Limits = verifier.WIDE) -> verifier.Report:
    """Check somebody's copy with the program inside every copy, against the roots published here."""
    return verifier.verify_zip(stream, limits, anchors.root_of)
