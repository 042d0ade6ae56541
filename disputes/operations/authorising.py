"""Letting a promise of money go out (F7): the permission, the approvals it gathers, its end.

The case is held first, then the trader's sums, then the authority: of two approvals for the same trader at
once the second one counts the first.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Forbidden, NotFound
from helpdesk.core.locks import hold as lock

from .. import access
from ..errors import FurtherApproval, NoRate, SameHands
from ..models import Approval, Authority, Decision, Dispute, Event, Offer, Remedy
from ..reads import money
from ..states import Actor, OfferState, Side
from ..states.paying import Source
from . import chain, telling
from .case import hold

_SUMS = 0x6D6F6E79  # the space of advisory locks in which a trader's sums are counted
APPROVERS = (Actor.SU, Actor.CO, Actor.FI)


def count_alone(dispute: Dispute) -> None:
    """Until the transaction ends, nobody else counts this trader's sums."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SUMS, dispute.trader_id])


def for_offer(offer: Offer) -> Authority | None:
    """The permission an offer needs, in either direction; none where no money is meant."""
    if offer.amount is None:
        return None
    found, _new = Authority.objects.get_or_create(
        offer=offer,
        defaults={
            "dispute": offer.dispute,
            "source": Source.OFFER,
            "kind": offer.remedy,
            "amount": offer.amount,
            "currency": offer.currency,
            "proposed_by": offer.made_by if offer.side == Side.PLATFORM else None,
        },
    )
    return found


def for_answer(answer: Decision) -> Authority | None:
    """The permission the platform's answer needs before it goes out; none where it gives nothing."""
    if answer.remedy in {"", "none"}:
        return None
    return answer.authorities.live().first() or Authority.objects.create(
        dispute=answer.dispute, source=Source.ANSWER, decision=answer, kind=answer.remedy,
        amount=answer.amount, currency=answer.currency, proposed_by=answer.author,
    )  # fmt: skip


def owe(
    dispute: Dispute,
    *,
    kind: str,
    amount: Decimal | None,
    currency: str,
    by: Person,
    decision: Decision | None = None,
    offer: Offer | None = None,
) -> Remedy:
    """What is owed from now on, with the permission it already has or still needs. The case is held."""
    authority = for_offer(offer) if offer is not None else None
    if decision is not None and decision.is_answer:
        authority = for_answer(decision)
    if authority is None:
        source = Source.OFFER if offer else Source.DECISION if decision else Source.EXTERNAL
        authority = Authority.objects.create(
            dispute=dispute, source=source, offer=offer, decision=decision, kind=kind, amount=amount,
            currency=currency, proposed_by=by,
        )  # fmt: skip
    # Whatever else was promised in this case and not paid is overtaken by this.
    others = dispute.authorities.live().exclude(pk=authority.pk)
    end(others.exclude(remedies__paid_at__isnull=False), at=clock.now())
    return Remedy.objects.create(
        dispute=dispute, authority=authority, decision=decision, offer=offer, kind=kind, amount=amount,
        currency=currency, proposed_by=by,
    )  # fmt: skip


def end(rows: Iterable[Authority], *, at: datetime) -> None:
    """The promise is gone: nobody can let it go out any more. The case is held."""
    for authority in rows:
        authority.void_at = at
        authority.save(update_fields=["void_at"])


def recount(authority: Authority, *, at: datetime) -> money.Standing:
    """Measure it by today's rates and sums, and keep what came of it. The case is held."""
    count_alone(authority.dispute)
    found = money.standing(authority, at)
    completed = (authority.completed_at or at) if found.complete else None
    if (authority.completed_at, authority.needed) != (completed, len(found.figures.needs)):
        authority.completed_at, authority.needed = completed, len(found.figures.needs)
        authority.save(update_fields=["completed_at", "needed"])
    return found


def require(authority: Authority | None, *, at: datetime) -> None:
    """Nothing is promised before those who have to let it go out have done so. The case is held."""
    if authority is not None and not (found := recount(authority, at=at)).complete:
        raise further(found)


def further(found: money.Standing) -> Conflict:
    """What is still needed, in a sentence."""
    if found.figures.unknown:
        return NoRate(
            _("There is no rate for %(currency)s, so nobody can say who has to approve this sum.")
            % {"currency": found.authority.currency}
        )
    needed = "; ".join(found.missing_words)
    return FurtherApproval(_("This sum still needs the approval of: %(needed)s.") % {"needed": needed})


