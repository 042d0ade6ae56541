"""The delay notice: our answer is late, and the trader need not wait for it to go outside.

Source: disputes.md 1.1(3) and 5.5(3). The letter is drafted at three quarters of the time and shown to
whoever directs the case; if the date passes without a final letter it goes out by itself.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines

from .. import access
from ..models import DelayNotice, Dispute, DisputeDeadline, Event
from ..states import Actor, LetterKind
from . import chain, lettering, telling
from .case import hold

METRICS = ("response", "hard_stop")
SENT_BY = (Actor.SU, Actor.CO)


def pending(dispute: Dispute) -> DelayNotice | None:
    """The drafted letter that has not gone out and is still needed."""
    drafts = DelayNotice.objects.filter(deadline__dispute=dispute, sent_at=None).select_related("deadline")
    owed = (draft for draft in drafts.order_by("deadline__due_at") if draft.deadline.fulfilled_at is None)
    return next((draft for draft in owed if draft.deadline.cancelled_at is None), None)


def draft(dispute: Dispute, row: DisputeDeadline, event: Event) -> DelayNotice:
    """The letter lies ready from now on, and those who may send it are asked to. The case is held."""
    notice, fresh = DelayNotice.objects.get_or_create(deadline=row, defaults={"drafted_at": event.at})
    if fresh:
        people = {one.pk: one for one in (*telling.platform(dispute), *telling.holders(Role.COMPLIANCE))}
        telling.people(
            "dispute.task", dispute, event, people.values(), task="delay", due_at=row.moment.isoformat()
        )
    return notice


@transaction.atomic
def send(
    dispute: Dispute, *, by: Person, reason: str, expected_on: date | None, at: datetime | None = None
) -> DelayNotice:
    """Send the drafted letter now, with the reason and the day by which the answer is expected."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, SENT_BY)
    notice = pending(dispute)
    if notice is None:
        raise Conflict(_("No delay notice is waiting in this case."), code="no_delay_notice")
    reason = many_lines(reason)[:4000]
    wrong: dict[str, list[str | Promise]] = {}
    if not reason:
        wrong["reason"] = [_("Please say why the answer is not ready.")]
    if expected_on is None or expected_on <= at.date():
        wrong["expected_on"] = [_("Please give a day in the future.")]
    if wrong:
        raise Invalid(fields=wrong)
    notice.reason, notice.expected_on = reason, expected_on
    event = chain.add(
        dispute,
        "dispute.delay.sent",
        by=by,
        role=role,
        at=at,
        facts={"clock": notice.deadline.metric, "expected_on": str(expected_on)},
        private={"reason": reason},
    )
    return _sent(dispute, notice, event, by=by)


def send_by_itself(dispute: Dispute, row: DisputeDeadline, event: Event) -> None:
    """The date has passed and no final letter is out: the notice goes as it stands. The case is held."""
    notice, _fresh = DelayNotice.objects.get_or_create(deadline=row, defaults={"drafted_at": event.at})
    if notice.sent_at is None:
        _sent(dispute, notice, event, by=None)


def _sent(dispute: Dispute, notice: DelayNotice, event: Event, *, by: Person | None) -> DelayNotice:
    notice.sent_at, notice.sent_by = event.at, by
    notice.save()
    expected = str(notice.expected_on or "")
    letter = lettering.issue(dispute, LetterKind.DELAY, event, by=by, reason=notice.reason, expected=expected)
    telling.both("dispute.delay", dispute, event, letter=letter.number, expected_on=expected)
    return notice
