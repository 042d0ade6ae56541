"""Figures fit to be published: small ones hidden, and enough others that none can be worked out (F24).

Every figure that is published is an edge of one flow network: the cells of a table, its margins, its total.
What adds up is then a node where as much flows in as out. A hidden figure can be anything but what it is
exactly when a cycle runs through it along which all others may still move; that is looked for, not guessed.
"""

from collections import defaultdict
from dataclasses import dataclass
from heapq import heappop, heappush

SMALL = 10  # below this a figure could tell of somebody
LITTLE, HIDDEN = f"<{SMALL}", "–"


@dataclass(frozen=True)
class Figure:
    """A number that flows from `tail` to `head`; what has more `worth` is hidden later than other numbers."""

    name: str
    tail: str
    head: str
    value: int
    worth: int = 1


def table(name: str, cells: dict[tuple[str, str], int], *, tail: str = "S", head: str = "T") -> list[Figure]:
    """A table with its margins as figures `name/row/column`, `name/row/` and `name//column`, and `name//`."""
    rows: dict[str, int] = defaultdict(int)
    columns: dict[str, int] = defaultdict(int)
    found = []
    for (row, column), value in cells.items():
        rows[row] += value
        columns[column] += value
        found.append(Figure(f"{name}/{row}/{column}", f"{name}.r.{row}", f"{name}.c.{column}", value))
    found += [Figure(f"{name}/{row}/", tail, f"{name}.r.{row}", value, 3) for row, value in rows.items()]
    found += [
        Figure(f"{name}//{column}", f"{name}.c.{column}", head, value, 3) for column, value in columns.items()
    ]
    return [*found, Figure(f"{name}//", head, tail, sum(rows.values()), 1000)]


def published(figures: list[Figure]) -> dict[str, str]:
    """Each figure as it may be shown. Where nothing helps, nothing is shown at all."""
    small = {figure.name for figure in figures if figure.value < SMALL}
    also: set[str] = set()
    while solved := next((one for one in figures if _cover(figures, one, small, also)), None):
        more = _cover(figures, solved, small, also)
        if more is None or more == {""}:
            return {figure.name: HIDDEN for figure in figures}
        also |= more
    return {
        figure.name: LITTLE if figure.name in small else HIDDEN if figure.name in also else str(figure.value)
        for figure in figures
    }


def _cover(figures: list[Figure], figure: Figure, small: set[str], also: set[str]) -> set[str]:
    """What else must be hidden so that this hidden figure can be another; empty when it can be already.

    The cheapest cycle through it, in either direction: hidden figures on it cost nothing, others what they
    count. `{""}` when there is none.
    """
    if figure.name not in small and figure.name not in also:
        return set()
    ways = _ways(figures, small, also)
    found = []
    if _up(figure, small):
        found.append(_cheapest(ways, figure.head, figure.tail, figure.name))
    if _down(figure, small):
        found.append(_cheapest(ways, figure.tail, figure.head, figure.name))
    best = min(
        (one for one in found if one is not None), default=None, key=lambda one: (one[0], sorted(one[1]))
    )
    return {""} if best is None else best[1]


def _up(figure: Figure, small: set[str]) -> bool:
    return figure.name not in small or figure.value < SMALL - 1


def _down(figure: Figure, small: set[str]) -> bool:
    return figure.value > 0 if figure.name in small else figure.value > SMALL


Ways = dict[str, list[tuple[str, str, int]]]


def _ways(figures: list[Figure], small: set[str], also: set[str]) -> Ways:
    """Where one more or one less can go from each node, and what hiding the figure on the way costs."""
    ways: Ways = defaultdict(list)
    for figure in figures:
        cost = 0 if figure.name in small or figure.name in also else figure.value * figure.worth
        if _up(figure, small):
            ways[figure.tail].append((figure.head, figure.name, cost))
        if _down(figure, small):
            ways[figure.head].append((figure.tail, figure.name, cost))
    return ways


def _cheapest(ways: Ways, start: str, end: str, without: str) -> tuple[int, set[str]] | None:
    """The cheapest way between two nodes, and the figures to hide along it."""
    waiting: list[tuple[int, int, str, frozenset[str]]] = [(0, 0, start, frozenset())]
    seen: set[str] = set()
    while waiting:
        cost, steps, here, hides = heappop(waiting)
        if here == end:
            return cost, set(hides)
        if here in seen:
            continue
        seen.add(here)
        for there, name, price in ways.get(here, ()):
            if name != without and there not in seen:
                more = hides | {name} if price else hides
                heappush(waiting, (cost + price, steps + 1, there, more))
    return None
