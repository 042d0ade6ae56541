"""How a figure of money is written: one way for people, one for programs."""

from decimal import Decimal


def plain(amount: Decimal) -> str:
    """For programs: every digit that counts, two decimals at least."""
    return figure(amount).replace(",", "")


def figure(amount: Decimal) -> str:
    """For people: the same with the thousands set apart, `1,200.00`, in every language."""
    whole, _point, decimals = f"{amount:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
