import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ... import benches
from ...benches._measure import Options, Report
from ...progress import Progress


class Command(BaseCommand):
    help = "Measure the product beside what Django costs at least, in the same run. `bench` alone lists them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="")
        parser.add_argument("--requests", type=int, default=200, help="requests per target (200)")
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
        parser.add_argument("--yes-load-this-database", action="store_true", dest="sure")

    def handle(self, *, name: str, requests: int, sure: bool, **options: Any) -> None:
        if not name:
            for known in benches.names():
                self.stdout.write(f"{known:12} {benches.module(known).HELP}")
            return
        if name not in benches.names():
            raise CommandError(f"There is no benchmark “{name}”, only: {', '.join(benches.names())}.")
        if not settings.DEMO and not sure:
            raise CommandError("This is no demo database. Add --yes-load-this-database if you mean it.")
        bar = Progress(self.stderr, f"bench {name}")
        rounds = min(20, max(1, requests))
        report = benches.module(name).run(Options(requests=requests, per_round=rounds, report=bar.step))
        self.table(report)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))

    def table(self, report: Report) -> None:
        """The rows, as columns."""
        facts = ", ".join(f"{value:,} {key}" if isinstance(value, int) else f"{key} {value}"
                          for key, value in report.facts.items())  # fmt: skip
        self.stdout.write(f"{report.bench}: {facts}")
        columns = ("p50 ms", "p95", "p99", "web CPU", "pg CPU", "CPU")
        self.stdout.write(f"{'':34}{'req/s':>8}" + "".join(f"{name:>9}" for name in columns) + "  floor")
        for row in report.rows:
            beside = f"{row.ratio:.2f} × {row.floor}" if row.ratio else row.floor
            self.stdout.write(
                f"{row.name:34}{row.rate:8.1f}{row.p50:9.2f}{row.p95:9.2f}{row.p99:9.2f}"
                f"{row.web_cpu:9.3f}{row.db_cpu:9.3f}{row.cpu:9.3f}  {beside}"
            )
        for remark in report.remarks:
            self.stdout.write(remark)
