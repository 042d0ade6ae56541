"""Who has to let a sum go out, who has, and who is still needed (F7). Figures only; nothing is written.

A sum counts in US dollars by the rates in force, together with everything else promised or paid to the same
trader in the thirty days before: splitting it does not help. Who can give which approval: decision 0039.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import permutations
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.states import Role
from helpdesk.core import clock

from .. import access
from ..models import Approval, ApprovalLimit, Authority, Dispute, Rate, Remedy
from ..states import HANDLING, Actor, How, OfferState, State, money
from ..states.paying import Need, Source
from . import interest

WINDOW = timedelta(days=30)
CENT = Decimal("0.01")
_ROLES = (Role.SUPERVISOR, Role.COMPLIANCE, Role.FINANCE)


@dataclass(frozen=True)
class Figures:
    """By what a sum was measured; empty figures where no money is meant, or its currency has no rate."""

    needs: tuple[str, ...]
    rate: Decimal | None = None
    rate_day: date | None = None
    usd: Decimal | None = None
    counted: Decimal | None = None
    above: Decimal | None = None
    unknown: bool = False


@dataclass(frozen=True)
class Standing:
    """How far an authority is: its figures, the approvals it has, and those it lacks."""

    authority: Authority
    figures: Figures
    approvals: Sequence[Approval] = field(default=())
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.missing and not self.figures.unknown

    @property
    def missing_words(self) -> list[str]:
        return [str(Need(need).label) for need in self.missing]

    @property
    def needs_words(self) -> list[str]:
        return [str(Need(need).label) for need in self.figures.needs]

    @property
    def rate_word(self) -> str:
        return money(self.figures.rate, "USD")

    @property
    def others(self) -> Decimal:
        """What the trader was promised or paid besides, in US dollars."""
        return (self.figures.counted or Decimal(0)) - (self.figures.usd or Decimal(0))


def rate_of(currency: str, day: date) -> Rate | None:
    """The rate in force on a day."""
    return Rate.objects.filter(currency__code=currency, day__lte=day).order_by("-day", "-id").first()


def _in_usd(sums: Iterable[tuple[Decimal | None, str]], day: date) -> Decimal | None:
    """All of them together; None when one has no rate."""
    total, known = Decimal(0), dict[str, Rate | None]()
    for amount, currency in sums:
        if amount is None:
            continue
        if currency not in known:
            known[currency] = rate_of(currency, day)
        rate = known[currency]
        if rate is None:
            return None
        total += amount * rate.usd
    return total


def _besides(authority: Authority, at: datetime) -> list[tuple[Decimal | None, str]]:
    """What else the trader was promised or paid in the thirty days before."""
    since, case = at - WINDOW, Q(dispute__trader_id=authority.dispute.trader_id)
    approved = Authority.objects.live().filter(case, completed_at__gte=since, remedies=None)
    standing = Q(offer__state__in=[OfferState.MADE, OfferState.PENDING], dispute__state=State.IN_MEDIATION)
    standing |= Q(source=Source.ANSWER, dispute__state__in=[State.INVESTIGATING, State.RESPONSE_ISSUED])
    # Of what lies on one table only one is taken.
    promised = approved.filter(standing).exclude(dispute_id=authority.dispute_id)
    owed = Q(paid_at__gte=since) | Q(
        paid_at=None, dispute__state=State.REMEDY_DUE, authority__completed_at__gte=since
    )
    out = Remedy.objects.filter(case & owed, authority__void_at=None).exclude(authority_id=authority.pk)
    return [*promised.values_list("amount", "currency"), *out.values_list("amount", "currency")]


def _grown(authority: Authority, at: datetime) -> Decimal:
    remedy = authority.remedies.main().first() if authority.pk else None
    found = interest.accrued(authority.dispute, remedy, at)
    return found.amount if found else Decimal(0)


def figures(authority: Authority, at: datetime) -> Figures:
    """Which band the sum falls into now, with what has grown on it while it was late."""
    limits = list(ApprovalLimit.objects.order_by("above"))
    if authority.amount is None:
        return Figures((Need.SUPERVISOR,))
    day = at.astimezone(UTC).date()
    rate = rate_of(authority.currency, day)
    besides = _in_usd(_besides(authority, at), day)
    if rate is None or besides is None or not limits:
        # Nobody can say how much this is: it needs a rate before it needs anybody.
        return Figures(tuple(limits[-1].needs) if limits else tuple(Need), unknown=True)
    usd = (authority.amount + _grown(authority, at)) * rate.usd
    band = next((row for row in reversed(limits) if row.above < usd + besides), limits[0])
    return Figures(
        tuple(band.needs),
        rate.usd,
        rate.day,
        usd.quantize(CENT, rounding=ROUND_HALF_UP),
        (usd + besides).quantize(CENT, rounding=ROUND_HALF_UP),
        band.above,
    )


def missing(needs: Sequence[str], approvals: Sequence[Approval]) -> tuple[str, ...]:
    """The needs that no choice of these approvals fills; each fills one."""
    best = tuple(needs)
    padded: list[Approval | None] = [*approvals, *[None] * len(needs)]
    for hands in permutations(padded, len(needs)):
        left = _left(needs, hands)
        if len(left) < len(best):
            best = left
            if not best:
                break
    return best


def _left(needs: Sequence[str], hands: Sequence[Approval | None]) -> tuple[str, ...]:
    given = dict(zip(needs, hands, strict=True))
    return tuple(need for need, hand in given.items() if hand is None or not _fills(need, hand, given))


def _fills(need: str, hand: Approval, given: dict[str, Approval | None]) -> bool:
    if need not in hand.can:
        return False
    if need != Need.SECOND or Need.COMPLIANCE in hand.can:
        return True
    first = given.get(Need.SUPERVISOR)
    return bool(hand.team) and first is not None and bool(first.team) and first.team != hand.team


def standing(authority: Authority, at: datetime | None = None) -> Standing:
    """How far it is now."""
    found = figures(authority, at or clock.now())
    approvals = list(authority.approvals.select_related("by"))
    return Standing(authority, found, approvals, missing(found.needs, approvals))


def able(person: Person, dispute: Dispute) -> frozenset[str]:
    """Which needs the person could fill in this case."""
    mine, found = access.actors_of(person, dispute), set[str]()
    if Actor.SU in mine:
        found |= {Need.SUPERVISOR, Need.SECOND}
        leads = Person.objects.with_role(Role.SUPERVISOR).filter(manager=person)
        found |= {Need.EXECUTIVE} if person.manager_id is None and leads.exists() else set()
    if Actor.CO in mine:
        found |= {Need.SECOND, Need.COMPLIANCE}
    if Actor.FI in mine and Person.objects.with_role(Role.FINANCE).filter(manager=person).exists():
        found.add(Need.FINANCE_LEAD)
    return frozenset(found)


def would_help(standing: Standing, person: Person) -> bool:
    """Whether this person's approval would fill something that is missing."""
    case = standing.authority.dispute
    can = sorted(able(person, case))
    one = Approval(by=person, team=person.unit, can=can)
    left = missing(standing.figures.needs, [*standing.approvals, one])
    return len(left) < len(standing.missing)


