"""Holding a case: the ticket first, then the dispute, everywhere in that order."""

from helpdesk.core import locks
from tickets.models import Ticket

from ..models import Dispute


def hold(dispute: Dispute) -> Dispute:
    """The case as it stands now, ours until the transaction ends.

    The ticket is locked with it and before it: what is said on a ticket locks them in the same order.
    """
    locks.hold(Ticket(pk=dispute.ticket_id))
    return locks.hold(dispute)
