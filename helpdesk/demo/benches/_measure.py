"""Rounds that take turns, wall time per request, CPU of this process and of its database backend."""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from helpdesk.core import memory

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Options:
    """How long to measure. A round asks each target `per_round` times, then it is the next one's turn."""

    requests: int = 200
    per_round: int = 20
    warm_up: int = 15
    report: Callable[[int, int], None] = lambda done, total: None


@dataclass
class Target:
    """Something measured: `prepare(n)` makes the n-th piece of work outside the clock, `work` does it."""

    name: str
    prepare: Callable[[int], Any]
    work: Callable[[Any], Any]
    floor: str = ""
    walls: list[float] = field(default_factory=list)
    web_cpu: float = 0.0
    db_cpu: float = 0.0
    asked: int = 0


@dataclass(frozen=True)
class Row:
    """One line of the table; times in milliseconds, `ratio` is CPU beside the floor's, 0 without one."""

    name: str
    rate: float
    p50: float
    p95: float
    p99: float
    web_cpu: float
    db_cpu: float
    floor: str
    ratio: float

    @property
    def cpu(self) -> float:
        return self.web_cpu + self.db_cpu


@dataclass(frozen=True)
class Report:
    """A benchmark's result: the rows, facts about the database, and remarks below the table."""

    bench: str
    rows: list[Row]
    facts: dict[str, Any]
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values for programs."""
        rows = [vars(row) | {"cpu": round(row.cpu, 3)} for row in self.rows]
        return {"bench": self.bench, **self.facts, "rows": rows, "remarks": self.remarks}


def backend_cpu() -> float:
    """Seconds of CPU the backend of our connection has used; 0.0 when it runs on another machine."""
    connection.ensure_connection()
    path = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    try:
        words = path.read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / TICKS


def run(targets: list[Target], options: Options) -> None:
    """Ask all targets in turns, so that whatever else the machine does hits them alike."""
    for target in targets:
        for n in range(options.warm_up):
            target.work(target.prepare(n))
        target.asked = options.warm_up
    memory.settle()  # as a web process does; the floors gain by it as well
    rounds = max(1, -(-options.requests // options.per_round))
    for number in range(rounds):
        # Every round begins elsewhere, so that none is always the one after the heaviest.
        turn = number % len(targets)
        for target in targets[turn:] + targets[:turn]:
            _round(target, options.per_round)
        options.report(number + 1, rounds)


def _round(target: Target, count: int) -> None:
    given = [target.prepare(target.asked + n) for n in range(count)]
    target.asked += count
    gc.collect()
    db_before, web_before = backend_cpu(), time.process_time()
    for one in given:
        start = time.perf_counter()
        target.work(one)
        target.walls.append((time.perf_counter() - start) * 1000)
    target.web_cpu += time.process_time() - web_before
    target.db_cpu += backend_cpu() - db_before


def percentile(sorted_values: list[float], share: float) -> float:
    """The value below which this share lies."""
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


def rows(targets: list[Target]) -> list[Row]:
    """The table, ratios by CPU per request."""
    cost = {t.name: (t.web_cpu + t.db_cpu) / max(1, len(t.walls)) * 1000 for t in targets}
    lines = []
    for target in targets:
        walls, count = sorted(target.walls), max(1, len(target.walls))
        floor = cost.get(target.floor, 0.0)
        lines.append(
            Row(
                name=target.name,
                rate=round(1000 * count / sum(walls), 1),
                p50=round(percentile(walls, 0.50), 2),
                p95=round(percentile(walls, 0.95), 2),
                p99=round(percentile(walls, 0.99), 2),
                web_cpu=round(target.web_cpu / count * 1000, 3),
                db_cpu=round(target.db_cpu / count * 1000, 3),
                floor=target.floor,
                ratio=round(cost[target.name] / floor, 2) if floor else 0.0,
            )
        )
    return lines


def row(name: str, walls: list[float], each: int) -> Row:
    """A line of times alone: sorted milliseconds of batches of so many."""
    rate = each * len(walls) / sum(walls) * 1000 if sum(walls) else 0.0
    return Row(
        name=name,
        rate=round(rate, 1),
        p50=round(percentile(walls, 0.5), 2),
        p95=round(percentile(walls, 0.95), 2),
        p99=round(percentile(walls, 0.99), 2),
        web_cpu=0.0,
        db_cpu=0.0,
        floor="",
        ratio=0.0,
    )
