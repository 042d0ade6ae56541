"""`manage.py verify_chain [--dispute REF] [--bundle FILE]`: recompute every link and every root; exit code 1
names the first bad link of each broken chain.
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes import access
from disputes.reads import chains, verifier

from .verify_bundle import look_at

TOLD = 200


class Command(BaseCommand):
    help = "Recompute the hash chains of all cases (or of one) and check them against the daily anchors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dispute", metavar="REF", help="one case, for example D-2026-000123")
        parser.add_argument("--bundle", metavar="FILE", type=Path, help="compare with a copy somebody took")

    def handle(self, *args: Any, **options: Any) -> None:
        reference = options["dispute"]
        if options["bundle"]:
            reference = self._compare(options["bundle"], reference)
        if reference and not access.every_dispute(reference):
            raise CommandError(f"There is no case {reference}.")
        count, began, broken, told = chains.Count(), time.monotonic(), 0, []
        for fault in chains.faults(reference, count):
            broken += 1
            told += [str(fault)] if broken <= TOLD else []
        rate = count.links / max(time.monotonic() - began, 0.000_001)
        size = f"{count.cases} chains, {count.links} links"
        pace = f"{count.anchors} anchors, {rate:,.0f} events per second"
        if broken:
            raise CommandError("\n".join([*told, f"{size}: {broken} broken ({pace})."]))
        self.stdout.write(f"{size}: whole ({pace}).")

    def _compare(self, path: Path, reference: str | None) -> str:
        """A copy holds the log as it was then; what stands here must begin with it."""
        report = look_at(path)
        verifier.write(report, self.stdout, "en")
        if not report.ok or (reference and reference != report.case):
            raise CommandError(f"{path} is no sound copy of {reference or 'a case'}.")
        seq = chains.parting(report.case, report.hashes)
        if seq:
            raise CommandError(f"{report.case} link {seq}: the log here is not the one in {path}.")
        return report.case
