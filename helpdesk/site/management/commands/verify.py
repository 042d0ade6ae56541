"""`manage.py verify`: everything that must hold before a change is accepted, one line per step."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]


@dataclass(frozen=True)
class Step:
    """One thing to check: a name, a command, and what it needs in the environment."""

    name: str
    command: list[str]
    env: dict[str, str] = field(default_factory=dict)


def like_production(folder: str) -> dict[str, str]:
    """An environment as a server has it, for the checks that only matter there."""
    return {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings.prod",
        "HELPDESK_DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "BASE_URL": "https://help.example.com",
        "ALLOWED_HOSTS": "help.example.com",
        "CSRF_TRUSTED_ORIGINS": "https://help.example.com",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.com",
        "HELPDESK_DATA_DIR": folder,
    }


def quick_steps(production: dict[str, str]) -> list[Step]:
    """The steps that need no test database."""
    return [
        Step("types", [str(BIN / "mypy")]),
        Step("lint", [str(BIN / "ruff"), "check", "."]),
        Step("format", [str(BIN / "ruff"), "format", "--check", "."]),
        Step("imports", [str(BIN / "lint-imports")]),
        Step("deploy checks", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], production),
        Step("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        Step("texts", [*MANAGE, "messages", "--check"]),
        Step("static files", [*MANAGE, "collectstatic", "--noinput", "--verbosity", "0"], production),
    ]


class Command(BaseCommand):
    """Quick checks two at a time, then the tests; the exit status is 1 when anything failed."""

    help = "Lint, types, import rules, deploy checks, migrations, texts, static files and tests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--keep-going", action="store_true", help="run the tests in any case")
        parser.add_argument("--quick", action="store_true", help="leave the tests out")

    def handle(self, *, keep_going: bool, quick: bool, **options: Any) -> None:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="helpdesk-verify-") as folder, ThreadPoolExecutor(2) as pool:
            failed = [name for name in pool.map(self._quietly, quick_steps(like_production(folder))) if name]
        if not quick and (keep_going or not failed):
            failed += filter(None, [self._openly(Step("tests", [sys.executable, *_PYTEST]))])
        elif failed and not quick:
            self.stdout.write("  ----  tests not run: the checks above come first (--keep-going runs them)")
        self.stdout.flush()
        took = time.monotonic() - began
        if failed:
            raise CommandError(f"{', '.join(failed)} failed after {took:.0f} s.")
        self.stdout.write(f"Everything holds ({took:.0f} s).")

    def _quietly(self, step: Step) -> str | None:
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603
            step.command,
            cwd=settings.ROOT,
            env=_environment(step),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said = "" if done.returncode == 0 else f"\n{done.stdout.rstrip()}\n"
        return self._tell(step, done.returncode, began, said)

    def _openly(self, step: Step) -> str | None:
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603
            step.command, cwd=settings.ROOT, env=_environment(step), stdin=subprocess.DEVNULL, check=False
        )
        return self._tell(step, done.returncode, began, "")

    def _tell(self, step: Step, status: int, began: float, said: str) -> str | None:
        word = "ok" if status == 0 else "FAILED"
        self.stdout.write(f"{word:>6}  {step.name:<14} {time.monotonic() - began:6.1f} s{said}")
        self.stdout.flush()
        return step.name if status else None


# A file stays in one process: what it starts for its tests is started once (see tests/support/order.py).
_PYTEST = ["-m", "pytest", "--dist", "loadfile", "--durations", "8"]
# Three on two cores: one of them always waits, for a browser, or for a product that is being killed.
_PYTEST += ["-n", os.environ.get("HELPDESK_TEST_PROCESSES", "3")]


def _environment(step: Step) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return inherited | {"PYTHONUNBUFFERED": "1"} | step.env
