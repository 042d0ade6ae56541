from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import person_by_email
from accounts.operations import api_keys


class Command(BaseCommand):
    help = "Print a new API key for a person. The key is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--scope", action="append", default=[], help="may be repeated; none means all")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_by_email(options["email"])
        if person is None:
            raise CommandError(f"There is no active account with the address {options['email']}.")
        _key, secret = api_keys.issue(person, name=options["name"], by=person, scopes=options["scope"])
        self.stdout.write(secret)