def barred(person: Person, authority: Authority) -> bool:
    """Whether they may not touch this sum whatever their role: a hand in it, named, or still neutral."""
    case = authority.dispute
    hands = {authority.proposed_by_id, *authority.approvals.values_list("by_id", flat=True)}
    named = case.involvements.filter(user=person, how=How.NAMED).exists()
    confidential = authority.source == Source.OFFER and not authority.remedies.exists()
    return person.pk in hands or named or (confidential and access.may_be_drawn(person, case))


def promises() -> "QuerySet[Authority]":
    """What is promised or owed and not paid yet."""
    on_table = Q(offer__state__in=[OfferState.MADE, OfferState.PENDING], dispute__state=State.IN_MEDIATION)
    answer = Q(source=Source.ANSWER, dispute__state__in=[State.INVESTIGATING, State.RESPONSE_ISSUED])
    owed = Q(dispute__state=State.REMEDY_DUE, remedies__paid_at=None, remedies__isnull=False)
    rows = Authority.objects.live().filter(on_table | answer | owed, dispute__purged_at=None)
    return rows.select_related(
        "dispute__policy_version", "dispute__trader", "offer", "proposed_by"
    ).distinct()


def overview(person: Person, at: datetime | None = None) -> dict[str, Any]:
    """What waits for an approval, and what finance may carry out, as this person may know of it."""
    at = at or clock.now()
    waiting, ready = [], []
    opens = set(access.disputes_for(person).values_list("pk", flat=True))
    for authority in promises().order_by("id"):
        found = standing(authority, at)
        if barred_from_knowing(person, authority):
            continue
        if not found.complete:
            mine = not found.figures.unknown and not barred(person, authority) and would_help(found, person)
            waiting.append((found, mine, authority.dispute_id in opens))
        elif authority.dispute.state == State.REMEDY_DUE:
            ready.append(_owed(found, at))
    waiting.sort(key=lambda pair: not pair[1])
    return {"waiting": waiting, "ready": ready}


def _owed(found: Standing, at: datetime) -> dict[str, Any]:
    """What may be carried out: until when, and what has grown on it since."""
    case, remedy = found.authority.dispute, found.authority.remedies.main().get()
    clocks = case.deadlines.filter(metric="pay_remedy").order_by("-id").values_list("due_at", flat=True)
    return {"standing": found, "due": clocks.first(), "interest": interest.accrued(case, remedy, at)}


def barred_from_knowing(person: Person, authority: Authority) -> bool:
    """What is offered in confidence is not for those who may still sit there; nor a case for its neutral."""
    mine = access.actors_of(person, authority.dispute)
    if not mine & (set(HANDLING) | {Actor.AU}):
        return True
    confidential = authority.source == Source.OFFER and not authority.remedies.exists()
    return confidential and access.may_be_drawn(person, authority.dispute)


def has_money(person: object) -> bool:
    """Whether approving and paying is the person's business."""
    return isinstance(person, Person) and person.has_role(*_ROLES, Role.AUDITOR)


def limits() -> list[tuple[ApprovalLimit, list[str]]]:
    """The table of limits, with the names of who is needed."""
    return [(row, [str(Need(need).label) for need in row.needs]) for row in ApprovalLimit.objects.all()]


def rates(day: date | None = None) -> list[Rate]:
    """The rate of every currency in force on a day, today where none is named."""
    day = day or clock.now().astimezone(UTC).date()
    rows = Rate.objects.filter(day__lte=day).order_by("currency__code", "-day", "-id")
    return list(rows.distinct("currency__code").select_related("currency"))
