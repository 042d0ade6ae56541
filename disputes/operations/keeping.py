"""Holds: what forbids erasing a case. One is the system's own; each of the others is ended by two people."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid, NotFound
from helpdesk.core.locks import hold as lock
from helpdesk.core.text import many_lines

from ..errors import SecondPerson
from ..models import CaseHold, Dispute
from ..reads import keeping
from ..states import OVER, Actor, Hold
from ..states.paying import Keep
from . import chain
from .case import hold


def follow(dispute: Dispute, *, at: datetime) -> None:
    """Everything is preserved while a case is open, and released by its end. The case is held."""
    rows = dispute.holds.filter(kind=Keep.PRESERVATION, lifted_at=None)
    if dispute.state in OVER:
        rows.update(lifted_at=at)
    elif not rows.exists():
        CaseHold.objects.create(dispute=dispute, kind=Keep.PRESERVATION, set_at=at)


@transaction.atomic
def put(reference: str, *, kind: str, reason: str, by: Person, at: datetime | None = None) -> CaseHold:
    """Compliance holds a case. A legal hold is in its log; of a compliance hold only compliance knows."""
    if not by.has_role(Role.COMPLIANCE):
        raise Forbidden
    dispute, reason = keeping.by_reference(reference), many_lines(reason)[:1000]
    wrong: dict[str, list] = {}
    if dispute is None:
        wrong["reference"] = [_("There is no case with this number.")]
    if kind not in {Keep.LEGAL, Keep.AML}:
        wrong["kind"] = [_("Please choose the kind of hold.")]
    if not reason:
        wrong["reason"] = [_("Please say why.")]
    if wrong or dispute is None:
        raise Invalid(fields=wrong)
    dispute, at = hold(dispute), at or clock.now()
    if dispute.purged_at is not None:
        raise Conflict(_("This case has been erased already."), code="already_purged")
    if dispute.holds.filter(kind=kind, lifted_at=None).exists():
        raise Conflict(_("This case is held already."), code="already_held")
    row = CaseHold.objects.create(dispute=dispute, kind=kind, reason=reason, set_by=by, set_at=at)
    _record(row, "dispute.hold.set", by, at, reason, Hold.LEGAL)
    return row


def _record(row: CaseHold, action: str, by: Person, at: datetime, reason: str, held: str) -> None:
    if row.kind != Keep.LEGAL:
        return
    dispute = row.dispute
    if dispute.hold != held:
        dispute.hold = held
        dispute.save(update_fields=["hold"])
    role = Actor.CO if by.has_role(Role.COMPLIANCE) else Actor.SU
    facts, private = {"hold": row.pk}, {"reason": reason} if reason else None
    chain.add(dispute, action, by=by, role=role, at=at, facts=facts, private=private, handling=False)


def _open(pk: int, by: Person) -> CaseHold:
    row = keeping.holds_for(by).filter(pk=pk).first() if keeping.has_keeping(by) else None
    if row is None:
        raise NotFound
    dispute = hold(row.dispute)
    row = lock(row)
    row.dispute = dispute
    if row.lifted_at is not None:
        raise Conflict(_("This hold has ended."), code="hold_ended")
    return row


@transaction.atomic
def ask_end(pk: int, *, reason: str, by: Person, at: datetime | None = None) -> CaseHold:
    """Compliance asks for the end of a hold; it stands until somebody else agrees."""
    row, at, reason = _open(pk, by), at or clock.now(), many_lines(reason)[:1000]
    if not by.has_role(Role.COMPLIANCE):
        raise Forbidden
    if row.lift_asked_by_id is not None:
        raise Conflict(_("Its end has been asked for already."), code="end_asked")
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why.")]})
    row.lift_asked_by, row.lift_asked_at, row.lift_reason = by, at, reason
    row.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])
    _record(row, "dispute.hold.lift_asked", by, at, reason, Hold.LEGAL)
    return row


@transaction.atomic
def agree_end(pk: int, *, by: Person, at: datetime | None = None) -> CaseHold:
    """A second person agrees: the hold ends."""
    row, at = _open(pk, by), at or clock.now()
    if row.lift_asked_by_id is None:
        raise Conflict(_("Nobody has asked for the end of this hold."), code="end_not_asked")
    if row.lift_asked_by_id == by.pk:
        raise SecondPerson
    if keeping.hold_step(by, row) != "agree":
        raise Forbidden
    row.lifted_by, row.lifted_at = by, at
    row.save(update_fields=["lifted_by", "lifted_at"])
    _record(row, "dispute.hold.lifted", by, at, "", Hold.NONE)
    return row
