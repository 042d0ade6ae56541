"""What a check says: one of four verdicts, and the figures it rests on."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .money import told


class Verdict(StrEnum):
    """What can be said about one question."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "not_determinable"
    ELSEWHERE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check: figures are numbers, moments in ms and codes, never sentences."""

    verdict: Verdict
    figures: dict[str, Any] = field(default_factory=dict)
    # Codes of what would have been needed.
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        figures = {name: plain(value) for name, value in self.figures.items() if value is not None}
        if self.missing:
            figures["missing"] = list(self.missing)
        return {"verdict": str(self.verdict), "figures": figures}


def plain(value: Any) -> Any:
    """A value as JSON carries it: numbers that must stay exact are text."""
    match value:
        case Decimal():
            return told(value)
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value


def match(**figures: Any) -> Finding:
    return Finding(Verdict.MATCH, figures)


def mismatch(**figures: Any) -> Finding:
    return Finding(Verdict.MISMATCH, figures)


def unknown(*missing: str, **figures: Any) -> Finding:
    """It cannot be said, for want of these."""
    return Finding(Verdict.UNKNOWN, figures, missing)


def elsewhere(**figures: Any) -> Finding:
    """The question does not arise for this record."""
    return Finding(Verdict.ELSEWHERE, figures)


def together(parts: dict[str, Finding], **figures: Any) -> Finding:
    """One answer of several: wrong if one is, open if one is, and which was which."""
    for part in parts.values():
        figures |= part.figures
    asked = {name: part for name, part in parts.items() if part.verdict != Verdict.ELSEWHERE}
    figures["parts"] = {name: str(part.verdict) for name, part in asked.items()}
    if wrong := [name for name, part in asked.items() if part.verdict == Verdict.MISMATCH]:
        return mismatch(**figures, failed=wrong)
    if missing := sorted({name for part in asked.values() for name in part.missing}):
        return unknown(*missing, **figures)
    return match(**figures)
