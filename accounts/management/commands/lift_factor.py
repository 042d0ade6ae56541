"""`manage.py lift_factor ADDRESS`: the second factor of somebody who has lost both app and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import access
from accounts.operations import factors


class Command(BaseCommand):
    help = "Removes somebody's second factor. Make sure first that it is really them who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        person = access.person_by_email(options["address"])
        if person is None:
            raise CommandError(f"Nobody with the address {options['address']}.")
        factors.lift(person)
        self.stdout.write(f"{person.email} signs in with the password alone until a new one is set up.")
