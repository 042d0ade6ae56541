"""All chains, link by link, against themselves and against the anchors. Reads rows a handful of cases at a
time, so that its memory does not grow with the installation.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection

from ..models import Anchor
from . import anchors, verifier

CASES = 200
_NEXT = """SELECT id, reference FROM disputes_dispute WHERE id > %s ORDER BY id LIMIT %s"""
_ONE = """SELECT id, reference FROM disputes_dispute WHERE reference = %s"""
_ANCHORED = """
SELECT l.reference, l.length, l.head, a.day
FROM disputes_anchorleaf l JOIN disputes_anchor a ON a.id = l.anchor_id
WHERE l.reference = ANY(%s) ORDER BY l.reference, a.id"""
_LINKS = """
SELECT d.id, d.reference, d.chain_length, d.chain_head, e.seq,
       to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.action, e.actor_id, e.role,
       e.body, e.prev, e.hash, x.salt, x.text
FROM disputes_dispute d LEFT JOIN disputes_event e ON e.dispute_id = d.id
LEFT JOIN disputes_eventdata x ON x.event_id = e.id
WHERE d.id = ANY(%s) ORDER BY d.id, e.seq"""
_GONE = """
SELECT DISTINCT l.reference FROM disputes_anchorleaf l
WHERE NOT EXISTS (SELECT 1 FROM disputes_dispute d WHERE d.reference = l.reference) ORDER BY 1"""
_LEAVES = """
SELECT anchor_id, position, reference, length, head FROM disputes_anchorleaf
WHERE anchor_id > %s AND anchor_id <= %s ORDER BY anchor_id, position"""
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken (its first bad number), and how it shows."""

    reference: str
    seq: int
    what: str

    def __str__(self) -> str:
        return (
            f"{self.reference} link {self.seq}: {self.what}" if self.seq else f"{self.reference}: {self.what}"
        )


@dataclass
class Count:
    """How much was looked at."""

    cases: int = 0
    links: int = 0
    anchors: int = 0


def _fetch(sql: str, values: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Row] = cursor.fetchall()
    return rows


def faults(reference: str | None = None, count: Count | None = None) -> Iterator[Fault]:
    """The first fault of every broken chain, then what is wrong with the anchors themselves."""
    count = count or Count()
    if reference is not None:
        yield from _chains(_fetch(_ONE, [reference]), count)
        return
    last = 0
    while cases := _fetch(_NEXT, [last, CASES]):
        yield from _chains(cases, count)
        last = cases[-1][0]
    yield from (Fault(row[0], 1, "the case was anchored and is gone") for row in _fetch(_GONE, []))
    yield from _roots(count)


def _chains(cases: list[Row], count: Count) -> Iterator[Fault]:
    # Anchors first: whatever is added between the two questions only makes chains longer.
    anchored: dict[str, list[Row]] = {}
    for row in _fetch(_ANCHORED, [[reference for _id, reference in cases]]):
        anchored.setdefault(row[0], []).append(row)
    for _id, rows in groupby(_fetch(_LINKS, [[pk for pk, _reference in cases]]), key=lambda row: row[0]):
        count.cases += 1
        links = list(rows)
        count.links += sum(row[4] is not None for row in links)
        if found := _first(links, anchored.get(links[0][1], [])):
            yield found


def _first(links: list[Row], anchored: list[Row]) -> Fault | None:
    reference, length, head = links[0][1:4]
    prev, hashes = verifier.GENESIS, [verifier.GENESIS]
    for row in links:
        if row[4] is None:
            break
        if what := _wrong(row, len(hashes), prev):
            return Fault(reference, len(hashes), what)
        prev = row[11]
        hashes.append(prev)
    good = 0
    for _reference, upto, end, day in anchored:
        if upto >= len(hashes):
            return Fault(reference, len(hashes), f"cut: the anchor of {day} holds {upto} links")
        if upto < good or hashes[upto] != end:
            what = f"links {good + 1} to {upto} were rewritten: they do not fit the anchor of {day}"
            return Fault(reference, good + 1, what)
        good = upto
    if (len(hashes) - 1, prev) != (length, head):
        return Fault(reference, len(hashes), "the end of the chain is missing")
    return None


def _wrong(row: Row, seq: int, prev: str) -> str:
    reference, body, salt, text = row[1], row[9], row[12], row[13]
    if row[4] != seq:
        return "a link is missing"
    if row[10] != prev or row[11] != verifier.link(prev, body):
        return "the link does not fit"
    try:
        told = json.loads(body)
        stated = tuple(told[key] for key in ("seq", "at", "action", "actor", "role", "dispute"))
    except (ValueError, KeyError, TypeError):
        return "the link does not fit"
    if stated != (*row[4:9], reference):
        return "the columns say something else than the text"
    if salt is not None and verifier.sha(salt + text) != told.get("data_sha256"):
        return "the attached text was changed"
    return ""


def _roots(count: Count) -> Iterator[Fault]:
    """Every root from its leaves, day by day; only what moved is computed again."""
    tree, root, last = anchors.Tree(), verifier.GENESIS, 0
    for anchor in Anchor.objects.order_by("id").iterator(chunk_size=500):
        count.anchors += 1
        tree.put(0, anchors.before(anchor.previous))
        try:
            for _anchor, position, reference, length, head in _fetch(_LEAVES, [last, anchor.pk]):
                tree.put(position, verifier.leaf(reference, length, head))
        except IndexError:
            yield Fault(f"anchor {anchor.day}", 0, "leaves are missing")
            return
        if anchor.previous != root or anchor.root != tree.root():
            yield Fault(f"anchor {anchor.day}", 0, "its root is not the root of what it anchors")
            return
        root, last = anchor.root, anchor.pk


def parting(reference: str, hashes: list[str]) -> int:
    """The first link at which the stored log is not the given one; 0 when it begins with all of it."""
    sql = """SELECT e.seq, e.hash FROM disputes_event e JOIN disputes_dispute d ON d.id = e.dispute_id
             WHERE d.reference = %s AND e.seq <= %s ORDER BY e.seq"""
    stored: dict[int, str] = dict(_fetch(sql, [reference, len(hashes)]))
    return next((seq for seq, digest in enumerate(hashes, 1) if stored.get(seq) != digest), 0)
