"""`manage.py verify_trade RECORD.json [--ticks TICKS.csv]... [--json]`: needs no database."""

import gzip
import itertools
import json
import sys
import zlib
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from helpdesk.verification import records, report, schema, ticks
from helpdesk.verification.case import Case
from helpdesk.verification.values import REASONS, Refused, shown


class Command(BaseCommand):
    help = (
        "Recompute a trade from its record (JSON) and the ticks (CSV, also gzip). "
        "Exit code 0 with an answer, whatever it says; 2 when the input cannot be judged."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", metavar="RECORD.json", nargs="?", type=Path)
        parser.add_argument(
            "--ticks",
            metavar="TICKS.csv",
            type=Path,
            action="append",
            default=[],
            help=",".join(ticks.HEADER),
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines to read")
        parser.add_argument(
            "--schema", choices=["record", "answer"], help="print the JSON Schema and nothing else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema"]:
            self.stdout.write(json.dumps(getattr(schema, options["schema"])(), indent=1))
            return
        if options["record"] is None:
            raise CommandError("Name the record: a file with one JSON object.", returncode=2)
        try:
            answer = answer_for(options["record"], options["ticks"])
        except Refused as refused:
            self._refuse(refused, options["json"])
        else:
            # Escapes, so that a terminal of any encoding carries it, and obeys nothing in it.
            self.stdout.write(json.dumps(answer) if options["json"] else _lines(answer))

    def _refuse(self, refused: Refused, as_json: bool) -> None:
        told = [
            {"field": field, "reason": reason, "text": REASONS.get(reason, reason)}
            for field, reason in refused.faults
        ]
        if as_json:
            self.stdout.write(json.dumps({"refused": told}))
        for one in told:
            self.stderr.write(f"{shown(one['field'], 200)}: {one['text']}")
        sys.exit(2)


def answer_for(record: Path, tapes: list[Path]) -> dict[str, Any]:
    """The answer on files; raises `Refused` or `OSError`."""
    given = records.load(_bytes(record))
    with ExitStack() as stack:
        found = [_ticks(stack.enter_context(_open(path)), shown(path.name)) for path in tapes]
        rows = ticks.merged(itertools.chain.from_iterable(found))
    answer = report.verify(Case.of(given, rows))
    inputs = {
        "record_sha256": report.fingerprint(given), "ticks_sha256": report.digest(rows), "ticks": len(rows),
    }  # fmt: skip
    return answer | {"inputs": inputs}


def _bytes(path: Path) -> bytes:
    """No more of a file than shows that it is too large."""
    try:
        with path.open("rb") as found:
            return found.read(records.LARGEST + 1)
    except OSError:
        raise Refused([(shown(path.name), "unreadable")]) from None


def _open(path: Path) -> TextIO:
    try:
        with path.open("rb") as found:
            packed = found.read(2) == b"\x1f\x8b"
        if packed:
            return gzip.open(path, "rt", encoding="utf-8", newline="")
        return path.open(encoding="utf-8", newline="")
    except OSError:
        raise Refused([(shown(path.name), "unreadable")]) from None


def _ticks(lines: TextIO, name: str) -> Iterator[ticks.Tick]:
    """The ticks of one file, unpacked line by line, so that a small file cannot fill the memory."""
    try:
        yield from ticks.read(ticks.bounded(lines, name), name)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Refused([(name, "truncated")]) from None
    except OSError:
        raise Refused([(name, "unreadable")]) from None


def _lines(answer: dict[str, Any]) -> str:
    told = [f"{answer['verdict']}"]
    for code, found in answer["checks"].items():
        figures = ", ".join(f"{name} {value}" for name, value in found["figures"].items())
        told.append(f"{code:4} {found['verdict']:16} {figures}")
    again = answer["recomputed"]
    told.append(f"recomputed: {again.get('result') or '-'}, {again.get('payout') or '-'}")
    told.append(f"difference: {answer['difference'] or '-'}")
    return "\n".join(told)
