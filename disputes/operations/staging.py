"""What a side prepares before it submits. Nobody else learns of it: no number, no link, no notice."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid, NotFound
from helpdesk.core.text import many_lines, one_line
from tickets.operations.attaching import Stored

from .. import access
from ..access import room
from ..models import Dispute, Evidence, EvidenceDraft
from ..states import DOMAIN, HANDLING, EvidenceKind, EvidenceStatus, How, Side
from . import evidence, involving, redacting, replying
from .case import hold

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=30)
MOST = 100
# Made by the system from its own records: nobody types or uploads these as their own.
_IMPORTED = frozenset({EvidenceKind.TRADE_RECORD, EvidenceKind.TICK_EXTRACT, EvidenceKind.LEDGER_EXTRACT})
CLOCKS = ("", "server", "client")


@transaction.atomic
def prepare(
    dispute: Dispute, files: Iterable[Stored], *, by: Person, at: datetime | None = None
) -> list[EvidenceDraft]:
    """Lay files aside for this side."""
    dispute, at = hold(dispute), at or clock.now()
    role, side = room.require_preparing(by, dispute)
    files = list(files)
    if not files:
        raise Invalid(fields={"files": [_("Please choose at least one file.")]})
    if dispute.drafts.filter(side=side).count() + len(files) > MOST:
        told = _("At most %(n)s prepared items. Please submit or remove some first.") % {"n": MOST}
        raise Conflict(told, code="too_many_drafts")
    if role in HANDLING:
        involving.add(dispute, by, How.SUPERVISED, at=at)
    return [
        EvidenceDraft.objects.create(
            dispute=dispute,
            side=side,
            kind=evidence.kind_of(one.facts.mime),
            title=one.facts.name,
            language=by.language,
            prepared_by=by,
            created_at=at,
            changed_at=at,
            **evidence.file_of(one),
        )
        for one in files
    ]


@transaction.atomic
def change(draft: EvidenceDraft, written: Mapping[str, Any], *, by: Person) -> EvidenceDraft:
    """Say what it is. `supersedes` and `translation_of` name an item of the index by its number."""
    dispute = hold(draft.dispute)
    _role, side = room.require_preparing(by, dispute)
    draft = _mine(dispute, side, [draft.pk])[0]
    wrong: dict[str, list[Any]] = {}
    for name in ("supersedes", "translation_of"):
        if name in written:
            setattr(draft, name, _named(dispute, by, written[name], name, wrong))
    kind = written.get("kind", draft.kind)
    if kind not in EvidenceKind.values or (kind in _IMPORTED and side == Side.TRADER):
        wrong["kind"] = [_("Please choose one of the kinds.")]
    clock_code = written.get("captured_by_clock", draft.captured_by_clock)
    if clock_code not in CLOCKS:
        wrong["captured_by_clock"] = [_("Please choose one of the clocks.")]
    language = written.get("language", draft.language)
    if language and language not in dict(settings.LANGUAGES):
        wrong["language"] = [_("Please choose one of the languages.")]
    if (taken_at := written.get("captured_at", draft.captured_at)) and taken_at > clock.now():
        wrong["captured_at"] = [_("This moment has not come yet.")]
    _hold_back(draft, side, written, wrong)
    if wrong:
        raise Invalid(fields=wrong)
    known = set(dispute.points.values_list("number", flat=True))
    draft.kind, draft.language, draft.captured_at = kind, language, taken_at
    draft.captured_by_clock = clock_code
    draft.title = one_line(written.get("title", draft.title))[:200] or draft.original_filename
    draft.description = many_lines(written.get("description", draft.description))[:4000]
    draft.supports = sorted(known & set(written.get("supports", draft.supports)))
    draft.machine_translated = bool(written.get("machine_translated", draft.machine_translated))
    if draft.machine_translated and draft.translation_of is None:
        draft.machine_translated = False
    draft.changed_at = clock.now()
    draft.save()
    record("dispute.draft.changed", subject=f"draft:{draft.pk}", actor=by)
    return draft


def _named(
    dispute: Dispute, by: Person, number: str, name: str, wrong: dict[str, list[Any]]
) -> Evidence | None:
    if not number:
        return None
    rows = access.evidence_for(by, dispute)
    if name == "supersedes":
        rows = rows.filter(side=room.side_of(by, dispute) or "")
    found = next((item for item in rows if item.index_no == number), None)
    if found is None:
        wrong[name] = [_("Please choose one of the items.")]
    return found


def _hold_back(
    draft: EvidenceDraft, side: str, written: Mapping[str, Any], wrong: dict[str, list[Any]]
) -> None:
    """The platform may ask that an item is not shown whole; a second person has to agree (3.5)."""
    code = written.get("held_back", draft.held_back)
    summary = many_lines(written.get("summary", draft.summary))[:4000]
    if code and (side != Side.PLATFORM or code not in {row["code"] for row in DOMAIN["redaction_reasons"]}):
        wrong["held_back"] = [_("Please choose one of the reasons.")]
    elif code and not summary:
        wrong["summary"] = [_("Please sum up fairly what it says: the other side reads this instead.")]
    draft.held_back, draft.summary = code, summary


def _mine(dispute: Dispute, side: str, picked: Iterable[int]) -> list[EvidenceDraft]:
    picked = set(picked)
    rows = dispute.drafts.select_for_update(of=("self",)).filter(side=side, pk__in=picked)
    found = list(rows.order_by("id").select_related("supersedes", "translation_of"))
    if len(found) != len(picked):
        raise NotFound
    return found


@transaction.atomic
def remove(draft: EvidenceDraft, *, by: Person) -> None:
    """It was never submitted, so it may go without a trace."""
    dispute = hold(draft.dispute)
    access.require_declared(by, dispute)
    access.acting(by, dispute, room.PREPARES)
    side = room.side_of(by, dispute) or ""
    _let_go(_mine(dispute, side, [draft.pk]))
    record("dispute.draft.removed", subject=f"draft:{draft.pk}", actor=by)


@transaction.atomic
def submit(
    dispute: Dispute,
    picked: Iterable[int],
    *,
    by: Person,
    late_reason: str = "",
    at: datetime | None = None,
) -> list[Evidence]:
    """Submit the chosen ones together: they get their numbers and one receipt, and are fixed from now on."""
    dispute, at = hold(dispute), at or clock.now()
    role, side = room.require_preparing(by, dispute)
    late = replying.require_reason(dispute, role, late_reason)
    drafts = _mine(dispute, side, picked)
    if not drafts:
        raise Invalid(fields={"picked": [_("Please choose what to submit.")]})
    until = replying.open_for_others(dispute, role, by=by, at=at)
    items = [evidence.admit(_item(draft, by, late), by=by, role=role, at=at, until=until) for draft in drafts]
    EvidenceDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    evidence.entered(dispute, items, by=by, until=until)
    for draft, item in zip(drafts, items, strict=True):
        if draft.held_back and not item.is_faulty:
            whole = [{"place": _("the whole item"), "reason": draft.held_back}]
            redacting.ask(dispute, item, by=by, role=role, places=whole, summary=draft.summary, at=at)
    return items


def _item(draft: EvidenceDraft, by: Person, late: str) -> Evidence:
    names = (
        "dispute", "side", "kind", "title", "description", "supports", "captured_at", "captured_by_clock",
        "language", "supersedes", "translation_of", "machine_translated", "original_filename",
        "mime_detected", "size", "claimed_sha256", "storage_key", "preview_key", "preview_mime",
    )  # fmt: skip
    item = Evidence(**{name: getattr(draft, name) for name in names}, submitted_by=by, late_reason=late)
    item.status = EvidenceStatus.LATE if late else EvidenceStatus.ADMITTED
    if draft.held_back:
        item.visibility, item.restricted_reason = "restricted", draft.held_back
    return item


def tidy(batch: int = 200) -> int:
    """Drafts nobody has touched for thirty days are removed with their files."""
    with transaction.atomic():
        old = EvidenceDraft.objects.filter(changed_at__lt=clock.judge() - KEPT_FOR)
        rows = list(old.select_for_update(skip_locked=True).order_by("changed_at")[:batch])
        _let_go(rows)
    return len(rows)


def _let_go(drafts: list[EvidenceDraft]) -> None:
    names = [name for draft in drafts for name in (draft.storage_key, draft.preview_key) if name]
    EvidenceDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    # A crash in between leaves a file nobody can reach.
    transaction.on_commit(lambda: _delete(names))


def _delete(names: list[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("draft.file_not_deleted", extra={"file": name})
