"""Files of which nobody owes anything any more, closed by time."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from helpdesk.core import clock
from helpdesk.core.locks import hold_some
from helpdesk.timers.models import State as Ticking
from tickets.models import Ticket

from ..models import Dispute, DisputeDeadline
from ..states import State
from . import answering

# As long as a closed case can be taken up again.
REST = timedelta(days=30)
MOST = 50


def close_rested() -> int:
    """Close the decisions nobody accepted once the last day outside is over and a month has gone by."""
    rested = list(_rested().values_list("pk", "ticket_id")[:MOST])
    return sum(_close(pk, ticket) for pk, ticket in rested)


def _rested() -> QuerySet[Dispute]:
    ticking = DisputeDeadline.objects.filter(dispute=OuterRef("pk"), state=Ticking.RUNNING)
    silent = Dispute.objects.filter(state=State.FINAL).exclude(Exists(ticking))
    return silent.filter(events__seq=F("chain_length"), events__at__lte=clock.judge() - REST)


@transaction.atomic
def _close(pk: int, ticket: int) -> int:
    """One case, if it is still so under its lock; one that somebody works on waits for the next round."""
    if not hold_some(Ticket.objects.filter(pk=ticket)) or not hold_some(Dispute.objects.filter(pk=pk)):
        return 0
    if not _rested().filter(pk=pk).exists():
        return 0
    answering.close_final(Dispute.objects.get(pk=pk), by=None)
    return 1
