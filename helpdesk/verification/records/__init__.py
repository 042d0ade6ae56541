"""What a record contains: typed, exact, and refused where it is not what it claims to be.

Every field is optional unless a check could not even be asked without it: what a source does not say is a
verdict of "not determinable", never a guess. Names are those of the platform adapters' contract.
"""

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..values import Refused, shown
from .base import Record as Record
from .base import read
from .binary import Binary as Binary
from .orders import Futures as Futures
from .orders import Order as Order
from .orders import Spot as Spot
from .transfers import Deposit as Deposit
from .transfers import Peer2Peer as Peer2Peer
from .transfers import Withdrawal as Withdrawal

LARGEST = 4_000_000  # bytes of one record
DEEPEST = 32  # levels, so that whatever walks a record never runs out of stack

KINDS: dict[str, type[Record]] = {
    "binary": Binary,
    "spot": Spot,
    "futures": Futures,
    "p2p": Peer2Peer,
    "withdrawal": Withdrawal,
    "deposit": Deposit,
}
# Kept beside the record and hashed; of these only `facts` is read, by `facts.parse`.
PAYLOAD = ("raw", "funding_split", "facts")


def load(text: bytes | str) -> Any:
    """JSON without floats: a number is what its digits say. Raises `Refused`."""
    if len(text) > LARGEST:
        raise Refused([("record", "too_large")])
    try:
        given = json.loads(
            text, parse_float=_number, parse_constant=_never, object_pairs_hook=_no_double, parse_int=_whole
        )
    except Refused:
        raise
    except (ValueError, RecursionError):  # also what is no UTF-8
        raise Refused([("record", "not_json")]) from None
    _walk(given)
    return given


def _walk(given: Any) -> None:
    """Refuses what nobody could hash or print: too many levels, or half of a surrogate pair."""
    level, depth = [("record", given)], 0
    while level:
        if (depth := depth + 1) > DEEPEST:
            raise Refused([(level[0][0], "too_deep")])
        below: list[tuple[str, Any]] = []
        for where, value in level:
            if isinstance(value, str) and _halved(value):
                raise Refused([(where, "not_unicode")])
            if isinstance(value, list):
                below += [(where, each) for each in value]
            elif isinstance(value, dict):
                for name, each in value.items():
                    top = shown(name) if depth == 1 else where
                    below += [(top, name), (top, each)]
        level = below


def _halved(text: str) -> bool:
    return any("\ud800" <= each <= "\udfff" for each in text) if not text.isascii() else False


def _number(digits: str) -> Decimal | str:
    # An exponent of three digits and more would be written out as that many zeros, or not at all.
    _mantissa, _e, exponent = digits.lower().partition("e")
    return Decimal(digits) if len(digits) < 60 and len(exponent.lstrip("+-0")) < 3 else digits


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 40 else digits


def _never(word: str) -> Any:
    raise ValueError(word)


def _no_double(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        again = next(name for name, times in Counter(name for name, _value in pairs).items() if times > 1)
        raise Refused([(shown(again), "twice")])
    return found


def parse(given: Any) -> Record:
    """The record that a JSON object describes. Raises `Refused` with every field that is wrong."""
    if not isinstance(given, Mapping):
        raise Refused([("record", "not_an_object")])
    product = given.get("product")
    if not isinstance(product, str) or product not in KINDS:
        raise Refused([("product", "missing" if product is None else "not_a_code")])
    kind = KINDS[product]
    values, faults, unknown = read(kind, given, {"product", *PAYLOAD})
    if faults:
        raise Refused(faults)
    record = kind(product=product, unknown=unknown, **values)
    if faults := record.contradictions():
        raise Refused(faults)
    return record
