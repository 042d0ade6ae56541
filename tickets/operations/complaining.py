"""Whether something said on a ticket is a complaint: a person of the house says so, either way on record."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock, events
from helpdesk.core.errors import Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line

from ..errors import HasCase
from ..events import ComplaintVoiced
from ..models import Message, Ticket
from ..states import Delivery, Kind
from . import lifecycle
from .saving import save

LONGEST_REASON = 500


@transaction.atomic
def mark(ticket: Ticket, message_id: int, *, by: Person, at: datetime | None = None) -> Ticket:
    """It is one: a case opens in this very transaction, and counts from the moment it was said."""
    ticket, at = hold(ticket), at or clock.now()
    message = _said(ticket, message_id)
    if ticket.dispute_reference:
        raise HasCase
    record("ticket.complaint.marked", subject=ticket.reference, actor=by, message=message.pk)
    lifecycle.go_into_dispute(ticket, by=by, at=at)
    events.publish(ComplaintVoiced(ticket.pk, ticket.reference, message.pk, at, by.pk))
    ticket.refresh_from_db()
    return ticket


@transaction.atomic
def dismiss(ticket: Ticket, message_id: int, *, by: Person, reason: str) -> Ticket:
    """It is none, and why: whoever looks later can see that somebody asked the question."""
    ticket, reason = hold(ticket), one_line(reason)[:LONGEST_REASON]
    message = _said(ticket, message_id)
    if ticket.dispute_reference:
        raise HasCase
    if not reason:
        raise Invalid(fields={"reason": [_("Please say in a few words why it is no complaint.")]})
    told = {"message": message.pk, "reason": reason}
    record("ticket.complaint.dismissed", subject=ticket.reference, actor=by, **told)
    save(ticket, at=clock.now())
    return ticket


def _said(ticket: Ticket, message_id: int) -> Message:
    """What the trader said, or what somebody of the house noted of a call."""
    heard = ticket.messages.filter(pk=message_id, delivery=Delivery.SENT).first()
    if heard is None or not (heard.kind == Kind.NOTE or (heard.kind == Kind.PUBLIC and not heard.from_staff)):
        raise Invalid(
            fields={"message": [_("Please choose something the trader said, or the note of a call.")]}
        )
    return heard
