"""What a register tells of who acts for a complainant and of their vulnerability, as it was at a moment.

Dated facts alone, as everywhere in the register: an authority that was accepted, a note that had been made
and had not ended before the complaint, the last word on whether the one caused the other. Nobody noted is
"unknown", for nobody was asked whether they are vulnerable.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from accounts.models import CareNote

from ..models import CareFinding, Complaint, Event, Representative
from ..states.fair import Acts, Caused
from .registersums import Row

COLUMNS = (
    "by_representative", "representative", "vulnerable", "vulnerability_drivers",
    "vulnerability_caused_complaint",
)  # fmt: skip


def of(entries: Sequence[Complaint], as_at: datetime) -> dict[int, Row]:
    """The columns for each of the complaints, in four queries for all of them."""
    cases = [entry.dispute_id for entry in entries if entry.dispute_id]
    speakers, found = _accepted(cases, as_at), _found(cases, as_at)
    notes: dict[int, list[CareNote]] = defaultdict(list)
    for note in CareNote.objects.filter(person__in={entry.trader_id for entry in entries}):
        if note.noted_at <= as_at:
            notes[note.person_id].append(note)
    return {entry.pk: _one(entry, speakers, found, notes[entry.trader_id]) for entry in entries}


def _accepted(cases: list[int], as_at: datetime) -> dict[int, list[Representative]]:
    """Who had been accepted to act in each case, by the links of its log."""
    rows = {(row.dispute_id, row.number): row for row in Representative.objects.filter(dispute__in=cases)}
    told = Event.objects.filter(
        dispute__in=cases, action="dispute.representative.accepted", at__lte=as_at
    ).order_by("seq")
    speakers: dict[int, list[Representative]] = defaultdict(list)
    for case, body in told.values_list("dispute_id", "body"):
        if row := rows.get((case, json.loads(body)["facts"]["representative"])):
            speakers[case].append(row)
    return speakers


def _found(cases: list[int], as_at: datetime) -> dict[int, str]:
    rows = CareFinding.objects.filter(dispute__in=cases, at__lte=as_at).order_by("id")
    return dict(rows.values_list("dispute_id", "caused"))


def _one(
    entry: Complaint, speakers: dict[int, list[Representative]], found: dict[int, str], notes: list[CareNote]
) -> Row:
    case, acting = entry.dispute, speakers.get(entry.dispute_id or 0, [])
    gone = case is not None and case.purged_at is not None
    standing = [note for note in notes if note.ended_at is None or note.ended_at >= entry.received_at]
    drivers = sorted({note.driver for note in standing})
    return {
        "by_representative": "yes" if acting else "no",
        "representative": "" if gone else "; ".join(f"{row.name} ({Acts(row.kind).value})" for row in acting),
        "vulnerable": "yes" if drivers else "unknown",
        "vulnerability_drivers": "" if gone else " ".join(drivers),
        "vulnerability_caused_complaint": found.get(entry.dispute_id or 0, Caused.UNKNOWN) if drivers else "",
    }
