"""Offers: made and answered between the sides and the mediator, and nowhere else to be seen."""

import hashlib
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from helpdesk.core import clock
from helpdesk.core.errors import Conflict, Invalid, NotFound
from helpdesk.core.text import many_lines

from .. import access
from ..errors import SameHands
from ..models import Dispute, Event, Offer
from ..states import DOMAIN, Actor, LetterKind, OfferState, Side, State
from . import authorising, chain, lettering, moving, telling
from .answering import announce
from .case import hold


@transaction.atomic
def make(
    dispute: Dispute,
    *,
    by: Person,
    text: str,
    remedy: str = "payment",
    amount: Decimal | None = None,
    currency: str = "",
    at: datetime | None = None,
) -> Offer:
    """One side offers a settlement; an earlier offer of the same side lapses with it.

    An offer of money by the platform reaches the trader when those who have to let it go out have done so.
    """
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU, Actor.CH))
    if dispute.state != State.IN_MEDIATION:
        raise Conflict(_("Offers are possible while the mediation goes on."), code="offers_not_open")
    text, side = many_lines(text)[:4000], Side.TRADER if role == Actor.TR else Side.PLATFORM
    currency = currency.strip().upper()[:12] if amount is not None else ""
    _check(text, remedy, amount, currency)
    _lapse(dispute, side, at)
    last = dispute.offers.aggregate(last=Max("number"))["last"] or 0
    terms = chain.canonical(
        {
            "text": text,
            "remedy": remedy,
            "amount": f"{amount:f}" if amount is not None else "",
            "currency": currency,
        }
    )
    offer = Offer.objects.create(
        dispute=dispute,
        number=last + 1,
        side=side,
        made_by=by,
        made_at=at,
        text=text,
        text_sha256=hashlib.sha256(terms.encode()).hexdigest(),
        language=by.language,
        remedy=remedy,
        amount=amount,
        currency=currency,
        state=OfferState.PENDING if side == Side.PLATFORM and amount is not None else OfferState.MADE,
    )
    authority = authorising.for_offer(offer)
    facts = {"offer": offer.pk, "side": str(side), "sha256": offer.text_sha256}
    event = chain.add(dispute, _called(offer), by=by, role=role, at=at, facts=facts, private={"terms": terms})
    _tell(dispute, offer, event)
    if authority is not None:
        authorising.ask(authority, event)
    return offer


def _called(offer: Offer) -> str:
    return "dispute.offer.proposed" if offer.state == OfferState.PENDING else "dispute.offer.made"


def _tell(dispute: Dispute, offer: Offer, event: Event) -> None:
    if offer.state == OfferState.PENDING:
        return
    others = (
        telling.platform_in_confidence(dispute) if offer.side == Side.TRADER else telling.trader_side(dispute)
    )
    telling.people("dispute.step", dispute, event, others, step="offer")


def _lapse(dispute: Dispute, side: str, at: datetime) -> None:
    """What this side had on the table is gone, and with it the permission to pay it."""
    earlier = dispute.offers.filter(side=side, state__in=[OfferState.MADE, OfferState.PENDING])
    authorising.end(dispute.authorities.live().filter(offer__in=list(earlier)), at=at)
    lapse(earlier)


def lapse(offers: "QuerySet[Offer]") -> None:
    """What stands lapses; what nobody has let out yet is dropped, and never seen by the other side."""
    pending = list(offers.filter(state=OfferState.PENDING).values_list("pk", flat=True))
    offers.filter(state=OfferState.MADE).update(state=OfferState.LAPSED)
    Offer.objects.filter(pk__in=pending).update(state=OfferState.DROPPED)


def _check(text: str, remedy: str, amount: Decimal | None, currency: str) -> None:
    wrong: dict[str, list] = {}
    if not text:
        wrong["text"] = [_("Please describe the offer.")]
    if remedy not in {row["code"] for row in DOMAIN["remedies"]}:
        wrong["remedy"] = [_("Please choose the remedy, or “none”.")]
    if (amount is not None and (amount <= 0 or not currency)) or (remedy == "payment" and amount is None):
        wrong["amount"] = [_("Please give the sum and the currency.")]
    if wrong:
        raise Invalid(fields=wrong)


def _open_to(dispute: Dispute, number: int, role: str) -> Offer:
    """The standing offer of the other side."""
    theirs = Side.PLATFORM if role == Actor.TR else Side.TRADER
    offer = dispute.offers.filter(number=number).first()
    if offer is None:
        raise NotFound
    if offer.state != OfferState.MADE or offer.side != theirs or dispute.state != State.IN_MEDIATION:
        raise Conflict(_("This offer is not open to you any more."), code="offer_not_open")
    return offer


@transaction.atomic
def accept(dispute: Dispute, number: int, *, by: Person, sha256: str, at: datetime | None = None) -> Offer:
    """Accept the other side's offer: the text both have agreed on settles the case.

    The platform promises nothing that its own people have not let go out before (T14).
    """
    dispute, at = hold(dispute), at or clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU, Actor.CH))
    offer = _open_to(dispute, number, role)
    if sha256 != offer.text_sha256:
        raise Conflict(
            _("The offer has changed since you read it. Please read it again."), code="offer_changed"
        )
    authority = authorising.for_offer(offer)
    authorising.require(authority, at=at)
    proposer = offer.made_by if offer.side == Side.PLATFORM else by
    if authority is not None and authority.proposed_by_id is None:
        if authority.approvals.filter(by=proposer).exists():
            raise SameHands
        authority.proposed_by = proposer
        authority.save(update_fields=["proposed_by"])
    offer.state, offer.answered_by, offer.answered_at = OfferState.ACCEPTED, by, at
    offer.save(update_fields=["state", "answered_by", "answered_at"])
    remedy = authorising.owe(
        dispute,
        offer=offer,
        kind=offer.remedy,
        amount=offer.amount,
        currency=offer.currency,
        by=proposer,
    )
    facts = {"offer": offer.pk, "sha256": offer.text_sha256, "remedy": remedy.pk}
    event = moving.apply(dispute, "settle", by=by, at=at, facts=facts, outcome="settled")
    dispute.assignments.active().neutral().update(ended_at=at, end_reason="settled")
    lettering.issue(dispute, LetterKind.SETTLEMENT, event, by=offer.made_by, offer=offer)
    telling.both("dispute.step", dispute, event, step="settled")
    announce(dispute, event)
    return offer


@transaction.atomic
def decline(dispute: Dispute, number: int, *, by: Person, reason: str = "") -> Offer:
    """Decline the other side's offer; the platform owes a reason."""
    dispute, at = hold(dispute), clock.now()
    role = access.acting(by, dispute, (Actor.TR, Actor.SU, Actor.CH))
    offer = _open_to(dispute, number, role)
    reason = many_lines(reason)[:1000]
    if role != Actor.TR and not reason:
        raise Invalid(fields={"reason": [_("The platform has to say why it declines.")]})
    offer.state, offer.answered_by, offer.answered_at, offer.answer_reason = (
        OfferState.DECLINED,
        by,
        at,
        reason,
    )
    offer.save(update_fields=["state", "answered_by", "answered_at", "answer_reason"])
    authorising.end(dispute.authorities.live().filter(offer=offer), at=at)
    event = chain.add(
        dispute,
        "dispute.offer.declined",
        by=by,
        role=role,
        at=at,
        facts={"offer": offer.pk},
        private={"reason": reason},
    )
    others = telling.platform_in_confidence(dispute) if role == Actor.TR else telling.trader_side(dispute)
    telling.people("dispute.step", dispute, event, others, step="offer_declined")
    return offer
