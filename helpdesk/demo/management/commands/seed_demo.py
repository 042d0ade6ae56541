from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from ... import people, story
from ...progress import Progress


class Command(BaseCommand):
    help = "Load the demo story: people, articles, tickets, disputes and files. Only in demo mode; once."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo story is loaded in demo mode only (HELPDESK_DEMO=1).")
        if story.is_told():
            self.stdout.write("The demo story is already here.")
            return
        with connection.cursor() as cursor:
            # A thousand small transactions: the story can be told again, so none needs to wait for the disk.
            cursor.execute("SET synchronous_commit = off")
        story.tell(timezone.now().replace(second=0, microsecond=0), Progress(self.stdout, "Demo story").step)
        self.stdout.write(f"The demo story is loaded. Sign in with {people.PASSWORD!r} as:")
        for key, who in people.SIGN_INS.items():
            self.stdout.write(f"  {people.address(key):18} {who.name}, {who.role.label.lower()}")
