"""`manage.py messages`: the catalogues follow the sources; `--check` and `--compile` for tests and start."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.ui import catalogue


class Command(BaseCommand):
    help = "Update the message catalogues from the sources (no argument), check or compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 when anything is missing or stale")
        parser.add_argument("--compile", action="store_true", help="write the .mo files")
        parser.add_argument("--missing", action="store_true", help="print what lacks Chinese, as JSON")
        parser.add_argument("--fill", metavar="FILE", help='JSON file {"English": "中文"}')

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.ROOT)
        if options["check"]:
            if told := catalogue.faults(root):
                raise CommandError("\n".join([*told, f"{len(told)} faults in the message catalogues"]))
            self.stdout.write("Message catalogues: complete.")
        elif options["compile"]:
            for path in catalogue.compile_all(root):
                self.stdout.write(str(path.relative_to(root)))
        elif options["missing"]:
            self.stdout.write(json.dumps(catalogue.missing(root), ensure_ascii=False, indent=1))
        else:
            self.update(root, options["fill"])

    def update(self, root: Path, source: str | None) -> None:
        """Bring every .po in line with the sources; the order of entries never depends on who runs it."""
        given = {}
        if source:
            for message, chinese in json.loads(Path(source).read_text(encoding="utf-8")).items():
                context, _, plain = message.rpartition("\x04")
                given[context, plain] = [chinese] if isinstance(chinese, str) else chinese
        for path, text in catalogue.renewed(root, given).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                self.stdout.write(str(path.relative_to(root)))
        lacking = sum(map(len, catalogue.missing(root).values()))
        self.stdout.write(f"{lacking} messages lack Chinese.")
