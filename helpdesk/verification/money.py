"""Rounding: to how many decimals a currency is paid, and in which of three ways."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from .values import EXACT

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
# ISO 4217 where it is not two; tokens as they are commonly kept. A record may say it itself.
_DECIMALS = (
    dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
         "XAF", "XOF", "XPF"), 0,
    )
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | dict.fromkeys(("USDT", "USDC", "TRX", "XRP", "ADA"), 6)
    | dict.fromkeys(("BTC", "ETH", "LTC", "BCH", "SOL", "BNB", "DOGE"), 8)
)  # fmt: skip


def decimals_of(currency: str) -> int:
    """Decimals of a currency or asset; two where nothing else is known."""
    return _DECIMALS.get(currency.upper(), 2)


def rounded(amount: Decimal, decimals: int, mode: str = "half_up") -> Decimal:
    """The amount as it is paid: `decimals` places, in one of `MODES`."""
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=MODES[mode], context=EXACT)


def told(amount: Decimal) -> str:
    """A number as text, without an exponent."""
    return f"{amount:f}"
