"""The story as written: TOML files in `data/tickets`, read into acts with their moments.

A ticket says when it was filed, either counted back from the start ("-52m") or as a day counted back with
a time of day in UTC ("-12d 09:30"). Each step follows the one before it: [how much later, who, what, text,
files]. A file is "name | drawing | key=value | …"; "{day}" stands for the ticket's day.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"(\d+)([dhms])")


@dataclass(frozen=True)
class File:
    """A file somebody attaches: its name, what draws it, and what is written on it."""

    name: str
    drawing: str
    words: dict[str, str]


@dataclass(frozen=True)
class Step:
    """One act on a ticket."""

    at: datetime
    who: str
    act: str
    text: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Script:
    """One ticket: how it is filed, and everything that follows."""

    at: datetime
    who: str
    category: str
    subject: str
    body: str
    channel: str
    by: str
    case: str
    fields: dict[str, str]
    files: tuple[File, ...]
    steps: tuple[Step, ...] = field(default=())


def span(text: str) -> timedelta:
    """ "1d2h30m" as a length of time."""
    parts = _PART.findall(text)
    if not parts or "".join(n + unit for n, unit in parts) != text.strip().lstrip("+-"):
        raise ValueError(f"{text!r} is no length of time.")
    return timedelta(seconds=sum(int(n) * _UNITS[unit] for n, unit in parts))


def moment(text: str, start: datetime) -> datetime:
    """ "-3h20m" before the start, or "-12d 09:30": a day before the start's day, at that time of day."""
    back, _blank, clock = text.partition(" ")
    if not clock:
        return start - span(back)
    hour, minute = clock.split(":")
    day = start.replace(hour=0, minute=0, second=0, microsecond=0) - span(back)
    return day + timedelta(hours=int(hour), minutes=int(minute))


def drawn(line: str) -> File:
    """A file as it is written down."""
    name, drawing, *words = (part.strip() for part in line.split("|"))
    return File(name, drawing, dict(word.split("=", 1) for word in words))


def _script(row: dict[str, Any], start: datetime) -> Script:
    at = moment(row["at"], start)
    steps, clock = [], at
    for later, who, act, *rest in row["steps"]:
        clock += span(later)
        if clock > start:
            raise ValueError(f"{row['subject']!r}: {act} lies in the future.")
        text, files = (rest[0] if rest else ""), (rest[1] if len(rest) > 1 else [])
        steps.append(Step(clock, who, act, text.strip(), tuple(drawn(line) for line in files)))
    day = f"{at:%Y-%m-%d}"
    return Script(
        at=at,
        who=row["who"],
        category=row["category"],
        subject=row["subject"],
        body=row["body"].strip().replace("{day}", day),
        channel=row.get("channel", "web"),
        by=row.get("by", ""),
        case=row.get("case", ""),
        fields={name: value.replace("{day}", day) for name, value in row.get("fields", {}).items()},
        files=tuple(drawn(line) for line in row.get("files", [])),
        steps=tuple(steps),
    )


def read(start: datetime) -> list[Script]:
    """Every ticket of the story, with moments counted from `start`."""
    rows = [
        row
        for path in sorted((DATA / "tickets").glob("*.toml"))
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["ticket"]
    ]
    return [_script(row, start) for row in rows]
