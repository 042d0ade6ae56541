"""Taking a closed or withdrawn case up again, within the window that opened with its end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
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
from ..models import Dispute, DisputeMessage, Event, Point
from ..reads.after import may_reopen
from ..states import Actor, Channel, transition
from . import authorising, evidence, moving, opening, telling
from .case import hold

MOST_POINTS = 10


@transaction.atomic
def reopen(
    dispute: Dispute,
    *,
    by: Person,
    reason: str,
    files: Iterable[Stored] = (),
    points: Iterable[str] = (),
    at: datetime | None = None,
) -> Event:
    """Back to the investigation with a reason or new evidence; our answer is owed anew, from today.

    New points are a complaint of their own in the register, received now, with its own clock; the case keeps
    its old points beside them. Whoever sat in a neutral seat has left it for good: another mediation has
    another mediator.
    """
    dispute, at, files = hold(dispute), at or clock.now(), list(files)
    role = access.acting(by, dispute, (Actor.TR,))
    transition("reopen", dispute.state, role)
    if not may_reopen(dispute, at):
        over = _("The time to reopen this case is over. You may still go outside, or write a new ticket.")
        raise Conflict(over, code="reopen_window_over")
    reason = many_lines(reason)[:4000]
    new = [text for point in points if (text := many_lines(point)[:4000])][:MOST_POINTS]
    if not reason and not files and not new:
        raise Invalid(fields={"reason": [_("Please say why, or add new evidence.")]})
    was = dispute.outcome
    event = moving.apply(
        dispute, "reopen", by=by, at=at,
        facts={"outcome_before": was, "files": len(files)} | _added(dispute, new, by=by, at=at),
        private={"reason": reason} if reason else None,
    )  # fmt: skip
    dispute.outcome, dispute.withdrawal_asked_at = "", None
    dispute.save(update_fields=["outcome", "withdrawal_asked_at"])
    # What waited for approval was written before there was anything new: its author looks at it again.
    waiting = dispute.decisions.answers().filter(issued_at=None)
    authorising.end(dispute.authorities.live().filter(decision__in=waiting), at=at)
    waiting.update(submitted_at=None)
    lifecycle.reopen_with_dispute(Ticket.objects.get(pk=dispute.ticket_id), by=by, at=at)
    if reason:
        _said(dispute, by, reason, at)
    evidence.admit_files(dispute, files, by=by, role=role, at=at)
    telling.both("dispute.step", dispute, event, step="reopened")
    telling.people("dispute.task", dispute, event, telling.holders(Role.HANDLER), task="reopened")
    return event


def _added(dispute: Dispute, texts: list[str], *, by: Person, at: datetime) -> dict[str, Any]:
    """The new points, numbered on from the old ones, and their row in the register. The case is held."""
    if not texts:
        return {}
    last = dispute.points.aggregate(last=Max("number"))["last"] or 0
    for number, text in enumerate(texts, start=last + 1):
        title, _line, rest = text.partition("\n")
        Point.objects.create(
            dispute=dispute, number=number, title=title[:200], text=rest if len(title) <= 200 else text,
            language=by.language, raised_by=by, raised_at=at,
        )  # fmt: skip
    complaint = opening.register_again(dispute, by=by, at=at)
    return {"complaint": complaint.register_no, "points": list(range(last + 1, last + 1 + len(texts)))}


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
