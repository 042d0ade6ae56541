"""Everything a report may look at: the record, the tapes, and what else is known. Nothing is fetched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from . import facts, money, records
from .facts import Facts
from .facts import Peer as Peer
from .markets import Market, market_of
from .records import Order, Record
from .ticks import Tape, Tick, tapes
from .values import Refused

_MARKET = ("deviation_bps", "slippage_bps", "window_ms", "stale_ms")


@dataclass
class Case:
    """One record with what it is compared to."""

    record: Record
    ticks: Sequence[Tick] = ()
    # All contracts of the same expiry, this one among them; None where nobody has looked.
    peers: Iterable[Peer] | None = None
    # What earlier checks found and later ones build on.
    found: dict[str, object] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    @classmethod
    def of(cls, given: Any, ticks: Sequence[Tick] = ()) -> "Case":
        """The case of one file: a record, and its facts. Raises `Refused` with all that is wrong in both."""
        told = given.get("facts") if isinstance(given, Mapping) else None
        faults = list[tuple[str, str]]()
        try:
            record = records.parse(given)
        except Refused as refused:
            faults += refused.faults
        try:
            known = facts.parse(told)
        except Refused as refused:
            faults += refused.faults
        if faults:
            raise Refused(faults)
        return cls(record, ticks, known.peers, facts=known)

    @cached_property
    def market(self) -> Market:
        """The limits of its market, or those that stand in their place."""
        limits, built_in = self.facts.tolerances, market_of(self.record)
        if limits is None:
            return built_in
        told = {name: value for name in _MARKET if (value := getattr(limits, name)) is not None}
        return replace(built_in, **told)

    def limit(self, name: str, built_in: int) -> int:
        """A limit by its name among the tolerances, or the one of 4.3."""
        told = getattr(self.facts.tolerances, name, None)
        return built_in if told is None else int(told)

    @property
    def limits(self) -> dict[str, str] | None:
        """By whose limits it is judged; None for the built-in ones."""
        told = self.facts.tolerances
        return None if told is None else {"name": told.name, "version": told.version}

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
        order = isinstance(self.record, Order)
        mine = [tick for tick in self.ticks if tick.feed_id == self.feed or (order and self.feed is None)]
        given = {name for name in ("bid", "ask", "last") for tick in mine if getattr(tick, name) is not None}
        if order and len(given) > 1:
            # A fill is a trade: it stands beside other trades, or beside the middle of what was quoted.
            return "last" if "last" in given else "mid"
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
    def silent(self) -> str:
        """What lacks where no tape settles: the ticks, whose they have to be, or which price of theirs."""
        if not self.ticks:
            return "ticks"
        return "feed_id" if self.feed is None else "price_basis" if self.basis is None else "ticks_of_feed"

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
