"""Evidence: numbered, hashed from the stored bytes, never changed afterwards."""

import hashlib
import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from helpdesk.core import clock, refs, vault
from helpdesk.core.errors import Invalid
from helpdesk.core.files import IMAGES
from helpdesk.core.text import many_lines, one_line
from tickets.models import Attachment, Ticket
from tickets.operations.attaching import Stored
from tickets.states import Delivery, Kind

from .. import access
from ..models import Dispute, Evidence
from ..states import NEUTRAL, Actor, EvidenceKind, EvidenceStatus, Side
from . import chain, replying, telling
from .case import hold

CHUNK = 64 * 1024
AGAIN = timedelta(hours=1)
READ_BY = (Actor.TR, Actor.CH, Actor.SU, Actor.CO, Actor.AU, *NEUTRAL)


def hash_stored(storage_key: str) -> str:
    """SHA-256 of the stored bytes, of the sealed ones where they were changed; empty when there are none."""
    try:
        try:
            return _digest(default_storage.open(storage_key))
        except vault.Damaged:
            return _digest(vault.as_it_lies(storage_key))
    except OSError:
        return ""


def _digest(stream: Any) -> str:
    digest = hashlib.sha256()
    with stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def kind_of(mime: str) -> str:
    """What a file most likely is, until somebody says it."""
    if mime in IMAGES:
        return EvidenceKind.SCREENSHOT
    return EvidenceKind.SCREEN_VIDEO if mime.startswith("video/") else EvidenceKind.OTHER


def _number(dispute: Dispute, side: str) -> int:
    return (dispute.evidence.filter(side=side).aggregate(last=Max("number"))["last"] or 0) + 1


def admit(
    item: Evidence, *, by: Person | None, role: str, at: datetime, until: datetime | None = None
) -> Evidence:
    """Number the item, hash what is stored, write it and its link in the chain. The case is held."""
    item.number = _number(item.dispute, item.side)
    item.sha256 = hash_stored(item.storage_key)
    item.submitted_at = at
    if by is not None and role == Actor.TR and by.pk != item.dispute.trader_id:
        item.on_behalf_of = Side.TRADER  # a representative's hand, the trader's item
    # What reached the file must be what arrived; anything else stays visible, but cannot be relied on.
    if not item.sha256 or item.sha256 != item.claimed_sha256:
        excluded = EvidenceStatus.EXCLUDED
        item = _with_fault(item, excluded, "unreadable" if not item.sha256 else "hash_mismatch")
    item.save(force_insert=True)
    facts = {
        "evidence": item.index_no,
        "sha256": item.sha256,
        "size": item.size,
        "mime": item.mime_detected,
        "kind": item.kind,
        "standing": item.status,
    }
    for name, other in (
        ("supersedes", item.supersedes),
        ("translation_of", item.translation_of),
        ("derivative_of", item.derivative_of),
    ):
        facts |= {name: other.index_no} if other else {}
    if until is not None:
        facts["reply_until"] = chain.moment(until)
    if item.is_restricted:
        facts["held_back"] = item.restricted_reason
    private = {"filename": item.original_filename, "title": item.title}
    private |= {"late": item.late_reason} if item.late_reason else {}
    chain.add(
        item.dispute, "dispute.evidence.admitted", by=by, role=role, at=at, facts=facts, private=private
    )
    return item


def _with_fault(item: Evidence, standing: str, reason: str) -> Evidence:
    item.status, item.exclusion_reason = standing, reason
    item.sha256 = item.sha256 or "0" * 64
    return item


def admit_ticket(dispute: Dispute, *, at: datetime) -> list[Evidence]:
    """The whole ticket as evidence: what was said, then every file that both sides have seen. Case held."""
    ticket = Ticket.objects.get(pk=dispute.ticket_id)
    found = [_transcript(dispute, ticket, at)]
    files = (
        Attachment.objects.filter(ticket=ticket)
        .filter(Q(message=None) | Q(message__delivery=Delivery.SENT))
        .exclude(message__kind=Kind.NOTE)
        .order_by("id")
    )
    found += [_from_attachment(dispute, file, at) for file in files]
    return found


def _transcript(dispute: Dispute, ticket: Ticket, at: datetime) -> Evidence:
    spoken = ticket.messages.exclude(kind=Kind.NOTE).filter(delivery=Delivery.SENT).select_related("author")
    out = io.StringIO()
    out.write(f"{ticket.reference}\n{ticket.subject}\n")
    for message in spoken.order_by("id"):
        side = "platform" if message.from_staff or message.author_id is None else "trader"
        out.write(f"\n[{chain.moment(message.created_at)}] {side} #{message.pk}\n{message.body}\n")
    data = out.getvalue().encode()
    name = default_storage.save(f"disputes/{dispute.reference}/{refs.opaque()}", ContentFile(data))
    item = Evidence(
        dispute=dispute,
        side=Side.PLATFORM,
        kind=EvidenceKind.CHAT,
        title=_title(ticket),
        original_filename=f"{ticket.reference}.txt",
        mime_detected="text/plain",
        size=len(data),
        claimed_sha256=hashlib.sha256(data).hexdigest(),
        storage_key=name,
        channel=ticket.channel,
        source_system="helpdesk",
        captured_by_clock="server",
        captured_at=at,
        language=ticket.language,
    )
    return admit(item, by=None, role=Actor.SY, at=at)


