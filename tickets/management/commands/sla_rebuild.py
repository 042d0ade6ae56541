from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...operations import rebuilding


class Command(BaseCommand):
    help = "Rebuild every clock from its events. With --check only compare, and exit 1 on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *, check: bool, **options: Any) -> None:
        found = 0
        for difference in rebuilding.check() if check else rebuilding.rebuild():
            found += 1
            self.stdout.write(str(difference))
        if check and found:
            raise CommandError(f"{found} differences between clocks and their events", returncode=1)
        self.stdout.write(f"{found} differences" + ("" if check else ", all put right") + ".")
