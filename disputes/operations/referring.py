"""The way outside: which body has the case, whether the work here goes on beside, and what the body found."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid
from helpdesk.core.text import many_lines, one_line
from tickets.operations.attaching import Stored

from .. import access
from ..models import Dispute, Event, ExternalBody, ExternalReferral
from ..reads.after import open_referral
from ..states import DOMAIN, OUTSIDE, Actor, ExternalOutcome, State
from . import answering, authorising, chain, deadlines, evidence, moving, telling
from .case import hold
from .conditions import owed_now

# What ends nothing here: the body has not judged.
_NOT_JUDGED = (ExternalOutcome.NOT_TAKEN, ExternalOutcome.WITHDRAWN)


@transaction.atomic
def tell(
    dispute: Dispute,
    *,
    by: Person,
    body: ExternalBody | None,
    day: date | None,
    their_reference: str,
    body_name: str = "",
    stops: bool = False,
    at: datetime | None = None,
) -> ExternalReferral:
    """The case is with a body outside. Only the trader can let the work here stop; else it goes on beside."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU, Actor.CO))
    if not dispute.is_open or dispute.state == State.DRAFT:
        raise Conflict(
            _("The case is over here. You may go outside all the same."), code="dispute_refer_not_open"
        )
    if open_referral(dispute) is not None:
        raise Conflict(_("The case is with an outside body already."), code="already_referred")
    name, their_reference = one_line(str(body) if body else body_name)[:160], one_line(their_reference)[:80]
    day = _checked(dispute, name, day, their_reference, at)
    referral = ExternalReferral.objects.create(
        dispute=dispute,
        number=(dispute.referrals.aggregate(last=Max("number"))["last"] or 0) + 1,
        body=body,
        body_name=name,
        day=day,
        their_reference=their_reference,
        told_by=by,
        told_as=role,
        told_at=at,
    )
    facts = {"referral": referral.number, "body": body.code if body else "", "day": str(day)}
    private = {"body": name, "their_reference": their_reference}
    if stops and role == Actor.TR and dispute.state != State.REMEDY_DUE:
        _stop(dispute, referral, by=by, at=at, facts=facts, private=private)
    else:
        deadlines.meet(dispute, [OUTSIDE], at=at)
        event = chain.add(
            dispute, "dispute.referral.told", by=by, role=role, at=at, facts=facts, private=private
        )
        telling.both("dispute.step", dispute, event, step="referral_told", body=name)
    return referral


def _today(dispute: Dispute, at: datetime) -> date:
    return at.astimezone(ZoneInfo(dispute.trader.time_zone)).date()


def _checked(dispute: Dispute, name: str, day: date | None, their_reference: str, at: datetime) -> date:
    wrong: dict[str, list[Any]] = {}
    if not name:
        wrong["body"] = [_("Please choose the body, or write its name.")]
    if not their_reference:
        wrong["their_reference"] = [_("Please give the number the body has given the case.")]
    if day is None:
        wrong["day"] = [_("Please give the day.")]
    elif day > _today(dispute, at):
        wrong["day"] = [_("This day is still to come.")]
    if wrong or day is None:
        raise Invalid(fields=wrong)
    return day


@transaction.atomic
def stop_work(dispute: Dispute, *, by: Person, at: datetime | None = None) -> Event:
    """The trader lets the work here end while the body has the case."""
    dispute, at = hold(dispute), at or clock.now()
    access.acting(by, dispute, (Actor.TR,))
    referral = open_referral(dispute)
    if referral is None:
        raise Conflict(_("No outside body has this case."), code="no_referral")
    if dispute.state == State.REMEDY_DUE:
        raise Conflict(
            _("What the platform owes you stays owed; there is no other work."), code="remedy_owed"
        )
    return _stop(dispute, referral, by=by, at=at, facts={"referral": referral.number})


def _stop(
    dispute: Dispute,
    referral: ExternalReferral,
    *,
    by: Person | None,
    at: datetime,
    facts: dict[str, Any],
    private: dict[str, Any] | None = None,
) -> Event:
    event = moving.apply(dispute, "refer", by=by, at=at, facts=facts, private=private)
    if referral.stopped_at is None:  # after a reopening the work may end again; the row keeps the first time
        referral.stopped_at = at
        referral.save(update_fields=["stopped_at"])
    dispute.assignments.active().neutral().update(ended_at=at, end_reason="referred")
    telling.both("dispute.step", dispute, event, step="referred", body=referral.body_name)
    return event


