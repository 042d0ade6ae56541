from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ... import load, load_disputes
from ...progress import Progress


class Command(BaseCommand):
    help = (
        "Fill the database with bulk tickets and articles for load tests. The same seed gives the same data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=0)
        parser.add_argument("--articles", type=int, default=0)
        parser.add_argument("--disputes", type=int, default=0, help="cases on bulk tickets, 20 links each")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--live", type=float, default=0.05, help="share of tickets still worked on (0.05)"
        )
        parser.add_argument("--yes-load-this-database", action="store_true", dest="sure")

    def handle(
        self, *, tickets: int, articles: int, disputes: int, seed: int, live: float, sure: bool, **rest: Any
    ) -> None:
        if not settings.DEMO and not sure:
            raise CommandError("This is no demo database. Add --yes-load-this-database if you mean it.")
        if min(tickets, articles, disputes) < 0 or not tickets + articles + disputes or not 0 <= live <= 1:
            raise CommandError(
                "Give --tickets, --articles and/or --disputes, and a --live share between 0 and 1."
            )
        plan = load.Plan(tickets=tickets, articles=articles, seed=seed, live=live)
        if tickets + articles:
            load.load(plan, Progress(self.stdout, "Bulk data").step)
        made = load_disputes.load(disputes, tick=Progress(self.stdout, "Disputes").step) if disputes else 0
        if made < disputes:
            raise CommandError(f"Only {made:,} bulk tickets had no case yet: load more --tickets first.")
        self.stdout.write(f"{tickets:,} tickets and {articles:,} articles are there, {made:,} disputes.")
