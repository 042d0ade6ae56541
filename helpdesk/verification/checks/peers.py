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
    if case.peers is None:
        return unknown("other_contracts")
    if None in mine:
        names = ("symbol", "feed_id", "expiry_at", "exit_rule")
        return unknown(*[name for name, value in zip(names, mine, strict=True) if value is None])
    ends = Counter[tuple[Decimal, int | None]]()
    for peer in case.peers:
        if (peer.symbol, peer.feed_id, peer.expiry_at, peer.exit_rule) == mine:
            ends[peer.exit_price, peer.exit_seq] += 1
    if record.exit_tick_price is not None and not any(_one(end, record) for end in ends):
        ends[record.exit_tick_price, record.exit_tick_seq] += 1
    # A contract that does not say which tick it was is no other exit than one at the same price that does.
    told = {price for price, seq in ends if seq is not None}
    distinct = [end for end in ends if end[1] is not None or end[0] not in told]
    prices = sorted({price for price, _seq in ends})
    figures = {
        "contracts": ends.total(), "exits": len(distinct),
        "exit_prices": prices[:_SHOWN], "prices": len(prices),
    }  # fmt: skip
    if not ends:
        return unknown("other_contracts", **figures)
    return (match if len(distinct) == 1 else mismatch)(**figures)


def _one(end: tuple[Decimal, int | None], record: Binary) -> bool:
    """Whether the record's own exit is already among the others'."""
    seqs = (end[1], record.exit_tick_seq)
    return end[0] == record.exit_tick_price and (None in seqs or seqs[0] == seqs[1])
