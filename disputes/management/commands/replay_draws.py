"""Draw every neutral again from the log."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes import access
from disputes.reads.fairness import draws_that_differ


class Command(BaseCommand):
    """`manage.py replay_draws [--dispute D-…]`: stored seed and pool give the stored person, or exit 1."""

    help = "Draw every neutral again from the stored pool and seed, and compare with what the log says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One case, or all of them."""
        parser.add_argument("--dispute", help="the reference of one case")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each difference is a line."""
        wrong, drawn = 0, 0
        for case in access.every_dispute(options["dispute"]):
            drawn += case.draws.count()
            for line in draws_that_differ(case):
                wrong += 1
                self.stdout.write(f"{case.reference} {line}")
        if wrong:
            raise CommandError(f"{wrong} differences in {drawn} draws.")
        self.stdout.write(f"{drawn} draws, drawn again: the same people.")
