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
