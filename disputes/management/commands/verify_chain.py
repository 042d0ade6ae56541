"""`manage.py verify_chain [--dispute REF]`: recompute every link; exit code 1 names the first bad one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes import access
from disputes.operations import chain


class Command(BaseCommand):
    help = "Recompute the hash chains of all cases (or of one) and name the first link that does not fit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dispute", metavar="REF", help="one case, for example D-2026-000123")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = access.every_dispute(options["dispute"])
        if options["dispute"] and not cases:
            raise CommandError(f"There is no case {options['dispute']}.")
        links, broken = 0, []
        for case in cases:
            links += case.chain_length
            broken += list(chain.faults(case))
        if broken:
            raise CommandError("\n".join(f"{bad.reference} link {bad.seq}: {bad.what}" for bad in broken))
        self.stdout.write(f"{len(cases)} chains, {links} links: whole.")
