"""Which kind of market a symbol belongs to, and the limits that go with it; every limit may be replaced."""

import re
from dataclasses import dataclass
from decimal import Decimal

from .records import Record

_MAJOR = frozenset(["EURUSD", "GBPUSD", "USDJPY", "USDCHF", "USDCAD", "AUDUSD", "NZDUSD"])
_MONEY = frozenset(
    {"USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "SGD", "HKD", "CNH", "PLN",
     "CZK", "HUF", "MXN", "ZAR", "TRY"}
)  # fmt: skip
_COINS = ("BTC", "XBT", "ETH")
_QUOTES = ("", "USD", "USDT", "USDC", "EUR", "PERP", "USDPERP", "USDTPERP")


@dataclass(frozen=True, slots=True)
class Market:
    """Limits of 4.3 for one kind of market."""

    name: str
    deviation_bps: Decimal  # C3: how far an entry may lie from the reference
    slippage_bps: Decimal  # C7: how far a market order may slip
    window_ms: int  # C3: ticks this long before and after are the box
    stale_ms: int  # C4: how old the exit tick may be at expiry


# deviation: 5 FX major, 10 FX minor, 20 BTC and ETH, 50 other. Windows: 2 s, 5 s where it is thin.
MARKETS = {
    "fx_major": Market("fx_major", Decimal(5), Decimal(50), 2_000, 5_000),
    "fx_minor": Market("fx_minor", Decimal(10), Decimal(100), 2_000, 5_000),
    "crypto_major": Market("crypto_major", Decimal(20), Decimal(50), 2_000, 2_000),
    "other": Market("other", Decimal(50), Decimal(100), 5_000, 2_000),
}


def market_of(record: Record) -> Market:
    """The market the record names, or the one its symbol tells."""
    if record.market:
        return MARKETS[record.market]
    symbol = re.sub(r"[^A-Z]", "", (record.symbol or "").upper())
    symbol = symbol.removeprefix("FRX")
    if symbol in _MAJOR:
        return MARKETS["fx_major"]
    if len(symbol) == 6 and {symbol[:3], symbol[3:]} <= _MONEY:
        return MARKETS["fx_minor"]
    if any(symbol == coin + quote for coin in _COINS for quote in _QUOTES):
        return MARKETS["crypto_major"]
    return MARKETS["other"]
