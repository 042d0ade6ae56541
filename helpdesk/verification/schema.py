"""The published shapes of a record and of an answer, made from the same tables that read them."""

from typing import Any

from . import facts
from .records import KINDS, PAYLOAD
from .records.base import described
from .report import ORDER
from .verdicts import Verdict

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def record() -> dict[str, Any]:
    """JSON Schema of what `verify_trade` and the adapters read. Unknown names are kept and used by nobody."""
    return {
        "$schema": _DRAFT,
        "title": "Trade record",
        "type": "object",
        "required": ["product"],
        "oneOf": [_kind(product) for product in KINDS],
        "$defs": {"facts": facts.schema()},
    }


def _kind(product: str) -> dict[str, Any]:
    found = described(KINDS[product])
    properties = {"product": {"const": product}, **{key: {} for key in PAYLOAD}, **found["properties"]}
    properties["facts"] = {"anyOf": [{"$ref": "#/$defs/facts"}, {"type": "null"}]}
    return found | {"title": product, "properties": properties, "required": ["product", *found["required"]]}


def answer() -> dict[str, Any]:
    """JSON Schema of what `verify_trade --json` prints for a record it can judge."""
    check = {
        "type": "object",
        "required": ["verdict", "figures"],
        "properties": {"verdict": {"enum": [str(each) for each in Verdict]}, "figures": {"type": "object"}},
        "additionalProperties": False,
    }
    amount = {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
    return {
        "$schema": _DRAFT,
        "title": "Verification of a trade",
        "type": "object",
        "required": [
            "verdict",
            "checks",
            "recomputed",
            "difference",
            "missing",
            "unknown_fields",
            "rules",
            "inputs",
        ],
        "properties": {
            "verdict": {"enum": ["match", "mismatch", "not_determinable"]},
            "checks": {
                "type": "object",
                "properties": dict.fromkeys(ORDER, check),
                "additionalProperties": False,
            },
            "recomputed": {
                "type": "object",
                "properties": {"result": {"type": ["string", "null"]}, "payout": amount},
            },
            "difference": amount,
            "missing": {"type": "array", "items": {"type": "string"}},
            "unknown_fields": {"type": "array", "items": {"type": "string"}},
            "rules": {"type": "object", "additionalProperties": {"type": "integer"}},
            "inputs": {
                "type": "object",
                "required": ["record_sha256", "ticks_sha256", "ticks"],
                "properties": {
                    "record_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "ticks_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "ticks": {"type": "integer", "minimum": 0},
                },
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    }
