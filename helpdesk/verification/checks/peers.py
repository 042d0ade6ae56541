"""C16: one market and one expiry have one exit price, for everyone."""

from collections import Counter
from decimal import Decimal

from ..case import Case
from ..records import Binary
from ..verdicts import Finding, elsewhere, match, mismatch, unknown
from . import check

_SHOWN = 20


@check("C16")
def same_for_all(case: Case) -> Finding:
    """Distinct (exit price, exit sequence) among all contracts of this symbol, feed, expiry and exit rule."""
    record = case.record
    if not isinstance(record, Binary) or record.exit_rule == "path" or record.result in ("sold", "cancelled"):
        return elsewhere()
    mine = (record.symbol, record.feed_id, record.expiry_at, record.exit_rule)
    if case.peers is None or None in mine:
        return unknown("other_contracts" if case.peers is None else "expiry")
    ends = Counter[tuple[Decimal, int | None]]()
    for peer in case.peers:
        if (peer.symbol, peer.feed_id, peer.expiry_at, peer.exit_rule) == mine:
            ends[peer.exit_price, peer.exit_seq] += 1
    if record.exit_tick_price is not None:
        ends.setdefault((record.exit_tick_price, record.exit_tick_seq), 1)
    prices = sorted({price for price, _seq in ends})
    figures = {
        "contracts": ends.total(), "exits": len(ends), "exit_prices": prices[:_SHOWN], "prices": len(prices),
    }  # fmt: skip
    if not ends:
        return unknown("other_contracts", **figures)
    return (match if len(ends) == 1 else mismatch)(**figures)
