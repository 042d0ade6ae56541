"""The published figures of a quarter, worked out again from the register."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes.operations.publishing import digest
from disputes.reads import figures


class Command(BaseCommand):
    """`manage.py statistics 2026Q3` prints what the register gives; `--check` compares with what is out."""

    help = "Work out the anonymised figures of a quarter again, and compare them with what was published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The quarter, and whether to compare."""
        parser.add_argument("quarter", help="2026Q3")
        parser.add_argument("--check", action="store_true", help="exit 1 when it differs from what is out")
        parser.add_argument("--csv", action="store_true", help="one line per figure instead of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Small cells are hidden here too."""
        quarter = figures.named(options["quarter"])
        if quarter is None:
            raise CommandError("A quarter is a year and a number, as in 2026Q3.")
        found = figures.work_out(quarter)
        text = figures.as_csv(found) if options["csv"] else json.dumps(found, indent=1, sort_keys=True)
        self.stdout.write(text)
        if options["check"]:
            out = figures.newest(str(quarter))
            if out is None:
                raise CommandError(f"{quarter} has not been published.")
            if (out.sha256, out.figures) != (digest(found), found):
                raise CommandError(f"{quarter} differs from what was published.")
            self.stderr.write(f"{quarter}: the same as published, sha256 {out.sha256}")
