"""`manage.py timekeeper`: the second poker of the sweeps, for when beat, broker or worker is silent."""

import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from helpdesk.timers import heartbeat, sweeps


class Command(BaseCommand):
    """Runs every registered sweep once a second; two of it, or it beside beat, are harmless."""

    help = "Run the sweeps in a plain loop, without Celery or Redis."
    requires_system_checks: list[str] = []
    stop = False

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between rounds")

    def handle(self, *, once: bool, every: float, **options: Any) -> None:
        signal.signal(signal.SIGTERM, self._leave)
        signal.signal(signal.SIGINT, self._leave)
        self.stdout.write(f"timekeeper: {', '.join(sweeps.names()) or 'nothing registered'}")
        while not self.stop:
            began = time.monotonic()
            self._round()
            if once:
                return
            while not self.stop and (rest := began + every - time.monotonic()) > 0:
                time.sleep(min(rest, 0.2))

    def _round(self) -> None:
        sweeps.usable_connection()
        try:
            sweeps.run_all()
            heartbeat.beat("timekeeper")
        except DatabaseError as error:  # the server restarts; the next round tries again
            self.stderr.write(f"timekeeper: {type(error).__name__}: {str(error).strip().splitlines()[0]}")
            connection.close()

    def _leave(self, *_: object) -> None:
        self.stop = True
