"""Facts about disputes that others act on. Handlers marked `inside` share the transaction."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DisputeOpened:
    dispute_id: int
    reference: str


@dataclass(frozen=True)
class DisputeChanged:
    """Something about the case is different; carries no content."""

    reference: str
    version: int
    trader_id: int


@dataclass(frozen=True)
class RulingIssued:
    reference: str
    kind: str
    outcome: str


@dataclass(frozen=True)
class SumHoldChanged:
    """A disputed sum was proposed, held, asked about or freed: whoever keeps the wallet locks or unlocks it.

    `amount` is a decimal as text. Only this sum is meant; the trader's other money stays free (F17).
    """

    reference: str
    hold_id: int
    state: str
    amount: str
    asset: str
    rule: str


@dataclass(frozen=True)
class GrantEnded:
    """What opened a case to a mediator from outside is gone: open streams of that person must close."""

    person_id: int
