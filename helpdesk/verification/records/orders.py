"""Orders on a market and what filled them: spot, and futures with their position."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ..values import AMOUNT, FLAG, MS, NUMBER, POSITIVE, RATE, SEQ, TEXT, one_of, whole
from .base import DECIMALS, Record, Row, rows, told

# Statuses of orders as platforms spell them, in small letters; any other is kept and judged by nobody.
STATUSES = {
    "new": "new", "accepted": "new", "open": "new", "partially_filled": "partially_filled",
    "filled": "filled", "cancelled": "cancelled", "canceled": "cancelled",
    "rejected": "rejected", "expired": "expired", "expired_in_match": "expired",
}  # fmt: skip
# What a type asks for: at this price or better, and only after a trigger.
LIMITED = frozenset({"limit", "limit_maker", "post_only", "stop_limit", "take_profit_limit"})
MARKET = frozenset({"market", "stop", "stop_market", "take_profit", "take_profit_market", "liquidation"})
STOPPED = frozenset(
    {"stop", "stop_limit", "stop_market", "take_profit", "take_profit_limit", "take_profit_market"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill(Row):
    """One execution of an order."""

    fill_id: str | None = told(TEXT, "trade_id")
    price: Decimal = told(POSITIVE, needed=True)
    qty: Decimal = told(POSITIVE, needed=True)
    fee: Decimal | None = told(NUMBER)  # less than nothing is a rebate
    fee_asset: str | None = told(TEXT)
    liquidity: str | None = told(one_of("maker", "taker"))
    executed_at: int | None = told(MS)
    book_seq: int | None = told(SEQ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Row):
    """One step of a history: the source's own word for it, when, and who did it."""

    status: str = told(TEXT, needed=True)
    at: int = told(MS, needed=True)
    actor: str | None = told(TEXT)
    reason: str | None = told(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Record):
    """What spot and futures orders have in common."""

    order_id: str | None = told(TEXT)
    client_order_id: str | None = told(TEXT)
    side: str | None = told(one_of("buy", "sell"))
    type: str | None = told(TEXT)
    tif: str | None = told(TEXT)
    # Nothing is how many sources write "none" for these.
    price: Decimal | None = told(AMOUNT)
    stop_price: Decimal | None = told(AMOUNT)
    qty: Decimal | None = told(AMOUNT)
    quote_qty: Decimal | None = told(AMOUNT)
    post_only: bool | None = told(FLAG)
    self_trade_rule: str | None = told(TEXT)
    max_slippage_bps: Decimal | None = told(RATE)
    clicked_at: int | None = told(MS)
    quote_id: str | None = told(TEXT)
    quote_at: int | None = told(MS)
    quote_price: Decimal | None = told(POSITIVE)
    created_at: int | None = told(MS)
    received_at: int | None = told(MS)
    accepted_at: int | None = told(MS)
    triggered_at: int | None = told(MS)
    updated_at: int | None = told(MS)
    status: str | None = told(TEXT)
    status_history: tuple[Status, ...] | None = told(rows(Status))
    cancel_reason: str | None = told(TEXT)
    origin: str | None = told(TEXT)
    average_price: Decimal | None = told(AMOUNT, "avg_price")
    filled_qty: Decimal | None = told(AMOUNT, "executed_qty")
    base_asset: str | None = told(TEXT)
    quote_asset: str | None = told(TEXT)
    maker_fee_rate: Decimal | None = told(NUMBER)
    taker_fee_rate: Decimal | None = told(NUMBER)
    fee_decimals: int | None = told(DECIMALS)
    feed_id: str | None = told(TEXT)
    price_basis: str | None = told(one_of("bid", "ask", "mid", "last", "index"))
    price_decimals: int | None = told(DECIMALS)
    tick_size: Decimal | None = told(POSITIVE)
    fills: tuple[Fill, ...] | None = told(rows(Fill))

    ORDER: ClassVar[tuple[tuple[str, str], ...]] = (("received_at", "accepted_at"),)

    @property
    def kind(self) -> str:
        """The type in one spelling."""
        return (self.type or "").lower().replace("-", "_").replace(" ", "_")

    @property
    def direction(self) -> int | None:
        """+1 for buying, −1 for selling."""
        return None if self.side is None else (1 if self.side == "buy" else -1)

    @property
    def prompt_from(self) -> int | None:
        """When it could first be executed: accepted, or triggered where it waited for that."""
        return self.triggered_at if self.kind in STOPPED else self.accepted_at

    @property
    def prompt_until(self) -> int | None:
        """When the last fill came that did not have to wait in the book: taken, or of a market order."""
        at_once = [
            fill.executed_at
            for fill in self.fills or ()
            if fill.executed_at is not None
            and (fill.liquidity == "taker" or (fill.liquidity is None and self.kind in MARKET))
        ]
        return max(at_once, default=None)

    @property
    def size(self) -> Decimal:
        """What one unit of quantity is of the base asset."""
        return Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot(Order):
    """One order on a spot market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Futures(Order):
    """One order on a futures market, and the position it made."""

    contract: str | None = told(one_of("linear", "inverse"))
    multiplier: Decimal | None = told(POSITIVE)  # none: quantities are of the base asset
    position_side: str | None = told(one_of("long", "short"))
    position_qty: Decimal | None = told(POSITIVE)
    position_status: str | None = told(one_of("open", "closed", "liquidated"))
    opened_at: int | None = told(MS)
    closed_at: int | None = told(MS)
    reduce_only: bool | None = told(FLAG)
    leverage: Decimal | None = told(POSITIVE)
    margin_mode: str | None = told(one_of("isolated", "cross"))
    margin: Decimal | None = told(AMOUNT)
    maintenance_rate: Decimal | None = told(RATE)
    tier: str | None = told(TEXT)
    entry_price: Decimal | None = told(POSITIVE)
    mark_price: Decimal | None = told(POSITIVE)
    index_price: Decimal | None = told(POSITIVE)
    last_price: Decimal | None = told(POSITIVE)
    funding_basis: Decimal | None = told(NUMBER)  # fraction of the index
    basis_average: Decimal | None = told(NUMBER)  # price, may lie below the index
    liq_price_shown: Decimal | None = told(POSITIVE)
    liquidated: bool | None = told(FLAG)
    liquidated_at: int | None = told(MS)
    trigger: str | None = told(one_of("last", "mark", "index"))
    trigger_price: Decimal | None = told(POSITIVE)
    bankruptcy_price: Decimal | None = told(POSITIVE)
    insurance_used: Decimal | None = told(AMOUNT)
    adl: bool | None = told(FLAG)
    funding_rate: Decimal | None = told(NUMBER)
    funding_interval_h: int | None = told(whole(1, 10_000))
    funding_at: int | None = told(MS)
    funding_mark_price: Decimal | None = told(POSITIVE)
    funding_fee: Decimal | None = told(NUMBER)  # what the trader paid; less than nothing was received
    funding_fee_at: int | None = told(MS)

    @property
    def size(self) -> Decimal:
        return Decimal(1) if self.multiplier is None else self.multiplier

    @property
    def was_liquidated(self) -> bool:
        """As the record says, or as its traces do: nobody else has a bankruptcy price."""
        if self.liquidated is not None:
            return self.liquidated
        traces = (self.liquidated_at, self.bankruptcy_price, self.insurance_used or None)
        told_so = self.position_status == "liquidated" or self.kind == "liquidation"
        forced = self.triggered_at is not None and not self.stop_price and self.kind not in STOPPED
        return told_so or forced or any(trace is not None for trace in traces)

    @property
    def ended_at(self) -> int | None:
        """When the position ended, if it did."""
        if self.closed_at is not None or not self.was_liquidated:
            return self.closed_at
        return self.triggered_at if self.liquidated_at is None else self.liquidated_at

    @property
    def began_at(self) -> int | None:
        """When the position began: as told, or at the first fill of an order that does not only reduce it."""
        first = [fill.executed_at for fill in self.fills or () if fill.executed_at is not None]
        if self.opened_at is not None or self.reduce_only:
            return self.opened_at
        return min(first, default=None)

    @property
    def position(self) -> Decimal | None:
        """How much of the base asset it holds: as told, or what was filled, or what was ordered."""
        filled = sum((fill.qty for fill in self.fills or ()), Decimal(0))
        held = self.position_qty or filled or self.qty
        return None if held is None else held * self.size
