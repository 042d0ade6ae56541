"""The contract of the published example, its ticks, and short ways to ask one check.

Expiry is 2026-01-01 00:00:00.000 UTC, a point of every usual grid. By the terms the last tick at or before it
is sequence 4 at 1.08421; what was used is sequence 5, 450 ms later, at 1.08409.
"""

import csv
import io
from decimal import Decimal, localcontext

from helpdesk.verification import records, report, ticks
from helpdesk.verification.case import Case, Peer
from helpdesk.verification.checks import CHECKS
from helpdesk.verification.values import EXACT

EXPIRY = 1_767_225_600_000
ENTRY = EXPIRY - 59_800
FEED = "demo-fx"

ROWS = [
    (FEED, 1, EXPIRY - 60_100, "", "", "1.08414"),
    (FEED, 2, ENTRY, "", "", "1.08415"),
    (FEED, 3, EXPIRY - 30_000, "", "", "1.08418"),
    (FEED, 4, EXPIRY, "", "", "1.08421"),
    (FEED, 5, EXPIRY + 450, "", "", "1.08409"),
    (FEED, 6, EXPIRY + 1_200, "", "", "1.08412"),
    # Another feed around the entry alone; at expiry it is silent.
    ("demo-b", 11, ENTRY - 900, "", "", "1.08414"),
    ("demo-b", 12, ENTRY - 400, "", "", "1.08416"),
    ("demo-b", 13, ENTRY - 100, "", "", "1.08415"),
    ("demo-b", 14, ENTRY + 700, "", "", "1.08415"),
]


def disputed(**changes):
    """The example as the platform recorded it: lost, nothing paid, one tick too late."""
    told = {
        "product": "binary", "record_id": "871204", "account_currency": "USD", "symbol": "EURUSD",
        "contract_type": "call", "stake": "50.00", "payout_rate": "0.82", "loss_refund_rate": "0",
        "tie_rule": "refund", "strike": "1.08415", "price_decimals": 5, "tick_size": "0.00001",
        "feed_id": FEED, "price_basis": "last",
        "quote_at": EXPIRY - 60_155, "received_at": EXPIRY - 60_035, "accepted_at": EXPIRY - 60_000,
        "entry_tick_at": ENTRY, "entry_tick_seq": 2, "entry_tick_price": "1.08415",
        "duration_value": 60, "duration_unit": "s", "expiry_rule": "relative", "expiry_at": EXPIRY,
        "exit_rule": "last_at_or_before", "exit_tick_at": EXPIRY + 450, "exit_tick_seq": 5,
        "exit_tick_price": "1.08409", "settled_at": EXPIRY + 610, "result": "lost", "payout_paid": "0.00",
    } | changes  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def right(**changes):
    """The same contract settled as its terms say: 50.00 · (1 + 0.82) = 91.00."""
    settled = {
        "exit_tick_at": EXPIRY, "exit_tick_seq": 4, "exit_tick_price": "1.08421", "result": "won",
        "payout_paid": "91.00",
    }  # fmt: skip
    return disputed(**(settled | changes))


def sheet(rows=ROWS):
    """Rows as the CSV that is read."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([ticks.HEADER, *rows])
    return out.getvalue()


def case(told, rows=ROWS, peers=None):
    return Case(records.parse(told), list(ticks.read(io.StringIO(sheet(rows)))), peers)


def ask(code, told, rows=ROWS, peers=None):
    """(verdict, figures) of one check."""
    with localcontext(EXACT):
        found = CHECKS[code].ask(case(told, rows, peers)).as_json()
    return found["verdict"], found["figures"]


def verify(told, rows=ROWS, peers=None):
    return report.verify(case(told, rows, peers))


def run(*prices, end=EXPIRY, step=100, feed=FEED, seq=1, after=1):
    """Rows of one feed: prices so many ms apart, the last at `end`; then ticks that prove it went on."""
    first = end - step * (len(prices) - 1)
    told = [(feed, seq + n, first + step * n, "", "", price) for n, price in enumerate(prices)]
    last = told[-1]
    return told + [(feed, last[1] + n, end + step * n, "", "", last[5]) for n in range(1, after + 1)]


def peer(price, seq=4, **changes):
    told = {"symbol": "EURUSD", "feed_id": FEED, "expiry_at": EXPIRY, "exit_rule": "last_at_or_before"}
    return Peer(exit_price=Decimal(price), exit_seq=seq, **(told | changes))
