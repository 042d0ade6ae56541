"""`manage.py prepare`: what must be true before the first request: schema, texts, files, story."""

from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from helpdesk.runtime.models import DeadLetter
from helpdesk.timers.models import Heartbeat


class Command(BaseCommand):
    """Safe to repeat; `up` runs it at every start, a deployment once per release."""

    help = "Migrate, create the cache table, compile texts and, where wanted, collect files or load the demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo story into an empty database")
        parser.add_argument("--static", action="store_true", help="collect static files")

    def handle(self, *, demo: bool, static: bool, **options: Any) -> None:
        commands = get_commands()
        if "messages" in commands:
            call_command("messages", compile=True, stdout=StringIO())
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        # Beats of an earlier life would make a product look alive that is only starting.
        Heartbeat.objects.all().delete()
        DeadLetter.objects.filter(dead_at=None).delete()
        if static:
            call_command("collectstatic", interactive=False, verbosity=0)
        if demo and settings.DEMO and "seed_demo" in commands and not get_user_model().objects.exists():
            self.stdout.write("loading the demo story, once …")
            call_command("seed_demo")
