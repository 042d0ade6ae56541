"""`manage.py seal_files`: seal what was stored before there were seals, or under an earlier key."""

from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from helpdesk.core import vault


class Command(BaseCommand):
    """May be ended at any moment and run again, beside a product that is running."""

    help = "Seal stored files in their place: those that lie open, and those under an earlier key."

    def handle(self, **options: Any) -> None:
        looked_at = sealed = 0
        wrong: list[str] = []
        for name in vault.names():
            if vault.DRAFT in name:
                if vault.is_left_over(name):
                    default_storage.delete(name)
                continue
            looked_at += 1
            try:
                sealed += vault.seal(name)
            except FileNotFoundError:  # deleted meanwhile
                continue
            except OSError as error:
                wrong.append(f"  {name}: {type(error).__name__} {error}")
        self.stdout.write(f"{looked_at} files, {sealed} sealed now.")
        if wrong:
            raise CommandError("Not sealed, because they cannot be read whole:\n" + "\n".join(wrong))
