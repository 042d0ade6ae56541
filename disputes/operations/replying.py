"""The right of reply (F12): whoever did not bring something in has time to answer it before the file closes.

Called with the case held. A window is a `reply` clock of one side. Items open it while a neutral has the case
or will have it, and move the closing of the file behind it; talk does so only where nobody could answer it
any more. While a side's window runs, what it brings in is its reply and not late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import Dispute, DisputeDeadline, Event, Extension
from ..states import LATE_IN, Actor, Channel, EvidenceStatus, Side, State, Waiting
from . import chain, deadlines, outside
from .case import hold

REPLY = "reply"
WINDOW_IN = (State.MEDIATION_PENDING, State.IN_MEDIATION, *LATE_IN)
# What waits until the last reply is in.
_CLOSINGS = ("mediation", "decide", "final_decision")
_OWN: dict[str, Waiting] = {
    Actor.TR: Waiting.TRADER,
    Actor.SU: Waiting.PLATFORM,
    Actor.CH: Waiting.PLATFORM,
    Actor.CO: Waiting.PLATFORM,
}
_SIDES = (Waiting.TRADER, Waiting.PLATFORM)
_AS_SIDE = {Waiting.TRADER: Side.TRADER, Waiting.PLATFORM: Side.PLATFORM}
_CLOSED_BY = ("dispute.report_no_settlement", "dispute.send_back")
IN_A_ROW = 3


def own_window(dispute: Dispute, role: str) -> DisputeDeadline | None:
    """The window in which this side may still reply."""
    rows = dispute.deadlines.running().filter(metric=REPLY, waits_for=_OWN.get(role, ""))
    return rows.first()


def require_reason(dispute: Dispute, role: str, reason: str) -> str:
    """The reason why something comes after the file was closed; nothing where it is not late."""
    reason = many_lines(reason)[:1000]
    if dispute.state not in LATE_IN or own_window(dispute, role):
        return ""
    if not reason:
        told = _("The file is closed. Please say why this comes only now; whoever decides rules on it.")
        raise Invalid(fields={"late_reason": [told]}, code="late_without_reason")
    return reason


def open_for_others(
    dispute: Dispute, role: str, *, by: Person, at: datetime, talk: bool = False
) -> datetime | None:
    """Give everyone but this side a fresh window, and let nothing close before it; its end."""
    if dispute.state not in WINDOW_IN:
        return None
    due = deadlines.due_by(dispute.policy_version, REPLY, at)
    if due is None:
        return None
    for side in _SIDES:
        if side != _OWN.get(role):
            _open(dispute, side, due, at)
    with override(dispute.language):
        said = _("The other side may reply to a message.")
        because = said if talk else _("The other side may reply to new evidence.")
    _close_later(dispute, due, _Why(because, by, str(role), at))
    return due


def _open(dispute: Dispute, side: str, due: datetime, at: datetime) -> None:
    running = dispute.deadlines.running().filter(metric=REPLY, waits_for=side).first()
    if running is None:
        deadlines.put(dispute, REPLY, due, side, at=at)
    elif running.moment < due:
        deadlines.move(running, due, at=at)


@dataclass(frozen=True)
class _Why:
    """Why a closing moves, and by whose act."""

    because: str
    by: Person
    role: str
    at: datetime


def _close_later(dispute: Dispute, due: datetime, why: _Why) -> None:
    """Closings move behind the reply, never past the last day for our final answer; the line says so."""
    last, because = deadlines.last_day(dispute), why.because
    if last is not None and last < due:
        with override(dispute.language):
            because += outside.gap() + _(
                "The date stops at the last day for our final answer, although the reply has longer."
            )
        due = last
    for row in dispute.deadlines.running().filter(metric__in=_CLOSINGS, due_at__lt=due):
        was = row.moment
        deadlines.move(row, due, at=why.at)
        Extension.objects.create(
            deadline=row, was_due_at=was, due_at=due, reason=because, by=why.by, role=why.role, at=why.at
        )


def after_talk(dispute: Dispute, role: str, *, by: Person, at: datetime) -> None:
    """What a party says to everyone once the file is closed can be answered before anything is decided."""
    if dispute.state == State.IN_DETERMINATION and role in _OWN:
        open_for_others(dispute, role, by=by, at=at, talk=True)


def require_turn(dispute: Dispute, role: str) -> None:
    """Once the file is closed one side speaks a few times unasked, and then somebody else does.

    Each time gives the other side a window, so that without an end to it nothing would ever be decided.
    """
    if dispute.state != State.IN_DETERMINATION or role not in _OWN or own_window(dispute, role):
        return
    closed = dispute.events.filter(action__in=_CLOSED_BY).order_by("-seq").values_list("seq", flat=True)
    said = dispute.events.filter(action=f"dispute.said.{Channel.OPEN}", seq__gt=closed.first() or 0)
    last = list(said.order_by("-seq").values_list("role", flat=True)[:IN_A_ROW])
    if len(last) == IN_A_ROW and {_OWN.get(one) for one in last} == {_OWN[role]}:
        told = _("You have spoken %(n)s times since the file was closed. Somebody else has to speak first.")
        raise Conflict(told % {"n": IN_A_ROW}, code="said_enough")


def look_again(dispute: Dispute, *, at: datetime) -> list[str]:
    """Something does not count any more: windows to reply to it alone end; the sides whose have ended."""
    ended = []
    for row in dispute.deadlines.running().filter(metric=REPLY):
        due = _needed(dispute, row)
        if due is None or due <= at:
            deadlines.cancel([row], at=at)
            ended.append(str(row.waits_for))
        elif due < row.moment:
            deadlines.move(row, due, at=at)
    return sorted(ended)


def _needed(dispute: Dispute, row: DisputeDeadline) -> datetime | None:
    """Until when the side may reply to the newest item that counts, or to the newest words of the other."""
    side = Waiting(row.waits_for)
    items = dispute.evidence.exclude(status=EvidenceStatus.EXCLUDED).exclude(side=_AS_SIDE[side])
    items = items.filter(submitted_at__gte=row.started_at)
    roles = [role for role, own in _OWN.items() if own != side]
    words = dispute.messages.filter(channel=Channel.OPEN, role__in=roles)
    if not dispute.events.filter(action__in=_CLOSED_BY, at=row.started_at).exists():
        # Only what the file was closed with was said before its window began.
        words = words.filter(created_at__gte=row.started_at)
    newest = [items.aggregate(at=Max("submitted_at"))["at"], words.aggregate(at=Max("created_at"))["at"]]
    dues = [deadlines.due_by(dispute.policy_version, REPLY, one) for one in newest if one is not None]
    return max((due for due in dues if due is not None), default=None)


def owed_at_closing(dispute: Dispute, *, at: datetime) -> dict[Waiting, datetime]:
    """The talk ends: a side that has not answered the other's last words still may, until then."""
    span = deadlines.due_by(dispute.policy_version, REPLY, at)
    if span is None:
        return {}
    said = dispute.messages.filter(channel=Channel.OPEN, role__in=list(_OWN))
    found: dict[Waiting, datetime] = {}
    for side in _SIDES:
        roles = [role for role, own in _OWN.items() if own == side]
        mine = said.filter(role__in=roles).order_by("-id").first()
        theirs = said.exclude(role__in=roles).filter(created_at__gt=at - (span - at) - timedelta(days=1))
        last = theirs.filter(pk__gt=mine.pk if mine else 0).order_by("-id").first()
        due = deadlines.due_by(dispute.policy_version, REPLY, last.created_at) if last else None
        if due is not None and due > at:
            found[side] = due
    return found


def open_at_closing(dispute: Dispute, owed: dict[Waiting, datetime], *, at: datetime) -> None:
    """These windows run on behind the closed file, and nothing is decided meanwhile."""
    for side, due in owed.items():
        _open(dispute, side, due, at)


def last_end(dispute: Dispute) -> datetime | None:
    """When the last window ends."""
    rows = dispute.deadlines.running().filter(metric=REPLY)
    return rows.order_by("-due_at").values_list("due_at", flat=True).first()


@transaction.atomic
def waive(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Event:
    """One side says that it has nothing (more) to reply; nobody has to wait for it any longer."""
    dispute, at = hold(dispute), at or clock.now()
    access.require_declared(by, dispute)
    role = access.acting(by, dispute, (Actor.TR, Actor.SU, Actor.CH))
    row = own_window(dispute, role)
    if row is None:
        raise Conflict(_("There is nothing for your side to reply to now."), code="no_reply_open")
    deadlines.fulfil([row], at=at)
    return chain.add(
        dispute, "dispute.reply.waived", by=by, role=role, at=at, facts={"side": str(row.waits_for)}
    )
