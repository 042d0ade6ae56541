"""Erasing a case when its time is over (T29): the system proposes, two people approve, the chain stays whole.

Everything is one transaction: texts and attached data go, a tombstone is the last link. Stored files are only
queued in it and deleted afterwards, as often as it takes, so that a crash neither loses nor leaves any.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, NotFound
from helpdesk.core.locks import hold as lock
from helpdesk.core.locks import hold_some
from helpdesk.notify import forgetting
from tickets.models import Attachment, Ticket
from tickets.operations import erasing

from ..errors import Held, SecondPerson, StillRunning
from ..models import (
    BLOCKS,
    Admission,
    Appeal,
    Assignment,
    CareFinding,
    Decision,
    DelayNotice,
    DiscardedFile,
    Dispute,
    DisputeMessage,
    EventData,
    Evidence,
    EvidenceDraft,
    Extension,
    ExternalPack,
    ExternalReferral,
    Grant,
    InfoItem,
    InfoRequest,
    Letter,
    Objection,
    Offer,
    Party,
    Point,
    PointFinding,
    Purge,
    Redaction,
    Remedy,
    Representative,
    Restriction,
    SumHold,
    SurveyAnswer,
)
from ..reads import keeping
from ..states import Actor
from . import chain, telling
from .case import hold

log = logging.getLogger(__name__)
MARK = erasing.ERASED
BATCH = 100
LOOK_EVERY = 600
AGAIN = timedelta(minutes=10)
_OF_EVIDENCE = (
    "title", "description", "original_filename", "source_query", "source_system", "summary_for_other_side",
    "late_reason", "ruling",
)  # fmt: skip
# What people wrote, by the way from the row to its case. Codes, sums, dates, hashes and staff stay.
ERASED: dict[type[Model], tuple[str, tuple[str, ...]]] = {
    Point: ("dispute", ("title", "text")),
    Party: ("dispute", ("name", "authority")),
    DisputeMessage: ("dispute", ("body", "body_html")),
    Offer: ("dispute", ("text", "answer_reason")),
    Decision: (
        "dispute",
        (*BLOCKS, "comments_answered", "rights", "differs_because", "returned", "measures"),
    ),
    PointFinding: ("decision__dispute", ("answer",)),
    Evidence: ("dispute", _OF_EVIDENCE),
    Objection: ("dispute", ("reason", "ruling")),
    InfoRequest: ("dispute", ("note",)),
    InfoItem: ("request__dispute", ("title", "differs", "missing_because")),
    Redaction: ("dispute", ("summary", "refusal", "original_filename")),
    Assignment: ("dispute", ("declaration", "end_reason")),
    Appeal: ("dispute", ("reasons",)),
    ExternalReferral: ("dispute", ("body_name", "their_reference", "outcome_text")),
    Admission: ("dispute", ("explanation", "elsewhere", "turned_down", "review_reason", "review_text")),
    Extension: ("deadline__dispute", ("reason",)),
    DelayNotice: ("deadline__dispute", ("reason",)),
    Remedy: ("dispute", ("proof",)),
    Letter: ("dispute", ("subject", "body", "outside_body")),
    Grant: ("dispute", ("revoked_why",)),
    Restriction: ("dispute", ("reason",)),
    SumHold: ("dispute", ("note", "reference")),
    Representative: ("dispute", ("name", "email", "check_reason", "proof_name")),
    CareFinding: ("dispute", ("reason",)),
    SurveyAnswer: ("survey__dispute", ("words",)),
    ExternalPack: ("dispute", ("body_name", "their_reference", "handed_how")),
}


def propose_due() -> int:
    """Look for cases whose time is over, now and then; returns how many were proposed."""
    return propose() if cache.add("disputes.purging.looked", 1, LOOK_EVERY) else 0


def propose(batch: int = BATCH) -> int:
    """Put closed cases whose time is over before those who approve."""
    at, found = clock.judge(), 0
    for case in keeping.over_since(at)[:batch]:
        found += _propose(case, at)
    return found


@transaction.atomic
def _propose(case: Dispute, at: datetime) -> int:
    # A case somebody works on waits for the next look.
    if not hold_some(Ticket.objects.filter(pk=case.ticket_id)) or not hold_some(
        Dispute.objects.filter(pk=case.pk)
    ):
        return 0
    case = hold(case)
    due = keeping.due_on(case)
    if due is None or due > at.astimezone(UTC).date() or case.purged_at:
        return 0
    if keeping.held(case) or keeping.ticking(case):
        return 0
    n, unit = keeping.span_of(case.policy_version)
    reason = f"{case.jurisdiction}: {n} {unit}"
    purge, new = Purge.objects.get_or_create(
        dispute=case, defaults={"due_on": due, "reason": reason, "proposed_at": at}
    )
    if not new:
        return 0
    facts = {"class": purge.retained, "due_on": due.isoformat(), "reason": reason}
    chain.add(case, "dispute.purge.proposed", by=None, role=Actor.SY, at=at, facts=facts)
    return 1


@transaction.atomic
def approve(pk: int, *, by: Person, at: datetime | None = None) -> Purge:
    """One of the two agrees; with the second, somebody else, the case is erased. Refused under any hold."""
    at, purge = at or clock.now(), Purge.objects.filter(pk=pk).select_related("dispute").first()
    if purge is None or not keeping.has_keeping(by):
        raise NotFound
    if not by.has_role(Role.COMPLIANCE, Role.SUPERVISOR):
        raise Forbidden
    case = hold(purge.dispute)
    purge = lock(purge)
    purge.dispute = case
    if not by.has_role(Role.COMPLIANCE) and keeping.secretly_held().filter(dispute=case).exists():
        raise NotFound
    if purge.done_at is not None:
        raise Conflict(_("This case has been erased already."), code="already_purged")
    if purge.due_on > at.astimezone(UTC).date() or case.is_open or keeping.held(case):
        raise Held
    if keeping.ticking(case):
        raise StillRunning
    if by.pk == purge.first_by_id:
        raise SecondPerson
    if not keeping.may_approve(by, purge):
        raise Forbidden(_("One of the two has to be of compliance."), code="compliance_needed")
    role = Actor.CO if by.has_role(Role.COMPLIANCE) else Actor.SU
    if purge.first_by_id is None:
        purge.first_by, purge.first_at = by, at
        purge.save(update_fields=["first_by", "first_at"])
        event = chain.add(
            case, "dispute.purge.approved", by=by, role=role, at=at, facts={"purge": purge.pk}, handling=False
        )
        people = telling.holders(Role.COMPLIANCE if role == Actor.SU else Role.SUPERVISOR)
        page = reverse("disputes:desk-keeping")
        telling.people("dispute.task", case, event, people, task="purge", url=page)
        return purge
    purge.second_by, purge.second_at = by, at
    purge.save(update_fields=["second_by", "second_at"])
    _erase(case, purge, by, role, at)
    return purge


def _erase(case: Dispute, purge: Purge, by: Person, role: str, at: datetime) -> None:
    told = _inventory(case)
    keys = sorted({*_files(case), *_ticket(case)} - _needed(case))
    queue = [DiscardedFile(storage_key=key, queued_at=at, next_at=at) for key in keys]
    DiscardedFile.objects.bulk_create(queue, ignore_conflicts=True)
    EventData.objects.filter(event__dispute=case).delete()
    EvidenceDraft.objects.filter(dispute=case).delete()
    Redaction.objects.filter(dispute=case).update(places=[])
    for model, (way, names) in ERASED.items():
        rows = model._default_manager.filter(Q(**{way: case}))
        for name in names:
            rows.exclude(**{name: ""}).update(**{name: MARK})
    forgetting.forget([case.reference, case.ticket.reference])
    case.subject, case.reason, case.purged_at = MARK, "", at
    case.save(update_fields=["subject", "reason", "purged_at"])
    purge.sha256, purge.files, purge.done_at = told["sha256"], len(keys), at
    facts = told | {
        "class": purge.retained,
        "reason": purge.reason,
        "due_on": purge.due_on.isoformat(),
        "approvers": [purge.first_by_id, purge.second_by_id],
        "head": case.chain_head,
    }
    chain.add(case, "dispute.purged", by=by, role=role, at=at, facts=facts, handling=False)
    purge.save(update_fields=["sha256", "files", "done_at"])


def _inventory(case: Dispute) -> dict[str, Any]:
    """What goes, as one hash over those of every item and attached text: a kept copy can be matched."""
    items = sorted(case.evidence.values_list("side", "number", "sha256"))
    texts = EventData.objects.filter(event__dispute=case).select_related("event").order_by("event__seq")
    sealed = [[row.event.seq, chain.salted(row.salt, row.text)] for row in texts]
    text = chain.canonical({"items": [list(item) for item in items], "texts": sealed})
    return {"sha256": chain.salted("", text), "items": len(items), "texts": len(sealed)}


def _files(case: Dispute) -> list[str]:
    stored = [case.evidence, case.redactions, case.drafts]
    pairs = [pair for rows in stored for pair in rows.values_list("storage_key", "preview_key")]
    proofs = case.representatives.values_list("storage_key", flat=True)
    packs = case.packs.made().values_list("storage_key", flat=True)
    return [*(key for pair in pairs for key in pair if key), *proofs, *packs]


def _ticket(case: Dispute) -> list[str]:
    case.evidence.exclude(attachment=None).update(attachment=None)
    return erasing.erase(Ticket.objects.get(pk=case.ticket_id))


def _needed(case: Dispute) -> set[str]:
    """Files of a ticket that lives on: what was not admitted as a dispute goes on as a ticket."""
    left = Attachment.objects.filter(ticket_id=case.ticket_id).values_list("storage_name", "preview_name")
    return {key for pair in left for key in pair}


def delete_files(batch: int = BATCH) -> int:
    """Delete queued files; one that cannot be deleted now is tried again. Running twice does no harm."""
    done = 0
    left = DiscardedFile.objects.filter(deleted_at=None, next_at__lte=clock.now())
    for pk in list(left.order_by("next_at").values_list("pk", flat=True)[:batch]):
        done += _delete(pk)
    return done


def _delete(pk: int) -> int:
    with transaction.atomic():
        return _delete_one(pk)


def _delete_one(pk: int) -> int:
    found = hold_some(DiscardedFile.objects.filter(pk=pk, deleted_at=None))
    if not found:
        return 0
    row, at = found[0], clock.now()
    row.attempts += 1
    try:
        # A file that is gone already is as good as deleted.
        default_storage.delete(row.storage_key)
        row.deleted_at = at
    except OSError:
        log.exception("purge.file_left", extra={"file": row.pk})
        row.next_at = at + AGAIN * min(row.attempts, 144)
    row.save(update_fields=["attempts", "deleted_at", "next_at"])
    return int(row.deleted_at is not None)
