"""`manage.py verify_bundle FILE`: check a copy of a file against itself and the roots published here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes.reads import anchors, verifier


class Command(BaseCommand):
    help = "Check a copy of a case's file (ZIP or folder): exit code 1 if anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--lang", choices=["en", "zh"], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        report = look_at(options["file"])
        verifier.write(report, self.stdout, options["lang"])
        if not report.ok:
            raise CommandError(f"{options['file']} is not as it was made.")


def look_at(path: Path) -> verifier.Report:
    """The report on a ZIP or an unpacked folder."""
    if path.is_dir():
        return verifier.verify(verifier.Folder(str(path)), published=anchors.root_of)
    try:
        with path.open("rb") as stream:
            return verifier.verify_zip(stream, published=anchors.root_of)
    except OSError as error:
        raise CommandError(str(error)) from None
