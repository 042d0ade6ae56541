"""A contract of 50.00 USD, and short ways to ask one check what it says of it and of given facts."""

from decimal import localcontext

from helpdesk.verification import report
from helpdesk.verification.case import Case
from helpdesk.verification.checks import CHECKS
from helpdesk.verification.values import EXACT

T = 1_767_225_600_000  # 2026-01-01 00:00:00.000 UTC: accepted; settled a minute later
MINUTE, DAY = 60_000, 86_400_000
ORDER = report.ORDER  # imported, the checks are registered


def contract(**changes):
    told = {
        "product": "binary", "record_id": "871204", "account_id": "A-1", "account_currency": "USD",
        "symbol": "EURUSD", "contract_type": "call", "stake": "50.00", "payout_rate": "0.82", "fee": "0.50",
        "received_at": T - 40, "accepted_at": T, "expiry_at": T + MINUTE, "settled_at": T + MINUTE + 500,
        "result": "won", "payout_paid": "91.00", "feed_id": "X", "price_basis": "last",
        "exit_rule": "last_at_or_before",
    } | changes  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def ask(code, facts=None, ticks=(), **changes):
    """(verdict, figures) of one check; what is missing stands among the figures."""
    with localcontext(EXACT):
        found = CHECKS[code].ask(Case.of(contract(**changes) | {"facts": facts}, ticks)).as_json()
    return found["verdict"], found["figures"]


def without(given, *names, **changes):
    """A copy that lacks some names and has others."""
    return {name: value for name, value in given.items() if name not in names} | changes
