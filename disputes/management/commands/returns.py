"""`manage.py returns KIND --first DAY --last DAY [--entity CODE] [--as-at T] [--form csv|xlsx|json]`."""

import sys
from argparse import ArgumentParser
from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes.operations import returning
from disputes.reads import returns
from disputes.reads.register import Question
from helpdesk.core import clock
from helpdesk.core.errors import Invalid


class Command(BaseCommand):
    help = "Write a register or a return to the standard output; the run is logged with its hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(returns.KINDS))
        parser.add_argument("--first", type=date.fromisoformat, required=True, metavar="DAY")
        parser.add_argument("--last", type=date.fromisoformat, required=True, metavar="DAY")
        parser.add_argument("--entity", default="", metavar="CODE")
        parser.add_argument("--as-at", type=datetime.fromisoformat, metavar="ISO")
        parser.add_argument("--form", choices=list(returning.FORMS), default="csv")
        parser.add_argument("--bom", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        as_at = options["as_at"] or returns.as_at_default(clock.now())
        as_at = as_at if as_at.tzinfo else as_at.replace(tzinfo=UTC)
        question = Question(options["first"], options["last"], as_at, options["entity"])
        try:
            file = returning.run(options["kind"], question, form=options["form"], bom=options["bom"], by=None)
        except Invalid as refusal:
            raise CommandError(str(refusal.fields or refusal)) from None
        sys.stdout.buffer.write(file.data)
        self.stderr.write(f"{file.name}: {file.rows} rows, SHA-256 {file.sha256}")
