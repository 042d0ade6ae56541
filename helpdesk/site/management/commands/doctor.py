"""`manage.py doctor`: a deployment examined end to end, and the tables of what it does by itself."""

import itertools
import json
import smtplib
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.checks.messages import ERROR, WARNING
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.celery import BEAT
from helpdesk.core import vault
from helpdesk.site.health import Check, examine
from helpdesk.timers import sweeps

LOOKED_AT = 500


def configuration() -> Check:
    """The checks of `check --deploy`, outside demo mode without a single warning."""
    worst = WARNING if not settings.DEMO else ERROR
    found = [message for message in run_checks(include_deployment_checks=True) if message.level >= worst]
    told = "; ".join(f"{message.id} {message.msg}" for message in found)
    return Check("settings", not found, told, {"findings": len(found)})


def migrations() -> Check:
    """The database has the schema this code expects."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    told = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan[:5])
    return Check("migrations", not plan, told, {"pending": len(plan)})


def storage() -> Check:
    """A file can be written, read back and removed."""
    body = uuid.uuid4().hex.encode()
    name = default_storage.save(f"doctor/{uuid.uuid4().hex}", ContentFile(body))
    try:
        with default_storage.open(name) as file:
            same = file.read() == body
    finally:
        default_storage.delete(name)
    return Check("storage", same, "" if same else "what was read is not what was written")


def seals() -> Check:
    """The keys that were given open what is stored: the first few hundred files are looked at."""
    locked = bare = 0
    for name in itertools.islice(vault.names(), LOOKED_AT):
        locked += vault.is_locked(name)
        bare += vault.lies_bare(name)
    told = "sealed with a key that was not given: see docs/runbooks/keys-of-files.md" if locked else ""
    told = told or ("manage.py seal_files seals what lies open" if bare else "")
    return Check("seals", not locked, told, {"locked": locked, "open": bare})


def limits() -> Check:
    """The database ends what hangs, also where a pooler drops what each connection asks for."""
    names = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = '0'", [names])
        missing = [name for (name,) in cursor.fetchall()]
    return Check("limits", not missing, f"not set: {', '.join(missing)}" if missing else "")


def mail() -> Check:
    """The mail server answers and lets us in."""
    if not settings.EMAIL_HOST:
        return Check("mail", settings.DEMO, "no mail server: messages are only shown in demo mode")
    host, port = str(settings.EMAIL_HOST), int(str(settings.EMAIL_PORT))
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(host, port, timeout=10) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(str(settings.EMAIL_HOST_USER), str(settings.EMAIL_HOST_PASSWORD))
            server.noop()
    except smtplib.SMTPException as error:
        return Check("mail", False, f"{host}: {type(error).__name__}")
    return Check("mail", True, host)


class Command(BaseCommand):
    """Exit status 1 when anything is wrong; every line says what."""

    help = "Check settings, database, Redis, worker, sweeps, outbox, migrations, storage, seals and mail."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, **options: Any) -> None:
        own = (configuration, migrations, limits, storage, seals, mail)
        checks = [*examine(), *map(_careful, own)]
        if options["json"]:
            self.stdout.write(json.dumps({check.name: check.as_json() for check in checks}))
        else:
            self._tables(checks)
        wrong = [check.name for check in checks if not check.ok]
        if wrong:
            raise CommandError(f"Not well: {', '.join(wrong)}.")

    def _tables(self, checks: list[Check]) -> None:
        for check in checks:
            figures = "  ".join(f"{name}={value}" for name, value in check.figures.items())
            self.stdout.write(
                f"{'ok' if check.ok else 'WRONG':>5}  {check.name:<13} {check.detail} {figures}".rstrip()
            )
        self.stdout.write("\nBeat sends:")
        for name, entry in BEAT.items():
            self.stdout.write(f"  every {entry['schedule']:g} s  {entry['task']:<40} {name}")
        self.stdout.write(f"Timekeeper runs every second: {', '.join(sweeps.names()) or 'nothing'}")


def _careful(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return Check(check.__name__, False, f"{type(error).__name__}: {error}")
