"""Everything a report may look at: the record, the tapes, and what else is known. Nothing is fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from . import money
from .markets import Market, market_of
from .records import Record
from .ticks import Tape, Tick, tapes


@dataclass(frozen=True, slots=True)
class Peer:
    """Another contract of the same expiry, without whose it is."""

    symbol: str
    feed_id: str
    expiry_at: int
    exit_rule: str
    exit_price: Decimal
    exit_seq: int | None = None


@dataclass
class Case:
    """One record with what it is compared to."""

    record: Record
    ticks: Sequence[Tick] = ()
    # All contracts of the same expiry, this one among them; None where nobody has looked.
    peers: Iterable[Peer] | None = None
    # What earlier checks found and later ones build on.
    found: dict[str, object] = field(default_factory=dict)

    @cached_property
    def market(self) -> Market:
        return market_of(self.record)

    @cached_property
    def feed(self) -> str | None:
        """Whose ticks settle: the record's feed, or the only one there is."""
        named = getattr(self.record, "feed_id", None)
        feeds = {tick.feed_id for tick in self.ticks}
        return named or (feeds.pop() if len(feeds) == 1 else None)

    @cached_property
    def basis(self) -> str | None:
        """On which price: the record's, or the only one its feed gives."""
        if told := getattr(self.record, "price_basis", None):
            return str(told)
        mine = [tick for tick in self.ticks if tick.feed_id == self.feed]
        given = {name for name in ("bid", "ask", "last") for tick in mine if getattr(tick, name) is not None}
        return given.pop() if len(given) == 1 else None

    @cached_property
    def tapes(self) -> dict[str, Tape]:
        return tapes(self.ticks, self.basis) if self.basis else {}

    @property
    def own(self) -> Tape | None:
        """The tape of the feed that settles, if it has a tick at all."""
        tape = self.tapes.get(self.feed) if self.feed else None
        return tape if tape else None

    @property
    def others(self) -> list[Tape]:
        """Independent tapes, by name."""
        return [tape for feed, tape in sorted(self.tapes.items()) if feed != self.feed and tape]

    @property
    def decimals(self) -> int:
        """To how many decimals its money is rounded."""
        told = self.record.currency_decimals
        return money.decimals_of(self.record.account_currency or "") if told is None else told

    @property
    def rounding(self) -> str:
        return self.record.rounding or "half_up"

    def paid(self, amount: Decimal) -> Decimal:
        """An amount as it would be paid."""
        return money.rounded(amount, self.decimals, self.rounding)