def _title(ticket: Ticket) -> str:
    """The conversation's name in the index, in the language of the complaint."""
    with override(ticket.language):
        return _("Conversation on ticket %(reference)s") % {"reference": ticket.reference}


def _from_attachment(dispute: Dispute, file: Attachment, at: datetime) -> Evidence:
    theirs = file.uploader_id == dispute.trader_id
    item = Evidence(
        dispute=dispute,
        side=Side.TRADER if theirs else Side.PLATFORM,
        kind=kind_of(file.mime),
        title=file.name,
        original_filename=file.name,
        submitted_by_id=file.uploader_id,
        mime_detected=file.mime,
        size=file.size,
        claimed_sha256=file.sha256,
        storage_key=file.storage_name,
        preview_key=file.preview_name,
        preview_mime=file.preview_mime,
        attachment=file,
        captured_at=file.created_at,
        captured_by_clock="server",
    )
    return admit(item, by=None, role=Actor.SY, at=at)


@transaction.atomic
def submit(
    dispute: Dispute,
    files: Iterable[Stored],
    *,
    by: Person,
    title: str = "",
    description: str = "",
    supports: Iterable[int] = (),
    late_reason: str = "",
    at: datetime | None = None,
) -> list[Evidence]:
    """Put files into the case. What is submitted can be answered, but not changed or taken back."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.require_submitting(by, dispute)
    late = replying.require_reason(dispute, role, late_reason)
    files = list(files)
    if not files:
        raise Invalid(fields={"files": [_("Please choose at least one file.")]})
    until = replying.open_for_others(dispute, role, by=by, at=at)
    items = admit_files(
        dispute,
        files,
        by=by,
        role=role,
        at=at,
        title=title,
        description=description,
        supports=supports,
        late_reason=late,
        until=until,
    )
    entered(dispute, items, by=by, until=until)
    return items


def entered(dispute: Dispute, items: list[Evidence], *, by: Person, until: datetime | None) -> None:
    """Items have come in: the other side hears of it, and until when it may reply."""
    link = dispute.events.order_by("-seq").first()
    if link is None:
        return
    people = [
        person for person in [*telling.trader_side(dispute), *telling.platform(dispute)] if person.pk != by.pk
    ]
    late = any(item.status == EvidenceStatus.LATE for item in items)
    step = "evidence_late" if late else "evidence"
    told = {"items": ", ".join(item.index_no for item in items), "until": until.isoformat() if until else ""}
    telling.people("dispute.step", dispute, link, people, step=step, **told)


def admit_files(
    dispute: Dispute,
    files: Iterable[Stored],
    *,
    by: Person,
    role: str,
    at: datetime,
    title: str = "",
    description: str = "",
    supports: Iterable[int] = (),
    kind: str = "",
    late_reason: str = "",
    until: datetime | None = None,
) -> list[Evidence]:
    """Number files that come with a step of the procedure, and add them to the case that is held."""
    known = set(dispute.points.values_list("number", flat=True))
    sides: dict[str, Side] = {Actor.TR: Side.TRADER, Actor.ME: Side.NEUTRAL, Actor.XM: Side.NEUTRAL}
    side = sides.get(role, Side.PLATFORM)
    return [
        admit(
            Evidence(
                dispute=dispute,
                side=side,
                kind=kind or kind_of(one.facts.mime),
                title=(one_line(title) or one.facts.name)[:200],
                description=many_lines(description)[:4000],
                supports=sorted(known & set(supports)),
                status=EvidenceStatus.LATE if late_reason else EvidenceStatus.ADMITTED,
                late_reason=late_reason,
                submitted_by=by,
                **file_of(one),
                language=by.language,
            ),
            by=by,
            role=role,
            at=at,
            until=until,
        )
        for one in files
    ]


def file_of(one: Stored) -> dict[str, Any]:
    """What an item or a draft keeps of a stored file."""
    return {
        "original_filename": one.facts.name,
        "mime_detected": one.facts.mime,
        "size": one.facts.size,
        "claimed_sha256": one.facts.sha256,
        "storage_key": one.storage_name,
        "preview_key": one.preview_name,
        "preview_mime": one.preview_mime,
    }


def opened(item: Evidence, *, by: Person, how: str = "download", **more: str) -> None:
    """Somebody looks at a file of the case: that, too, is written down, once an hour for the same look."""
    if not _known(item.dispute, by, facts := {"evidence": item.index_no, "how": how, **more}):
        _opened(item.dispute, by=by, facts=facts)


@transaction.atomic
def _opened(dispute: Dispute, *, by: Person, facts: dict[str, str]) -> None:
    dispute = hold(dispute)
    role = access.reading(by, dispute, READ_BY)
    if not _known(dispute, by, facts):
        chain.add(dispute, "dispute.evidence.opened", by=by, role=role, facts=facts, handling=False)


def _known(dispute: Dispute, by: Person, facts: dict[str, str]) -> bool:
    """Whether the log says so already; asked again under the lock, because pages fetch twice at once."""
    looks = dispute.events.filter(action="dispute.evidence.opened", actor=by, at__gt=clock.now() - AGAIN)
    return looks.filter(body__contains=chain.canonical({"facts": facts})[1:-1]).exists()
