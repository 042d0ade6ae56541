"""What else may be known about a trade: its ledger, bonus, incidents, terms, freeze, and its neighbours.

In a file these stand under the key `facts`. All of it is optional: what nobody has said is "not determinable"
in the check that asks for it. Sums that leave an account are negative.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from .records.base import Row, one, rows, several, told
from .values import AMOUNT, FLAG, MS, NUMBER, POSITIVE, SEQ, TEXT, Refused, Wrong, one_of, whole

BOOKED = one_of(
    "trade", "stake", "payout", "fee", "bonus", "deposit", "withdrawal", "funding", "reversal", "transfer",
    "interest", "adjustment", "other",
)  # fmt: skip
_MANY, _SOME, _FEW = 100_000, 10_000, 500
_COUNT = whole(0, 10**12)
_LIMIT_MS = whole(0, 86_400_000)


@dataclass(frozen=True, slots=True)
class Peer(Row):
    """Another contract of the same expiry, without whose it is."""

    symbol: str = told(TEXT, needed=True)
    feed_id: str = told(TEXT, needed=True)
    expiry_at: int = told(MS, needed=True)
    exit_rule: str = told(one_of("last_at_or_before", "first_after", "trimmed_mean", "path"), needed=True)
    exit_price: Decimal = told(POSITIVE, "exit_tick_price", needed=True)
    exit_seq: int | None = told(SEQ, "exit_tick_seq")


@dataclass(frozen=True, slots=True)
class Entry(Row):
    """One line of a ledger. `reference` is the one act it books; `balance` what the account had after it."""

    seq: int = told(SEQ, needed=True)
    kind: str = told(BOOKED, needed=True)
    amount: Decimal = told(NUMBER, needed=True)
    reference: str | None = told(TEXT)
    at: int | None = told(MS)
    balance: Decimal | None = told(NUMBER)


@dataclass(frozen=True, slots=True)
class Balance(Row):
    """What the ledger is of: whose, from when until when, and what it began and ended with.

    `numbering`: `account` where its lines are numbered without gaps, `platform` where others' lie between.
    """

    opening: Decimal | None = told(NUMBER)
    closing: Decimal | None = told(NUMBER)
    account_id: str | None = told(TEXT)
    currency: str | None = told(TEXT)
    from_at: int | None = told(MS, "from")
    until_at: int | None = told(MS, "until", "to")
    numbering: str | None = told(one_of("account", "platform"))

    ORDER: ClassVar = (("from_at", "until_at"),)


@dataclass(frozen=True, slots=True)
class Act(Row):
    """Something that must stand in the ledger exactly once."""

    kind: str = told(BOOKED, needed=True)
    reference: str = told(TEXT, needed=True)
    amount: Decimal | None = told(NUMBER)
    at: int | None = told(MS)


@dataclass(frozen=True, slots=True)
class Stake(Row):
    """One stake that may count towards a turnover."""

    reference: str = told(TEXT, needed=True)
    amount: Decimal = told(POSITIVE, "stake", needed=True)
    at: int = told(MS, needed=True)
    product: str | None = told(TEXT)
    eligible: bool | None = told(FLAG)


@dataclass(frozen=True, slots=True)
class BonusRule(Row):
    """What has to be turned over before a bonus is free, in one version of its rules."""

    base: str | None = told(one_of("bonus", "deposit_and_bonus"))
    multiplier: Decimal | None = told(AMOUNT)
    version: str | None = told(TEXT)
    from_at: int | None = told(MS, "from")
    products: tuple[str, ...] | None = told(several(TEXT, _FEW))
    min_stake: Decimal | None = told(AMOUNT)
    locks_deposit: bool | None = told(FLAG)


@dataclass(frozen=True, slots=True)
class Bonus(Row):
    """A bonus: its rule, when it was accepted, what was staked since, and what the platform says is left."""

    rule: BonusRule | None = told(one(BonusRule))
    amount: Decimal | None = told(AMOUNT, "bonus")
    deposit: Decimal | None = told(AMOUNT)
    accepted_at: int | None = told(MS)
    accepted_version: str | None = told(TEXT)
    from_at: int | None = told(MS, "from")
    until_at: int | None = told(MS, "until", "to")
    stakes: tuple[Stake, ...] | None = told(rows(Stake, _MANY))
    required: Decimal | None = told(AMOUNT)
    done: Decimal | None = told(AMOUNT)
    left: Decimal | None = told(AMOUNT)
    deposit_locked: bool | None = told(FLAG)

    ORDER: ClassVar = (("from_at", "until_at"),)

    def contradictions(self) -> list[tuple[str, str]]:
        return Row.contradictions(self) + _twice("stakes", self.stakes, "reference")


@dataclass(frozen=True, slots=True)
class Interval(Row):
    """When something is said to have happened; both moments belong to it."""

    from_at: int = told(MS, "from", needed=True)
    until_at: int = told(MS, "until", "to", needed=True)

    ORDER: ClassVar = (("from_at", "until_at"),)


@dataclass(frozen=True, slots=True)
class Incident(Row):
    """A fault of the platform: of one symbol or of everything, over at `until_at` or going on."""

    incident_id: str = told(TEXT, "id", needed=True)
    from_at: int = told(MS, "from", needed=True)
    until_at: int | None = told(MS, "until", "to")
    symbol: str | None = told(TEXT)

    ORDER: ClassVar = (("from_at", "until_at"),)


@dataclass(frozen=True, slots=True)
class Minute(Row):
    """How many orders of all traders were accepted in the minute that begins here."""

    minute: int = told(MS, "at", needed=True)
    orders: int = told(_COUNT, "accepted", needed=True)

    def contradictions(self) -> list[tuple[str, str]]:
        return [("minute", "not_a_minute")] if self.minute % 60_000 else []


@dataclass(frozen=True, slots=True)
class Sessions(Row):
    """How many were connected before and during the claim's time, and whether the trader's own was lost."""

    before: int = told(_COUNT, needed=True)
    during: int = told(_COUNT, needed=True)
    own_lost: bool | None = told(FLAG)


@dataclass(frozen=True, slots=True)
class Version(Row):
    """One version of the terms: in force from a moment until before another, with these clauses."""

    version: str = told(TEXT, needed=True)
    from_at: int = told(MS, "from", needed=True)
    until_at: int | None = told(MS, "until", "to")
    clauses: tuple[str, ...] | None = told(several(TEXT, 2_000))

    ORDER: ClassVar = (("from_at", "until_at"),)


@dataclass(frozen=True, slots=True)
class Acceptance(Row):
    """That the trader accepted a version, and when."""

    version: str = told(TEXT, needed=True)
    at: int = told(MS, needed=True)


@dataclass(frozen=True, slots=True)
class Clause(Row):
    """The clause that is relied on; `since_at` is when it first stood in the terms."""

    clause: str = told(TEXT, needed=True)
    since_at: int | None = told(MS, "since")


@dataclass(frozen=True, slots=True)
class Freeze(Row):
    """A freeze: why, on what ground, by whom, when, until what review, and how much.

    Of `balance` is `held` still out of its owner's reach, for a reason that is about `disputed`; `released`
    is what was let go of the rest.
    """

    reason_code: str | None = told(TEXT)
    legal_basis: str | None = told(one_of("law", "court", "authority", "terms", "security", "owner"))
    by: str | None = told(TEXT)
    at: int | None = told(MS)
    review_at: int | None = told(MS)
    lifted_at: int | None = told(MS)
    balance: Decimal | None = told(AMOUNT)
    held: Decimal | None = told(AMOUNT)
    disputed: Decimal | None = told(AMOUNT)
    released: Decimal | None = told(AMOUNT, "undisputed_released")

    ORDER: ClassVar = (("at", "review_at"), ("at", "lifted_at"))

    def contradictions(self) -> list[tuple[str, str]]:
        wrong = Row.contradictions(self)
        if self.held is not None and self.balance is not None and self.held > self.balance:
            wrong.append(("held", "more_than_all"))
        return wrong


@dataclass(frozen=True, slots=True)
class Tolerances(Row):
    """Limits that stand in the place of the built-in ones; the figures say by which version."""

    name: str = told(TEXT, needed=True)
    version: str = told(TEXT, needed=True)
    deviation_bps: Decimal | None = told(AMOUNT)
    slippage_bps: Decimal | None = told(AMOUNT)
    window_ms: int | None = told(_LIMIT_MS)
    stale_ms: int | None = told(_LIMIT_MS)
    age_ms: int | None = told(_LIMIT_MS)
    srv_ms: int | None = told(_LIMIT_MS)
    exec_ms: int | None = told(_LIMIT_MS)
    settle_ms: int | None = told(_LIMIT_MS)
    gap_factor: int | None = told(whole(1, 10**6))
    fall_percent: int | None = told(whole(1, 100))


@dataclass(frozen=True, slots=True)
class Facts(Row):
    """Everything of the kind. `absent` names what was looked for and is not there."""

    as_of: int | None = told(MS)
    absent: tuple[str, ...] | None = told(several(one_of("bonus", "freeze"), 10))
    balance: Balance | None = told(one(Balance))
    ledger: tuple[Entry, ...] | None = told(rows(Entry, _MANY))
    acts: tuple[Act, ...] | None = told(rows(Act, _SOME))
    bonus: Bonus | None = told(one(Bonus))
    claim: Interval | None = told(one(Interval))
    incidents: tuple[Incident, ...] | None = told(rows(Incident, _SOME))
    orders_per_minute: tuple[Minute, ...] | None = told(rows(Minute, _MANY))
    sessions: Sessions | None = told(one(Sessions))
    terms: tuple[Version, ...] | None = told(rows(Version, _FEW))
    acceptances: tuple[Acceptance, ...] | None = told(rows(Acceptance, _SOME))
    clause: Clause | None = told(one(Clause))
    act_at: int | None = told(MS)
    freeze: Freeze | None = told(one(Freeze))
    peers: tuple[Peer, ...] | None = told(rows(Peer, _MANY))
    tolerances: Tolerances | None = told(one(Tolerances))

    def contradictions(self) -> list[tuple[str, str]]:
        unique = (
            ("ledger", self.ledger, "seq"), ("incidents", self.incidents, "incident_id"),
            ("orders_per_minute", self.orders_per_minute, "minute"), ("terms", self.terms, "version"),
        )  # fmt: skip
        wrong = [fault for name, found, key in unique for fault in _twice(name, found, key)]
        for number, name in enumerate(self.absent or ()):
            if getattr(self, name) is not None:
                wrong.append((f"absent[{number}]", "contradiction"))
        return wrong

    def lacks(self, name: str) -> bool:
        """Whether it has been looked for, and is not there."""
        return name in (self.absent or ())


def _twice(name: str, found: Iterable[Row] | None, key: str) -> list[tuple[str, str]]:
    """Rows with one key that say different things; the same row twice is one."""
    known, wrong = dict[Any, Row](), list[tuple[str, str]]()
    for number, each in enumerate(found or ()):
        if known.setdefault(getattr(each, key), each) != each:
            wrong.append((f"{name}[{number}].{key}", "contradiction"))
    return wrong


_ALL = one(Facts)
_MOST_FAULTS = 50


def parse(given: Any) -> Facts:
    """The facts that a JSON value describes; none at all if it is null. Raises `Refused` with every place."""
    if given is None:
        return Facts()
    try:
        found: Facts = _ALL.read(given)
    except Wrong as wrong:
        raise Refused([(f"facts{place}", reason) for place, reason in wrong.within[:_MOST_FAULTS]]) from None
    return found


def schema() -> dict[str, Any]:
    """JSON Schema of the key `facts` of a record file."""
    return {"title": "facts", **_ALL.schema}
