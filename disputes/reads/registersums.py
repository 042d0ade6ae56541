"""Sums and moments as a register writes them: texts that can be read again."""

from datetime import UTC, datetime
from decimal import Decimal

from helpdesk.core.money import plain

Row = dict[str, str]


def moment(at: datetime | None) -> str:
    """UTC to the second; empty when it has not happened."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def several(sums: dict[str, Decimal], *, bare: bool) -> str:
    """Sums by currency, one by one, because they cannot be added; a bare number where there is only one."""
    if bare:
        return plain(sum(sums.values(), Decimal(0)))
    return "; ".join(f"{plain(amount)} {currency}" for currency, amount in sorted(sums.items()))


def paid(row: Row) -> dict[str, Decimal]:
    """What a row says was paid in money, by currency; the other way round than `several`."""
    sums: dict[str, Decimal] = {}
    for column in ("redress_financial", "redress_distress", "redress_interest", "redress_goodwill"):
        for part in filter(None, row[column].split("; ")):
            amount, _space, currency = part.partition(" ")
            key = currency or row["redress_currency"]
            sums[key] = sums.get(key, Decimal(0)) + Decimal(amount)
    return sums
