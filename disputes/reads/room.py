"""What the evidence room shows: the index, lists of things asked for, who had an item in hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from helpdesk.core.files import AUDIO, IMAGES, VIDEO

from .. import access
from ..access import room
from ..models import Dispute, Event, Evidence, InfoRequest
from ..states import LATE_IN, Actor, EvidenceStatus, Side, Waiting

TEXT = ("text/plain", "text/csv")
SHOWN_BYTES, SHOWN_LINES = 200_000, 1000
ADMITTED, OPENED, TAKEN = "dispute.evidence.admitted", "dispute.evidence.opened", "dispute.bundle.made"
_DONE = {
    ADMITTED: gettext_lazy("received, hashed and numbered"),
    TAKEN: gettext_lazy("took it along in a copy of the file"),
    "dispute.evidence.admitted_late": gettext_lazy("admitted it although late"),
    "dispute.evidence.left_out": gettext_lazy("left it out as late"),
    "dispute.evidence.damaged": gettext_lazy("hashed it again: it is not what was received"),
    "dispute.redaction.asked": gettext_lazy("asked to cover parts of it"),
    "dispute.redaction.approved": gettext_lazy("agreed to cover parts of it"),
    "dispute.redaction.refused": gettext_lazy("did not agree to cover parts of it"),
}
_HOW = {
    "download": gettext_lazy("downloaded it"),
    "api": gettext_lazy("downloaded it by program"),
    "preview": gettext_lazy("looked at it"),
    "marked": gettext_lazy("took a copy with their name across it"),
    "text": gettext_lazy("read it"),
    "play": gettext_lazy("played it"),
}


def index(dispute: Dispute, person: Person) -> list[Evidence]:
    """Every number, each told whether it opens for this person and which version they have instead."""
    rows = list(room.index_for(person, dispute))
    opens = set(access.evidence_for(person, dispute).values_list("pk", flat=True))
    edited = {row.derivative_of_id: row for row in rows if row.derivative_of_id and row.transform == "redact"}
    newer = {row.supersedes_id: row for row in rows if row.supersedes_id}
    for row in rows:
        row.opens = row.pk in opens  # type: ignore[attr-defined]
        row.edited = edited.get(row.pk)  # type: ignore[attr-defined]
        row.newest = newer.get(row.pk)  # type: ignore[attr-defined]
    return rows


def numbers(dispute: Dispute) -> list[str]:
    """The numbers both sides can open: what one may point at."""
    return [item.index_no for item in dispute.evidence.shared()]


@dataclass(frozen=True)
class Asked:
    """One list of things asked for, and how far it has come."""

    request: InfoRequest
    items: list[Any]
    done: int
    mine: bool

    @property
    def total(self) -> int:
        """How many things were asked for."""
        return len(self.items)

    @property
    def tenths(self) -> int:
        """How full the bar is."""
        return self.done * 10 // self.total if self.total else 10

    @property
    def asks_the_trader(self) -> bool:
        """Whether the trader was asked."""
        return self.request.side == Side.TRADER


def asked(dispute: Dispute, person: Person, rows: Iterable[InfoRequest] | None = None) -> list[Asked]:
    """The lists of the case, the newest first."""
    own = room.side_of(person, dispute)
    found = rows if rows is not None else room.requests_for(person, dispute).order_by("-number")
    return [_asked(one, own) for one in found]


def _asked(one: InfoRequest, own: Side | None) -> Asked:
    items = list(one.items.all())
    return Asked(one, items, sum(item.answered_at is not None for item in items), one.side == own)


def can(dispute: Dispute, mine: frozenset[str], person: Person) -> set[str]:
    """What the person can do in the room now."""
    found: set[str] = set()
    side = room.side_of(person, dispute)
    if side and dispute.state in LATE_IN and mine & {Actor.TR, Actor.SU, Actor.CH}:
        found |= {"evidence", "late_evidence"}
    if room.may_ask(person, dispute):
        found.add("ask")
    waits = {Side.TRADER: Waiting.TRADER, Side.PLATFORM: Waiting.PLATFORM}.get(side) if side else None
    if waits and dispute.deadlines.running().filter(metric="reply", waits_for=waits).exists():
        found.add("no_reply")
    if "late_evidence" in found and "no_reply" in found:
        found.discard("late_evidence")
    if mine & set(room.RULES) and dispute.evidence.filter(status=EvidenceStatus.LATE).exists():
        found.add("rule_late")
    if mine & set(room.APPROVES):
        waiting = dispute.redactions.filter(decided_at=None).exclude(requested_by_id=person.pk)
        found |= {"cover"} if waiting.exists() else set()
    return found


def page(dispute: Dispute, person: Person) -> dict[str, Any]:
    """What the page of the case shows of the room."""
    reply = dispute.deadlines.running().filter(metric="reply").order_by("-due_at").first()
    return {
        "evidence": index(dispute, person),
        "asked": asked(dispute, person),
        "prepared": room.drafts_for(person, dispute).count(),
        "reply_until": reply.due_at if reply else None,
        "covering": list(room.redactions_for(person, dispute).filter(decided_at=None)),
    }


@dataclass(frozen=True)
class Hand:
    """One line of the custody list: who, when, for what, and the link of the log that says so."""

    seq: int
    at: datetime
    who: str
    role: str
    what: str
    hash: str


def custody(item: Evidence, person: Person) -> list[Hand]:
    """Who did what with an item, from its arrival; names and moments, never addresses of machines."""
    named = Q(body__contains=f'"evidence":"{item.index_no}"')
    named &= Q(action__startswith="dispute.evidence.") | Q(action__startswith="dispute.redaction.")
    rows = access.events_for(person, item.dispute).filter(named | Q(action=TAKEN, at__gte=item.submitted_at))
    return [
        Hand(
            event.seq,
            event.at,
            str(event.actor) if event.actor else _("the system"),
            str(Actor(event.role).label),
            _did(event),
            event.hash,
        )
        for event in rows.order_by("seq")
    ]


def _did(event: Event) -> str:
    if event.action == OPENED:
        how = next((told for code, told in _HOW.items() if f'"how":"{code}"' in event.body), _HOW["download"])
        return str(how)
    return str(_DONE.get(event.action, event.action))


def shape(item: Evidence) -> str:
    """How an item can be shown on a page: image, audio, video, text, pdf, or not at all."""
    mime = "" if item.is_faulty else item.mime_detected
    if mime in IMAGES and item.preview_key:
        return "image"
    if mime in AUDIO:
        return "audio"
    if mime in VIDEO:
        return "video"
    return "text" if mime in TEXT else "pdf" if mime == "application/pdf" else ""


def lines(item: Evidence) -> tuple[list[str], bool]:
    """The beginning of a text, line by line, and whether more follows."""
    try:
        with default_storage.open(item.storage_key, "rb") as stream:
            data = stream.read(SHOWN_BYTES + 1)
    except OSError:
        return [], False
    found = data[:SHOWN_BYTES].decode("utf-8", "replace").splitlines()
    return found[:SHOWN_LINES], len(data) > SHOWN_BYTES or len(found) > SHOWN_LINES
