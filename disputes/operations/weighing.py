"""Whoever decides says of each late item whether it counts, and why (F12)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..access import room
from ..models import Evidence
from ..states import EvidenceStatus
from . import chain, replying, telling
from .case import hold

LEFT_OUT = "ruled"


@transaction.atomic
def rule(item: Evidence, *, by: Person, admit: bool, reason: str, at: datetime | None = None) -> Evidence:
    """Admit a late item or leave it out; both sides read the reason."""
    dispute, at = hold(item.dispute), at or clock.now()
    access.require_declared(by, dispute)
    role = access.acting(by, dispute, room.RULES)
    item = access.evidence_for(by, dispute).get(pk=item.pk)
    reason = many_lines(reason)[:1000]
    if item.status != EvidenceStatus.LATE:
        raise Conflict(_("This item does not wait for a ruling."), code="not_late")
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why. Both sides will read it.")]})
    # An edited version stands and falls with its original.
    together = dispute.evidence.filter(status=EvidenceStatus.LATE, derivative_of=item.derivative_of or item)
    for one in {row.pk: row for row in [item, *together, *_original(item)]}.values():
        one.status = EvidenceStatus.ADMITTED if admit else EvidenceStatus.EXCLUDED
        one.exclusion_reason = "" if admit else LEFT_OUT
        one.ruling, one.ruled_by, one.ruled_at = reason, by, at
        one.save(update_fields=["status", "exclusion_reason", "ruling", "ruled_by", "ruled_at"])
    # Nobody has to answer what does not count, and nobody waits for an answer to it.
    ended = [] if admit else replying.look_again(dispute, at=at)
    event = chain.add(
        dispute,
        "dispute.evidence.admitted_late" if admit else "dispute.evidence.left_out",
        by=by,
        role=role,
        at=at,
        facts={"evidence": item.index_no} | ({"reply_over": ended} if ended else {}),
        private={"reason": reason},
    )
    step = "late_admitted" if admit else "late_left_out"
    telling.both("dispute.step", dispute, event, step=step, item=item.index_no, reason=reason)
    item.refresh_from_db()
    return item


def _original(item: Evidence) -> list[Evidence]:
    first = item.derivative_of
    return [first] if first and first.status == EvidenceStatus.LATE else []
