"""How many confirmations make a transfer final: by platform, asset and network (4.3)."""

from ..records.transfers import Transfer, system_of

# (platform, asset, network): (fewest, enough). "*" is any. Published figures: OKX credits BTC at 1 (and lets
# it go at 3), CEX.IO at 3, WhiteBIT at 2, elsewhere 4; TRC-20 at 20 on WhiteBIT; ERC-20 between 12 and 64.
TABLE: dict[tuple[str, str, str], tuple[int, int]] = {
    ("okx", "BTC", "BTC"): (1, 1),
    ("cex.io", "BTC", "BTC"): (3, 3),
    ("whitebit", "BTC", "BTC"): (2, 2),
    ("*", "BTC", "BTC"): (4, 4),
    ("whitebit", "*", "TRC20"): (20, 20),
    ("*", "*", "ERC20"): (12, 64),
}
_NETWORKS = {"BITCOIN": "BTC", "ETH": "ERC20", "ETHEREUM": "ERC20", "TRX": "TRC20", "TRON": "TRC20"}


def network_of(name: str | None) -> str:
    """A network in one spelling: "TRC-20" and "trc20" are one."""
    plain = "".join(letter for letter in (name or "").upper() if letter.isalnum())
    return _NETWORKS.get(plain, plain)


def required(record: Transfer) -> tuple[int | None, int | None, str | None]:
    """Fewer than the first are too few, as many as the second are enough; and who says so."""
    if record.required_confirmations is not None:
        return record.required_confirmations, record.required_confirmations, "record"
    platform, asset = system_of(record.source_system), (record.asset or "").upper()
    network = network_of(record.network)
    for key in ((platform, asset), (platform, "*"), ("*", asset), ("*", "*")):
        if (found := TABLE.get((*key, network))) is not None:
            return (*found, "table")
    return None, None, None
