"""Taking a closed or withdrawn case up again, within the window that opened with its end."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock, richtext
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines
from tickets.models import Ticket
from tickets.operations import lifecycle
from tickets.operations.attaching import Stored

from .. import access
from ..models import Dispute, DisputeMessage, Event
from ..reads.after import may_reopen
from ..states import Actor, Channel, transition
from . import evidence, moving, telling
from .case import hold


@transaction.atomic
def reopen(
    dispute: Dispute, *, by: Person, reason: str, files: Iterable[Stored] = (), at: datetime | None = None
) -> Event:
    """Back to the investigation with a reason or new evidence; our answer is owed anew, from today.

    Whoever sat in a neutral seat has left it for good: another mediation has another mediator.
    """
    dispute, at, files = hold(dispute), at or clock.now(), list(files)
    role = access.acting(by, dispute, (Actor.TR,))
    transition("reopen", dispute.state, role)
    if not may_reopen(dispute, at):
        over = _("The time to reopen this case is over. You may still go outside, or write a new ticket.")
        raise Conflict(over, code="reopen_window_over")
    reason = many_lines(reason)[:4000]
    if not reason and not files:
        raise Invalid(fields={"reason": [_("Please say why, or add new evidence.")]})
    was = dispute.outcome
    event = moving.apply(
        dispute, "reopen", by=by, at=at, facts={"outcome_before": was, "files": len(files)},
        private={"reason": reason} if reason else None,
    )  # fmt: skip
    dispute.outcome, dispute.withdrawal_asked_at = "", None
    dispute.save(update_fields=["outcome", "withdrawal_asked_at"])
    # What waited for approval was written before there was anything new: its author looks at it again.
    dispute.decisions.answers().filter(issued_at=None).update(submitted_at=None)
    lifecycle.reopen_with_dispute(Ticket.objects.get(pk=dispute.ticket_id), by=by, at=at)
    if reason:
        _said(dispute, by, reason, at)
    evidence.admit_files(dispute, files, by=by, role=role, at=at)
    telling.both("dispute.step", dispute, event, step="reopened")
    telling.people("dispute.task", dispute, event, telling.holders(Role.HANDLER), task="reopened")
    return event


def _said(dispute: Dispute, by: Person, reason: str, at: datetime) -> None:
    """The reason stands where both sides read; the step itself is its place in the log."""
    DisputeMessage.objects.create(
        dispute=dispute,
        channel=Channel.OPEN,
        author=by,
        role=Actor.TR,
        body=reason,
        body_html=richtext.plain(reason),
        language=by.language,
        created_at=at,
    )
