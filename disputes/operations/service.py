"""The service of neutrals (F21): who was late is not drawn again until a supervisor clears them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line

from ..models import Assignment, DisputeDeadline, Lapse


def lapsed(seat: Assignment, row: DisputeDeadline, *, at: datetime) -> None:
    """Whoever sits there let this clock pass. The case is held."""
    _lapse, fresh = Lapse.objects.get_or_create(deadline=row, defaults={"person": seat.user, "at": at})
    if fresh:
        subject = f"person:{seat.user_id}"
        record("neutral.lapsed", subject=subject, actor=None, dispute=row.dispute.reference, clock=row.metric)


@transaction.atomic
def clear(person: Person, *, by: Person, reason: str) -> None:
    """A supervisor says why the person may be drawn again; nobody says so of themselves."""
    person, at = hold(person), clock.now()
    if not by.has_role(Role.SUPERVISOR) or by.pk == person.pk:
        raise Forbidden
    reason = one_line(reason)[:1000]
    if not reason:
        raise Invalid(fields={"reason": [_("Please say why they may be drawn again.")]})
    rows = Lapse.objects.filter(person=person, cleared_at=None)
    if not rows.update(cleared_at=at, cleared_by=by, reason=reason):
        raise Conflict(_("This person can be drawn already."), code="not_late")
    record("neutral.cleared", subject=f"person:{person.pk}", actor=by, reason=reason)
