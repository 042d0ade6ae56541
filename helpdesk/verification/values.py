"""Reading what arrives: every value is what it claims to be, or is refused by the name of its field."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
)
from typing import Any

# Wide enough for every sum of the largest amounts below; what cannot be told exactly is a mean or a quotient.
# A float that slips in raises instead of being rounded in silence.
EXACT = Context(
    prec=80,
    rounding=ROUND_HALF_EVEN,
    traps=[InvalidOperation, DivisionByZero, Overflow, FloatOperation],
)
_DIGITS = 18  # before the point, and after it
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?", re.ASCII)
# 1990 to 2200: a moment in seconds or in microseconds is noticed.
_FIRST, _LAST = 631_152_000_000, 7_258_118_400_000
_TEXT = 200
_LONGEST = 10**40


class Wrong(ValueError):
    """One value that is not what its field needs; the message is a reason from `REASONS`.

    `within` are (place inside the value, reason) of what was wrong, for a list of objects one of each fault.
    """

    def __init__(self, reason: str, *within: tuple[str, str]):
        super().__init__(reason)
        self.within = within or (("", reason),)


class Refused(ValueError):
    """An input that cannot be judged. `faults` are (field, reason) in the order of the input."""

    def __init__(self, faults: Sequence[tuple[str, str]]):
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{field}: {REASONS.get(reason, reason)}" for field, reason in faults))


REASONS = {
    "missing": "is missing",
    "not_an_object": "is no JSON object",
    "not_json": "is no valid JSON",
    "too_deep": "has more levels than are read",
    "not_unicode": "has half a character",
    "not_csv": "is no CSV in UTF-8",
    "too_long": "is a longer line than any row has",
    "too_many": "are more rows than are read at once",
    "unreadable": "cannot be read",
    "not_a_list": "is no list",
    "not_text": "is no text of 1 to 200 characters without control characters",
    "not_a_number": "is no plain number such as 1.08421, of up to 18 digits on each side of the point",
    "not_positive": "has to be more than nothing",
    "negative": "must not be less than nothing",
    "not_whole": "is no whole number in range",
    "not_ms": "is no moment in whole milliseconds since 1970, UTC",
    "not_yes_or_no": "is neither true nor false",
    "not_a_code": "is none of the known values",
    "twice": "is given twice with different values",
    "order": "lies before what has to come first",
    "barriers": "the low barrier has to be below the high one",
    "too_large": "is larger than is read at once",
    "columns": "has other columns than the header",
    "header": "has no header feed_id,seq,ts_ms,bid,ask,last",
    "no_price": "has no price at all",
    "not_a_minute": "is no beginning of a minute",
    "more_than_all": "is more than the whole it is a part of",
    "truncated": "ends in the middle",
    "contradiction": "contradicts an earlier row with the same feed and sequence",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one kind are read, and how the published schema describes them."""

    read: Callable[[Any], Any]
    schema: dict[str, Any]


def shown(name: str, most: int = 80) -> str:
    """A name out of an input, fit for a log or a terminal: what cannot be printed is spelled out."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in name[:most])


def _digits(value: Any) -> Any:
    """A whole number as text; one too long to be anything is not even spelled."""
    return str(value) if type(value) is int and abs(value) < _LONGEST else value


def _decimal(value: Any) -> Decimal:
    # A JSON number arrives as int or Decimal, never as a float: `records.load` reads it so.
    told = _digits(value)
    if isinstance(value, Decimal):
        told = f"{value:f}" if value.is_finite() and abs(value.adjusted()) <= _DIGITS else ""
    if not isinstance(told, str) or not _NUMBER.fullmatch(told):
        raise Wrong("not_a_number")
    return Decimal(told.removeprefix("-")) if not Decimal(told) else Decimal(told)  # minus nothing is nothing


def _positive(value: Any) -> Decimal:
    if (found := _decimal(value)) <= 0:
        raise Wrong("not_positive")
    return found


def _not_negative(value: Any) -> Decimal:
    if (found := _decimal(value)) < 0:
        raise Wrong("negative")
    return found


def whole(first: int, last: int) -> Kind:
    def read(value: Any) -> int:
        if type(value) is not int or not first <= value <= last:
            raise Wrong("not_whole")
        return value

    return Kind(read, {"type": "integer", "minimum": first, "maximum": last})


def _ms(value: Any) -> int:
    if type(value) is not int or not _FIRST <= value <= _LAST:
        raise Wrong("not_ms")
    return value


def _text(value: Any) -> str:
    value = _digits(value)  # many sources number their records
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT or not value.isprintable():
        raise Wrong("not_text")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise Wrong("not_yes_or_no")
    return value


def one_of(*codes: str) -> Kind:
    """One of the codes; what else a source says is no verdict's ground."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in codes:
            raise Wrong("not_a_code")
        return value

    return Kind(read, {"enum": list(codes)})


def _numbers(only: str = "", **limits: int) -> dict[str, Any]:
    text = {"type": "string", "pattern": f"^{only}{_NUMBER.pattern}$"}
    most = 10**_DIGITS
    return {
        "anyOf": [text, {"type": "number", "exclusiveMaximum": most, "exclusiveMinimum": -most, **limits}]
    }


TEXT = Kind(
    _text,
    {
        "type": ["string", "integer"],
        "minLength": 1,
        "maxLength": _TEXT,
        "pattern": "^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]*$",
    },
)
FLAG = Kind(_flag, {"type": "boolean"})
MS = Kind(_ms, {"type": "integer", "minimum": _FIRST, "maximum": _LAST})
NUMBER = Kind(_decimal, _numbers())
POSITIVE = Kind(_positive, _numbers("(?!-)(?=.*[1-9])", exclusiveMinimum=0))
AMOUNT = Kind(_not_negative, _numbers("(?!-.*[1-9])", minimum=0))
RATE = AMOUNT
SEQ = whole(0, 2**63 - 1)
