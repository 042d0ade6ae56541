"""Who works on a ticket."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.audit.log import record
from helpdesk.core import clock
from helpdesk.core.errors import Invalid
from helpdesk.core.locks import hold
from helpdesk.core.text import one_line
from helpdesk.notify.send import notify

from ..errors import AlreadyTaken
from ..models import Team, Ticket
from .saving import save


@transaction.atomic
def claim(ticket: Ticket, *, by: Person) -> Ticket:
    """Take a ticket nobody has; two who click at once are told who was first."""
    ticket = hold(ticket)
    if ticket.assignee_id == by.pk:
        return ticket
    if ticket.assignee_id is not None:
        raise AlreadyTaken(_("%(name)s has already taken this ticket.") % {"name": ticket.assignee})
    ticket.assignee = by
    save(ticket, at=clock.now())
    record("ticket.claimed", subject=ticket.reference, actor=by)
    return ticket


@transaction.atomic
def assign(ticket: Ticket, *, to: Person | None, by: Person, reason: str = "") -> Ticket:
    """Give a ticket to an agent, or back to the queue (None)."""
    if to is not None and not to.is_agent:
        raise Invalid(fields={"assignee": [_("%(name)s does not work on tickets.") % {"name": to}]})
    ticket = hold(ticket)
    if ticket.assignee_id == (to.pk if to else None):
        return ticket
    before = str(ticket.assignee) if ticket.assignee else ""
    ticket.assignee = to
    save(ticket, at=clock.now())
    entry = record(
        "ticket.assigned" if to else "ticket.unassigned",
        subject=ticket.reference,
        actor=by,
        before=before,
        to=str(to) if to else "",
        to_id=to.pk if to else None,
        reason=one_line(reason)[:200],
    )
    if to is not None and to != by:
        notify(
            "ticket.assigned",
            to=to,
            event_id=f"ticket.assigned:{entry.pk}",
            subject_ref=ticket.reference,
            url=ticket.get_desk_url(),
            context={"reference": ticket.reference, "subject": ticket.subject, "by": str(by)},
            channels=("inapp",),
        )
    return ticket


@transaction.atomic
def set_team(ticket: Ticket, team: Team | None, *, by: Person) -> Ticket:
    """Move a ticket to another team."""
    ticket = hold(ticket)
    if ticket.team_id != (team.pk if team else None):
        ticket.team = team
        save(ticket, at=clock.now())
        record("ticket.team.changed", subject=ticket.reference, actor=by, team=str(team or ""))
    return ticket
