"""From the investigation straight to mediation (T11): our time ran out, or a supervisor thinks it better."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import Dispute, Event
from ..reads.before import answered_late
from ..states import Actor, State
from . import chain, moving, telling
from .case import hold
from .handling import refuse_named

UNANSWERED = (State.ACKNOWLEDGED, State.INVESTIGATING)


@transaction.atomic
def escalate(dispute: Dispute, *, by: Person, reason: str = "", at: datetime | None = None) -> Event:
    """By the trader once our time is over, by a supervisor at will and with a reason."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU))
    reason = many_lines(reason)[:1000]
    if role == Actor.SU:
        refuse_named(by, dispute)
        if not reason:
            raise Invalid(fields={"reason": [_("Please say why. Both sides will read it.")]})
    return _go(dispute, by, reason, at)


@transaction.atomic
def unanswered(dispute: Dispute, *, at: datetime) -> None:
    """Our time for the answer has ended without one: the platform's default, and mediation by itself."""
    dispute = hold(dispute)
    if dispute.state not in UNANSWERED:
        return
    dispute.platform_default = True
    dispute.save(update_fields=["platform_default"])
    if dispute.escalates_itself:
        _go(dispute, None, "", at)
    else:
        event = chain.add(dispute, "dispute.default", by=None, role=Actor.SY, at=at)
        telling.trader("dispute.step", dispute, event, step="your_choice")


def _go(dispute: Dispute, by: Person | None, reason: str, at: datetime) -> Event:
    if answered_late(dispute) and not dispute.platform_default:
        dispute.platform_default = True
        dispute.save(update_fields=["platform_default"])
    facts = {"cause": "response" if by is None else "asked", "platform_default": dispute.platform_default}
    private = {"reason": reason} if reason else None
    event = moving.apply(dispute, "escalate", by=by, at=at, facts=facts, private=private)
    telling.both(
        "dispute.step", dispute, event, step="escalated", reason=reason, late=dispute.platform_default
    )
    telling.people("dispute.task", dispute, event, telling.platform(dispute), task="draw")
    return event


@transaction.atomic
def choose(dispute: Dispute, *, by: Person, automatic: bool) -> Event:
    """The trader says whether the case goes to mediation by itself when our answer is late."""
    dispute = hold(dispute)
    role = access.acting(by, dispute, (Actor.TR,))
    if dispute.state not in UNANSWERED:
        raise Conflict(_("This can be chosen while the case is investigated."), code="choice_not_open")
    dispute.escalates_itself = automatic
    dispute.save(update_fields=["escalates_itself"])
    action = "dispute.automatic.on" if automatic else "dispute.automatic.off"
    return chain.add(dispute, action, by=by, role=role)
