"""Withdrawing. Only the trader can, and only with a second confirmation two days later."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict

from .. import access
from ..errors import TooEarly
from ..models import Dispute, Event
from ..states import THINK, Actor, LetterKind, State
from . import chain, lettering, moving, telling
from .case import hold


@transaction.atomic
def ask(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Event:
    """The first of two steps; everything goes on meanwhile."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR,))
    if not dispute.is_open or dispute.state == State.DRAFT:
        raise Conflict(_("The case is already over."), code="dispute_withdraw_not_open")
    if dispute.withdrawal_asked_at is None:
        dispute.withdrawal_asked_at = at
        dispute.save(update_fields=["withdrawal_asked_at"])
    event = chain.add(dispute, "dispute.withdrawal.asked", by=by, role=role, at=at)
    telling.trader("dispute.step", dispute, event, step="withdrawal_asked", until=(at + THINK).isoformat())
    return event


@transaction.atomic
def keep(dispute: Dispute, *, by: Person) -> Event:
    """The trader thinks again: nothing has happened."""
    dispute = hold(dispute)
    role = access.acting(by, dispute, (Actor.TR,))
    if dispute.withdrawal_asked_at is None or not dispute.is_open:
        raise Conflict(_("You have not asked to withdraw."), code="no_withdrawal")
    dispute.withdrawal_asked_at = None
    dispute.save(update_fields=["withdrawal_asked_at"])
    return chain.add(dispute, "dispute.withdrawal.kept", by=by, role=role)


@transaction.atomic
def withdraw(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Event:
    """The second step ends the case; it can be reopened for a while."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.TR,))
    asked = dispute.withdrawal_asked_at
    if dispute.is_open and (asked is None or at < asked + THINK):
        raise TooEarly(
            _("Please confirm again after two days. Until then everything goes on, and nobody can press you.")
        )
    event = moving.apply(dispute, "withdraw", by=by, at=at, outcome="withdrawn")
    letter = lettering.issue(dispute, LetterKind.RIGHTS, event)
    telling.both("dispute.step", dispute, event, step="withdrawn", letter=letter.number)
    return event