@transaction.atomic
def approve(authority: Authority, *, by: Person, at: datetime | None = None) -> Authority:
    """One of those who are needed lets it go out; figures, rate and capacity stay with the approval."""
    dispute, at = hold(authority.dispute), at or clock.now()
    authority = lock(authority)
    role = access.acting(by, dispute, APPROVERS)
    if not money.promises().filter(pk=authority.pk).exists():
        raise Conflict(_("This promise is over or already paid."), code="promise_over")
    found = recount(authority, at=at)
    if by.pk == authority.proposed_by_id or any(one.by_id == by.pk for one in found.approvals):
        raise SameHands
    if found.complete:
        raise Conflict(_("This has already been approved."), code="already_approved")
    if found.figures.unknown:
        raise further(found)
    if money.barred(by, authority) or not money.would_help(found, by):
        raise Forbidden(
            _("This sum needs other people: %(needed)s.") % {"needed": "; ".join(found.missing_words)},
            code="approval_not_yours",
        )
    _write(authority, found, by, role, at)
    found = recount(authority, at=at)
    event = _recorded(authority, found, by, role, at)
    _follow(authority, found, event, at)
    return authority


def let_out(authority: Authority | None, *, by: Person, at: datetime) -> None:
    """Whoever lets a promise out approves it, too; without all approvals it stays. The case is held."""
    if authority is None:
        return
    found = recount(authority, at=at)
    if not found.complete and not money.barred(by, authority) and money.would_help(found, by):
        _write(authority, found, by, Actor.SU, at)
    require(authority, at=at)


def _write(authority: Authority, found: money.Standing, by: Person, role: str, at: datetime) -> None:
    figures = found.figures
    Approval.objects.create(
        authority=authority, by=by, role=role, team=by.unit, at=at, rate=figures.rate, usd=figures.usd,
        can=sorted(money.able(by, authority.dispute)), rate_day=figures.rate_day, counted=figures.counted,
        above=figures.above,
    )  # fmt: skip


def action_of(authority: Authority, *, complete: bool) -> str:
    """How the log calls an approval: what is offered in confidence has words of its own."""
    if authority.remedies.exists():
        return "dispute.remedy.approved"
    if authority.source == Source.ANSWER:
        return "dispute.answer.allowed"
    pending = authority.offer is not None and authority.offer.state == OfferState.PENDING
    return "dispute.offer.released" if pending and complete else "dispute.offer.allowed"


def _recorded(authority: Authority, found: money.Standing, by: Person, role: str, at: datetime) -> Event:
    figures, case = found.figures, authority.dispute
    facts = {
        "authority": authority.pk,
        "complete": found.complete,
        "missing": list(found.missing),
        "above": f"{figures.above:f}" if figures.above is not None else "",
        "rate": f"{figures.rate.normalize():f}" if figures.rate is not None else "",
        "rate_day": figures.rate_day.isoformat() if figures.rate_day else "",
    }
    action = action_of(authority, complete=found.complete)
    return chain.add(hold(case), action, by=by, role=role, at=at, facts=facts)


def _follow(authority: Authority, found: money.Standing, event: Event, at: datetime) -> None:
    case = Dispute.objects.get(pk=authority.dispute_id)
    if not found.complete:
        ask(authority, event, found=found)
        return
    if authority.remedies.exists():
        telling.people("dispute.task", case, event, telling.holders(Role.FINANCE), task="pay_now")
    elif authority.source == Source.ANSWER:
        telling.people("dispute.task", case, event, telling.platform(case), task="answer")
    elif authority.offer is not None and authority.offer.state == OfferState.PENDING:
        offer = authority.offer
        offer.state, offer.made_at = OfferState.MADE, at
        offer.save(update_fields=["state", "made_at"])
        telling.people("dispute.step", case, event, telling.trader_side(case), step="offer")


def ask(authority: Authority, event: Event, *, found: money.Standing | None = None) -> None:
    """Those who are still needed are told."""
    found = found or money.standing(authority, event.at)
    case = authority.dispute
    asked = [
        person
        for person in telling.holders(Role.SUPERVISOR, Role.COMPLIANCE, Role.FINANCE)
        if not money.barred(person, authority) and money.would_help(found, person)
    ]
    telling.people("dispute.task", case, event, asked, task="approve", url=reverse("disputes:desk-money"))


def one(person: Person, pk: int) -> Authority:
    """The authority, if the person may know of it (404)."""
    found = money.promises().filter(pk=pk).first()
    if not money.has_money(person) or found is None or money.barred_from_knowing(person, found):
        raise NotFound
    return found
