"""Housekeeping of the evidence room: old drafts go, and every stored file is hashed again once a week."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from accounts.states import Role
from helpdesk.core import clock, vault

from ..models import CaseHold, Dispute, Evidence
from ..models.content import FAULTS
from ..states import Actor, EvidenceStatus, Hold
from ..states.paying import Keep
from . import chain, evidence, staging, telling
from .case import hold

log = logging.getLogger(__name__)
AGAIN_AFTER = timedelta(days=7)
BATCH = 20


def tend() -> int:
    """What is due: a few files at a time, so that no night has to do all of them."""
    return staging.tidy() + recheck_due()


def recheck_due(batch: int = BATCH) -> int:
    """Hash again what was not looked at for a week, the longest ago first."""
    due = Evidence.objects.filter(checked_at__lt=clock.judge() - AGAIN_AFTER, dispute__purged_at=None)
    found = list(due.order_by("checked_at")[:batch])
    for item in found:
        recheck(item)
    return len(found)


def recheck(item: Evidence) -> bool:
    """Whether the stored bytes are still those that were numbered; if not, the case is held."""
    now, digest = clock.now(), evidence.hash_stored(item.storage_key)
    known = item.status == EvidenceStatus.EXCLUDED and item.exclusion_reason in FAULTS
    if not digest and vault.is_locked(item.storage_key):
        # The key was not given. That says nothing about the file, and the log is not to say it was changed.
        log.error("evidence.locked", extra={"evidence": item.pk})
        known = True
    if digest == item.sha256 or known:
        Evidence.objects.filter(pk=item.pk).update(checked_at=now)
        if digest == item.sha256:
            _sealed(item)
        return digest == item.sha256
    _alarm(item.pk, digest)
    return False


def _sealed(item: Evidence) -> None:
    """Files from before there were seals get theirs, once it is known that they are whole."""
    for key in filter(None, (item.storage_key, item.preview_key)):
        try:
            vault.seal(key)
        except OSError:
            log.exception("evidence.not_sealed", extra={"evidence": item.pk})


@transaction.atomic
def _alarm(pk: int, digest: str) -> None:
    case = hold(Dispute.objects.get(evidence=pk))
    if case.purged_at is not None:  # erased while it was read
        return
    item, now = Evidence.objects.get(pk=pk), clock.now()
    item.checked_at = now
    item.status, item.exclusion_reason = EvidenceStatus.EXCLUDED, FAULTS[1] if digest else FAULTS[0]
    item.save(update_fields=["checked_at", "status", "exclusion_reason"])
    _keep(case, item, digest, now)
    log.error("evidence.changed", extra={"dispute": case.reference, "evidence": item.index_no})
    facts = {"evidence": item.index_no, "sha256": item.sha256, "found": digest, "hold": str(case.hold)}
    event = chain.add(case, "dispute.evidence.damaged", by=None, role=Actor.SY, at=now, facts=facts)
    people = {one.pk: one for one in [*telling.holders(Role.COMPLIANCE), *telling.platform(case)]}
    telling.people("dispute.task", case, event, people.values(), task="damaged", item=item.index_no)


def _keep(case: Dispute, item: Evidence, digest: str, at: datetime) -> None:
    """Nothing of a damaged case is erased until two people end the hold."""
    if not case.holds.filter(kind=Keep.LEGAL, lifted_at=None).exists():
        why = f"{item.index_no}: SHA-256 {digest[:12] or '–'} ≠ {item.sha256[:12]}"
        CaseHold.objects.create(dispute=case, kind=Keep.LEGAL, reason=why, set_at=at)
    if case.hold == Hold.NONE:
        case.hold = Hold.LEGAL
        case.save(update_fields=["hold"])
