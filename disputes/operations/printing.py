"""Letters and files on paper: who took them is written down, how they look is the typesetter's."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from helpdesk.core import clock, paper

from .. import access
from ..access.letters import taken_letters
from ..models import Dispute, Letter
from ..reads import anchors, casefile, names, papers
from ..states import Actor
from . import chain, involving, marking
from .case import hold

log = logging.getLogger(__name__)


def letter(found: Letter, *, by: Person) -> bytes:
    """The letter as a PDF; the same bytes for everybody, always, but for those whose name goes across it."""
    made = paper.pdfs([_marked(papers.letter(found), found.dispute, by)], whose=by.pk)[0]
    opened(found, by=by, how="pdf")
    return made


def _marked(sheet: paper.Sheet, dispute: Dispute, by: Person) -> paper.Sheet:
    if not marking.marks(by, dispute):
        return sheet
    mark = " · ".join(marking.lines(by, dispute, clock.now()))
    return paper.Sheet(sheet.layout, sheet.data | {"mark": mark}, sheet.at)


def opened(found: Letter, *, by: Person, how: str = "page") -> None:
    """That the trader has opened it, and that anybody took it as a PDF, is written down once for each."""
    if how == "page" and not access.on_trader_side(by, found.dispute):
        return
    if not _known(found.dispute, by, facts := {"how": how, "letter": found.number}):
        _opened(found.dispute, by=by, facts=facts)


@transaction.atomic
def _opened(dispute: Dispute, *, by: Person, facts: dict[str, object]) -> None:
    dispute = hold(dispute)
    role = access.reading(by, dispute, list(Actor))
    if not _known(dispute, by, facts):
        chain.add(dispute, "dispute.letter.opened", by=by, role=role, facts=facts, handling=False)


def _known(dispute: Dispute, by: Person, facts: dict[str, object]) -> bool:
    looks = dispute.events.filter(action="dispute.letter.opened", actor=by)
    return looks.filter(body__contains=chain.canonical({"facts": facts})[1:-1]).exists()


@dataclass(frozen=True)
class Printed:
    """The PDFs of a copy, by their names in it, of the case as it was when its log had this length."""

    length: int
    files: dict[str, bytes]


def whole(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Printed:
    """The file and every letter in it for this person; none where this installation cannot set them.

    The ZIP holds everything in other forms, too, so it is not kept back for want of a typesetter.
    """
    letters = list(taken_letters(by, dispute))
    sheets = [sheet(dispute, by=by, at=at), *(papers.letter(found) for found in letters)]
    names = [casefile.DOSSIER, *(casefile.paper_name(found) for found in letters)]
    try:
        made = paper.pdfs(sheets, whose=by.pk)
    except (paper.NoPaper, paper.TooLong):
        log.warning("bundle.without_paper", extra={"dispute": dispute.reference})
        made = []
    return Printed(dispute.chain_length, dict(zip(names, made, strict=True)) if made else {})


def dossier(dispute: Dispute, *, by: Person) -> bytes:
    """The file as a PDF for this person, with what they may see; that they took it is a link of the log."""
    access.require_taking(by, dispute)
    involving.look(dispute, by=by)
    dispute = access.dispute_for(by, dispute.reference)
    made = paper.pdfs([_marked(sheet(dispute, by=by), dispute, by)], whose=by.pk)[0]
    _taken(dispute, by=by, sha256=hashlib.sha256(made).hexdigest())
    return made


def sheet(dispute: Dispute, *, by: Person, at: datetime | None = None) -> paper.Sheet:
    """What the typesetter needs for it, as the case stands now."""
    role = access.require_taking(by, dispute)
    with casefile.seen_by(by), names.spoken_to(by, dispute):
        shown = casefile.Shown(dispute, by, role, at or clock.now())
        return papers.dossier(shown, list(taken_letters(by, dispute)), anchors.proof(dispute.reference))


@transaction.atomic
def _taken(dispute: Dispute, *, by: Person, sha256: str) -> None:
    dispute = hold(dispute)
    role = access.require_taking(by, dispute)
    facts = {"reader": str(role), "sha256": sha256}
    chain.add(dispute, "dispute.dossier.made", by=by, role=role, facts=facts, handling=False)
