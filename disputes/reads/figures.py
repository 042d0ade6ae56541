"""What is published of each quarter (F24), worked out from the register as it stood when the quarter ended.

The same quarter gives the same figures whenever it is asked for. No free text, no names, nothing per person.
"""

import csv
import io
import math
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tickets.models import Category
from tickets.states import DOMAIN as TAXONOMY

from ..models import Complaint, ExternalReferral, QuarterFigures
from ..states import ExternalOutcome, word
from . import register, smallcells
from .smallcells import HIDDEN, SMALL, Figure

RESULTS = ("upheld", "partly_upheld", "not_upheld", "settled", "other")
STAGES = ("early", "answer", "mediation", "decision", "review")
GROUPS = sorted(row["code"] for row in TAXONOMY["categories"])
_AS = {"goodwill": "not_upheld"}
_NAMED = re.compile(r"^(\d{4})-?Q([1-4])$")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year, in UTC."""

    year: int
    n: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.n}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.n - 2, 1)

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return self.next().begin

    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + self.n // 4, self.n % 4 + 1)


def quarter_of(at: datetime) -> Quarter:
    """The quarter a moment lies in."""
    at = at.astimezone(UTC)
    return Quarter(at.year, (at.month + 2) // 3)


def named(text: str) -> Quarter | None:
    """`2026Q3` as a quarter."""
    found = _NAMED.match(text.strip().upper())
    return Quarter(int(found[1]), int(found[2])) if found and 1970 < int(found[1]) < 9000 else None


def missing(now: datetime) -> list[Quarter]:
    """The quarters that have ended and are not published yet, the oldest first."""
    newest = QuarterFigures.objects.order_by("-quarter").values_list("quarter", flat=True).first()
    running = quarter_of(now)
    last = named(newest) if newest else None
    if last is None:
        first = Complaint.objects.order_by("received_at").values_list("received_at", flat=True).first()
        quarter = quarter_of(first) if first else running
    else:
        quarter = last.next()
    found = []
    while quarter < running:
        found.append(quarter)
        quarter = quarter.next()
    return found


def work_out(quarter: Quarter) -> dict[str, Any]:
    """The figures of a quarter, fit to be published."""
    last = (quarter.end - timedelta(days=1)).date()
    rows = list(register.rows(register.Question(date(1970, 1, 1), last, quarter.end)))
    begin, end = register.moment(quarter.begin), register.moment(quarter.end)
    received = sum(begin <= row["received_at"] < end for row in rows)
    closed = [row for row in rows if begin <= row["closed_at"] < end]
    shown = smallcells.published(_network(closed))
    external = smallcells.published(_external(quarter))
    return {
        "quarter": str(quarter),
        "received": smallcells.LITTLE if received < SMALL else str(received),
        "figures": shown,
        "days": _days(closed, shown),
        "external": external,
    }


def _result(row: register.Row) -> str:
    found = _AS.get(row["outcome"], row["outcome"])
    return found if found in RESULTS else "other"


def _stage(row: register.Row) -> str:
    if row["appeal_at"]:
        return "review"
    if row["final_response_kind"] == "decision":
        return "decision"
    if row["mediation_from"]:
        return "mediation"
    return "answer" if row["final_response_kind"] == "response" else "early"


def _group(row: register.Row) -> str:
    return row["category"].partition("-")[0] or "other"


def _network(closed: list[register.Row]) -> list[Figure]:
    """Problem types by result, results by stage, and what was on time: one sum, so one network."""
    groups = Counter((_group(row), _result(row)) for row in closed)
    stages = Counter((_result(row), _stage(row)) for row in closed)
    timely = Counter("late" if row["breaches"] else "on_time" for row in closed)
    results, by_group, by_stage = Counter[str](), Counter[str](), Counter[str]()
    found = []
    # All of the taxonomy, so that a line's being there tells nothing.
    for group in sorted({*GROUPS, *(group for group, _result in groups)}):
        for result in RESULTS:
            n = groups[group, result]
            by_group[group] += n
            results[result] += n
            found.append(Figure(f"group/{group}/{result}", f"g.{group}", f"in.{result}", n))
    for stage in STAGES:
        for result in RESULTS:
            n = stages[result, stage]
            by_stage[stage] += n
            found.append(Figure(f"stage/{stage}/{result}", f"out.{result}", f"s.{stage}", n))
    found += [Figure(f"group/{group}/", "S", f"g.{group}", n, 3) for group, n in by_group.items()]
    found += [
        Figure(f"result/{result}", f"in.{result}", f"out.{result}", results[result], 10) for result in RESULTS
    ]
    found += [Figure(f"stage/{stage}/", f"s.{stage}", "T", by_stage[stage], 3) for stage in STAGES]
    found += [Figure(name, "T", "U", timely[name]) for name in ("on_time", "late")]
    return [*found, Figure("closed", "U", "S", len(closed), 1000)]


def _external(quarter: Quarter) -> list[Figure]:
    told = ExternalReferral.objects.filter(recorded_at__gte=quarter.begin, recorded_at__lt=quarter.end)
    cells = {(str(code), unlike): 0 for code in ExternalOutcome for unlike in ("same", "differs", "unknown")}
    for referral in told:
        unlike = {None: "unknown", True: "differs", False: "same"}[referral.differs]
        cells[referral.outcome, unlike] = cells.get((referral.outcome, unlike), 0) + 1
    return smallcells.table("external", cells)


def _days(closed: list[register.Row], shown: dict[str, str]) -> dict[str, list[str]]:
    """Median and ninetieth percentile of the days to the end, where the number of cases is shown."""
    kept: dict[str, list[int]] = {"closed": []}
    for row in closed:
        for name in ("closed", f"group/{_group(row)}/", f"stage/{_stage(row)}/"):
            kept.setdefault(name, []).append(int(row["days_open"]))
    return {
        name: [f"{statistics.median(days):.1f}", str(sorted(days)[math.ceil(0.9 * len(days)) - 1])]
        for name, days in sorted(kept.items())
        if shown.get(name, "").isdigit()
    }


# --- told ---------------------------------------------------------------------------------------
def newest(name: str = "") -> QuarterFigures | None:
    """What was published of the quarter named, or of the last one."""
    rows = QuarterFigures.objects.order_by("-quarter")
    return (rows.filter(quarter=name) if name else rows).first()


def quarters() -> list[str]:
    """The quarters that are published, the newest first."""
    return list(QuarterFigures.objects.order_by("-quarter").values_list("quarter", flat=True))


def _results() -> dict[str, str]:
    return {code: word("outcomes", code) for code in RESULTS} | {"other": _("Ended otherwise")}


def _stages() -> dict[str, str]:
    return {
        "early": _("Before an answer"),
        "answer": _("Answered by the platform"),
        "mediation": _("Mediation"),
        "decision": _("Decision"),
        "review": _("Review of the decision"),
    }


def _lines(kind: str, names: dict[str, str], found: dict[str, Any]) -> list[dict[str, Any]]:
    shown, days = found["figures"], found["days"]
    return [
        {
            "name": name,
            "cells": [shown.get(f"{kind}/{code}/{result}", "0") for result in RESULTS],
            "all": shown[f"{kind}/{code}/"],
            "days": days.get(f"{kind}/{code}/", [HIDDEN, HIDDEN]),
        }
        for code, name in names.items()
        if shown.get(f"{kind}/{code}/", smallcells.LITTLE) != smallcells.LITTLE
    ]


def told(found: dict[str, Any]) -> dict[str, Any]:
    """A published quarter in the reader's words."""
    shown, external = found["figures"], found["external"]
    groups = sorted({name.split("/")[1] for name in shown if name.startswith("group/")})
    kinds = {one.code: str(one) for one in Category.objects.filter(code__in=groups)}
    median, late = found["days"].get("closed", [HIDDEN, HIDDEN])
    return {
        "received": found["received"],
        "closed": shown["closed"],
        "median": median,
        "ninetieth": late,
        "on_time": _share(shown),
        "results": [(name, shown[f"result/{code}"]) for code, name in _results().items()],
        "heads": list(_results().values()),
        "groups": _lines("group", {code: kinds.get(code, code) for code in groups}, found),
        "stages": _lines("stage", _stages(), found),
        "external": external["external//"],
        "differs": external["external//differs"],
        "external_results": [(str(code.label), external[f"external/{code}/"]) for code in ExternalOutcome],
    }


def _share(shown: dict[str, str]) -> str:
    """How many were on time, in percent; where the late ones are few, at least how many."""
    closed, timely, late = shown["closed"], shown["on_time"], shown["late"]
    if timely.isdigit() and closed.isdigit() and int(closed):
        return f"{100 * int(timely) / int(closed):.0f} %"
    if closed.isdigit() and late == smallcells.LITTLE and int(closed) >= 2 * SMALL:
        return f"> {math.floor(100 * (int(closed) - SMALL) / int(closed))} %"
    return HIDDEN


def as_csv(found: dict[str, Any]) -> str:
    """One line per figure: its name and what is shown of it."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["quarter", "figure", "value"])
    rows = [
        ("received", found["received"]),
        *sorted(found["figures"].items()),
        *sorted(found["external"].items()),
    ]
    for name, (median, ninetieth) in sorted(found["days"].items()):
        rows += [(f"median_days:{name}", median), (f"p90_days:{name}", ninetieth)]
    lines.writerows([found["quarter"], name, value] for name, value in rows)
    return out.getvalue()
