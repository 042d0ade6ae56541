"""The published roots: a tree a day over the ends of all chains, and the way from one case up to its root."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from ..models import Anchor, AnchorLeaf
from . import verifier

PAGE = 100
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Tree:
    """Hashes over hashes; a node without a neighbour goes up as it is. Changing leaves costs their paths."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = [[]]
        self._changed: set[int] = set()

    def put(self, position: int, leaf: str) -> None:
        """Set a leaf, or add the next one."""
        if position == len(self.rows[0]):
            self.rows[0].append(leaf)
        else:
            self.rows[0][position] = leaf
        self._changed.add(position)

    def root(self) -> str:
        """The top, after everything that was put."""
        changed, height = self._changed, 0
        while len(self.rows[height]) > 1:
            below = self.rows[height]
            if len(self.rows) == height + 1:
                self.rows.append([])
                changed = set(range(len(below)))
            above = self.rows[height + 1]
            above.extend([""] * ((len(below) + 1) // 2 - len(above)))
            changed = {place // 2 for place in changed}
            for place in changed:
                pair = below[2 * place : 2 * place + 2]
                above[place] = verifier.node(*pair) if len(pair) == 2 else pair[0]
            height += 1
        self._changed = set()
        return self.rows[height][0]

    def path(self, position: int) -> list[list[str]]:
        """The neighbours on the way from a leaf to the root, as ["left" or "right", hash]."""
        found = []
        for row in self.rows[:-1]:
            other = position ^ 1
            if other < len(row):
                found.append(["left" if other < position else "right", row[other]])
            position //= 2
        return found


def before(root: str) -> str:
    """The first leaf: the root of the anchor before."""
    return verifier.sha(f"before\n{root}")


def standing(anchor_id: int) -> Iterable[tuple[int, str, int, str]]:
    """(position, reference, length, head) of every case as it stood at an anchor, by position."""
    rows = AnchorLeaf.objects.filter(anchor_id__lte=anchor_id).order_by("position", "-anchor_id")
    return rows.distinct("position").values_list("position", "reference", "length", "head")


@lru_cache(maxsize=1)
def _tree(anchor_id: int, root: str, previous: str) -> Tree:
    """The whole tree of a day; `root` is part of the key, because a root has one tree only."""
    tree = Tree()
    tree.put(0, before(previous))
    for position, reference, length, head in standing(anchor_id):
        tree.put(position, verifier.leaf(reference, length, head))
    tree.root()
    return tree


def newest() -> Anchor | None:
    """The last anchor made."""
    return Anchor.objects.order_by("-id").first()


def proof(reference: str) -> dict[str, Any] | None:
    """How a case lies below the newest root; None when no anchor covers it yet."""
    anchor = newest()
    rows = AnchorLeaf.objects.filter(reference=reference).order_by("-anchor_id")
    leaf = rows.first() if anchor else None
    if anchor is None or leaf is None or leaf.anchor_id > anchor.pk:
        return None
    return {
        "day": anchor.day.isoformat(),
        "root": anchor.root,
        "length": leaf.length,
        "head": leaf.head,
        "path": _tree(anchor.pk, anchor.root, anchor.previous).path(leaf.position),
    }


def root_of(day: str) -> str | None:
    """The root published for a day, given as in a file of which nothing is believed."""
    try:
        asked = date.fromisoformat(day) if DAY.fullmatch(day) else None
    except ValueError:
        return None
    return Anchor.objects.filter(day=asked).values_list("root", flat=True).first() if asked else None


def published(until: str = "") -> list[Anchor]:
    """Anchors, the newest first, up to a day; one more than a page shows."""
    rows = Anchor.objects.order_by("-day")
    if DAY.fullmatch(until):
        try:
            rows = rows.filter(day__lte=date.fromisoformat(until))
        except ValueError:
            return []
    return list(rows[: PAGE + 1])


def every() -> list[dict[str, str]]:
    """All of them for programs, the oldest first."""
    rows = Anchor.objects.order_by("day").values_list("day", "root")
    return [{"day": day.isoformat(), "root": root} for day, root in rows]
