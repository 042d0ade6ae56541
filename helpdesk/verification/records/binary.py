"""One binary option contract."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from ..values import AMOUNT, MS, POSITIVE, RATE, SEQ, TEXT, one_of, whole
from .base import DECIMALS, SECONDS, Record, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Record):
    """One binary option contract."""

    contract_type: str = told(TEXT, needed=True)
    stake: Decimal = told(POSITIVE, needed=True)
    payout_rate: Decimal | None = told(RATE)  # as accepted: 0.82 pays 82 % on top of the stake
    payout_rate_shown: Decimal | None = told(RATE)  # as it stood at the click
    loss_refund_rate: Decimal | None = told(RATE)
    tie_rule: str | None = told(one_of("refund", "lose", "win"))
    strike: Decimal | None = told(POSITIVE, "barrier")
    high_barrier: Decimal | None = told(POSITIVE)
    low_barrier: Decimal | None = told(POSITIVE)
    price_decimals: int | None = told(DECIMALS)
    tick_size: Decimal | None = told(POSITIVE)
    feed_id: str | None = told(TEXT)
    price_basis: str | None = told(one_of("bid", "ask", "mid", "last", "index"))
    clicked_at: int | None = told(MS)
    sent_at: int | None = told(MS)
    quote_id: str | None = told(TEXT)
    quote_at: int | None = told(MS)
    quote_price: Decimal | None = told(POSITIVE)
    received_at: int | None = told(MS)
    accepted_at: int | None = told(MS)
    entry_tick_at: int | None = told(MS, "entry_at")
    entry_tick_seq: int | None = told(SEQ, "entry_seq")
    entry_tick_price: Decimal | None = told(POSITIVE, "entry_price")
    duration_value: int | None = told(whole(1, 10**9))
    duration_unit: str | None = told(one_of("s", "min", "h", "d", "ticks"))
    expiry_rule: str | None = told(one_of("relative", "grid"))
    grid_s: int | None = told(whole(1, 10**9))
    deadtime_s: int | None = told(SECONDS)
    boundary: str | None = told(one_of("inclusive", "exclusive"))
    expiry_at: int | None = told(MS)
    exit_rule: str | None = told(one_of("last_at_or_before", "first_after", "trimmed_mean", "path"))
    exit_tick_at: int | None = told(MS, "exit_at")
    exit_tick_seq: int | None = told(SEQ, "exit_seq")
    exit_tick_price: Decimal | None = told(POSITIVE, "exit_price")
    settled_at: int | None = told(MS)
    result: str | None = told(one_of("won", "lost", "tie", "sold", "cancelled"))
    payout_paid: Decimal | None = told(AMOUNT)
    fee: Decimal | None = told(AMOUNT)
    sold_at: int | None = told(MS)
    sell_price: Decimal | None = told(AMOUNT)
    bid_price: Decimal | None = told(AMOUNT)

    ORDER: ClassVar[tuple[tuple[str, str], ...]] = (
        ("received_at", "accepted_at"),
        ("accepted_at", "expiry_at"),
        ("accepted_at", "sold_at"),
        ("accepted_at", "settled_at"),
        ("entry_tick_at", "expiry_at"),
    )

    def contradictions(self) -> list[tuple[str, str]]:
        # Named as the base: a dataclass with slots is made anew, which a bare super() does not survive.
        wrong = Record.contradictions(self)
        low, high = self.low_barrier, self.high_barrier
        if low is not None and high is not None and low >= high:
            wrong.append(("low_barrier", "barriers"))
        return wrong