@transaction.atomic
def record_outcome(
    dispute: Dispute,
    *,
    by: Person,
    outcome: str,
    text: str,
    day: date | None,
    remedy: str = "none",
    amount: Decimal | None = None,
    currency: str = "",
    files: Iterable[Stored] = (),
    at: datetime | None = None,
) -> ExternalReferral:
    """What the body found, in its own words and as a file, beside what we found."""
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.CH, Actor.SU))
    referral = open_referral(dispute)
    if referral is None or not dispute.is_open:
        raise Conflict(_("No outside body has this case."), code="no_referral")
    text, remedy = many_lines(text)[:20_000], remedy or "none"
    currency = one_line(currency).upper()[:12] if amount is not None else ""
    _check_outcome(referral, outcome, text, day, remedy, amount, currency, at)
    if dispute.state == State.REMEDY_DUE and owed_now(dispute) is not None:
        raise Conflict(_("What is owed here has to be carried out first."), code="remedy_owed")
    items = evidence.admit_files(dispute, files, by=by, role=role, at=at, title=referral.body_name)
    referral.outcome, referral.outcome_text, referral.outcome_day = outcome, text, day
    referral.ours, referral.remedy, referral.amount, referral.currency = (
        dispute.outcome,
        remedy,
        amount,
        currency,
    )
    referral.recorded_by, referral.recorded_at = by, at
    referral.item = items[0] if items else None
    facts = {
        "referral": referral.number,
        "outcome": outcome,
        "ours": dispute.outcome,
        "differs": referral.differs,
        "evidence": [item.index_no for item in items],
    }
    _follow(dispute, referral, by=by, role=role, at=at, facts=facts)
    return referral


def _check_outcome(
    referral: ExternalReferral,
    outcome: str,
    text: str,
    day: date | None,
    remedy: str,
    amount: Decimal | None,
    currency: str,
    at: datetime,
) -> None:
    wrong: dict[str, list[Any]] = {}
    if outcome not in ExternalOutcome.values:
        wrong["outcome"] = [_("Please choose the outcome.")]
    if not text:
        wrong["text"] = [_("Please give the words of the body.")]
    if day is None:
        wrong["day"] = [_("Please give the day.")]
    elif not referral.day <= day <= max(at.date(), _today(referral.dispute, at)):
        wrong["day"] = [_("The day lies between the one the case went there and today.")]
    if remedy not in {row["code"] for row in DOMAIN["remedies"]}:
        wrong["remedy"] = [_("Please choose the remedy, or “none”.")]
    elif remedy != "none" and outcome in _NOT_JUDGED:
        wrong["remedy"] = [_("A body that has not judged orders nothing.")]
    without_sum = (remedy == "payment" and amount is None) or (
        amount is not None and (amount <= 0 or not currency)
    )
    if without_sum or (amount is not None and remedy == "none"):
        wrong["amount"] = [_("Please give the sum and the currency.")]
    if wrong:
        raise Invalid(fields=wrong)


def _follow(
    dispute: Dispute,
    referral: ExternalReferral,
    *,
    by: Person,
    role: str,
    at: datetime,
    facts: dict[str, Any],
) -> None:
    """Where the outcome leads: owed, closed, or on with the work here when the body has not judged."""
    private = {"text": referral.outcome_text, "body": referral.body_name}
    if referral.outcome in _NOT_JUDGED and dispute.state != State.REFERRED:
        referral.save()
        event = chain.add(
            dispute, "dispute.referral.ended", by=by, role=role, at=at, facts=facts, private=private
        )
        telling.both("dispute.step", dispute, event, step="referral_ended", body=referral.body_name)
        return
    if dispute.state != State.REFERRED:
        _stop(dispute, referral, by=None, at=at, facts={"referral": referral.number})
    referral.save()
    if referral.remedy == "none":
        event = moving.apply(dispute, "close_referred", by=by, at=at, facts=facts, private=private)
        telling.both("dispute.step", dispute, event, step="external_closed", body=referral.body_name)
        return
    owed = authorising.owe(
        dispute,
        kind=referral.remedy,
        amount=referral.amount,
        currency=referral.currency,
        by=by,
    )
    facts |= {"remedy": owed.pk}
    event = moving.apply(dispute, "owe_referred", by=by, at=at, facts=facts, private=private)
    telling.both("dispute.step", dispute, event, step="external_owed", body=referral.body_name)
    answering.announce(dispute, event)
