"""The steps of an escalation ladder as plain values; what they do to clocks is `operations.ladder`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from .sla import SlaPolicyVersion

BREACH = "breach"  # the rung every clock has, whatever its ladder says
ACKNOWLEDGED_FOR = timedelta(hours=1)  # how long somebody who took it on is left alone with it


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: at a share of the target, or some seconds after the breach."""

    key: str
    share: float | None
    after: int | None
    tell: tuple[str, ...]
    raise_priority: bool
    apologise: bool


def rungs(version: SlaPolicyVersion, metric: str) -> list[Rung]:
    """The ladder of one metric in the order of time: before the breach, at it, after it."""
    found = [
        Rung(
            row["key"],
            row.get("share"),
            row.get("after"),
            tuple(row.get("tell", ())),
            bool(row.get("raise_priority")),
            bool(row.get("apologise")),
        )
        for row in version.ladder
        if row.get("metric", "") in ("", metric)
    ]
    return sorted(found, key=lambda rung: (rung.share is None, rung.share or rung.after or 0))


def at_breach(ladder: Sequence[Rung]) -> list[Rung]:
    """What fires in the moment a promise breaks."""
    return [rung for rung in ladder if rung.share is None and not rung.after]
