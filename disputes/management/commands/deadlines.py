"""`manage.py deadlines JURISDICTION RECEIVED [--incident T] [--final-response T] [--json]`."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from disputes import access
from disputes.operations import statutory


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{name}: {text!r} is no ISO 8601 moment such as 2026-03-31T10:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Print every statutory deadline of a complaint, in UTC, by the newest policy of a jurisdiction. "
        "A moment without an offset is UTC; what the policy does not have is null."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("jurisdiction", help="for example UK-FCA")
        parser.add_argument("received_at", help="when the complaint was first voiced, ISO 8601")
        parser.add_argument("--incident", metavar="ISO", help="when it happened")
        parser.add_argument("--final-response", metavar="ISO", help="when the final response was sent")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        known = access.policies_in_force()
        policy = known.get(options["jurisdiction"].upper())
        if policy is None:
            raise CommandError(
                f"There is no jurisdiction {options['jurisdiction']!r}; there are: {', '.join(known)}."
            )
        given = {name: options[name] for name in ("received_at", "incident", "final_response")}
        at = {name: _moment(text, name) for name, text in given.items() if text}
        try:
            found = statutory.dates(
                policy,
                at["received_at"],
                incident_at=at.get("incident"),
                final_response_at=at.get("final_response"),
            )
        except (OverflowError, ValueError):
            raise CommandError("These dates lie beyond the calendar.") from None
        told = {key: _iso(moment) for key, moment in found.items()}
        if options["json"]:
            self.stdout.write(json.dumps(told))
            return
        self.stdout.write(f"{policy}, {policy.rule['tz']}")
        for key, moment in told.items():
            self.stdout.write(f"{key:16} {moment or '–'}")


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
