from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from ...models import Ticket
from ...reads import explained
from ...states import CANARY


class Command(BaseCommand):
    help = "Say in plain words why each clock of a ticket is where it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference")
        parser.add_argument("--language", choices=["zh-hans", "en"], default="en")
        parser.add_argument("--zone", default="UTC", help="the zone of the moments, such as Asia/Shanghai")

    def handle(self, *, reference: str, language: str, zone: str, **options: Any) -> None:
        try:
            there = ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise CommandError(f"There is no time zone {zone}.") from error
        ticket = Ticket.objects.exclude(channel=CANARY).filter(reference=reference.strip().upper()).first()
        if ticket is None:
            raise CommandError(f"There is no ticket {reference}.")
        with translation.override(language), timezone.override(there):
            self.stdout.write(f"{ticket.reference}  {ticket.subject}  ({zone})")
            self._tell(explained.of(ticket, timezone.now()))

    def _tell(self, story: explained.Explanation) -> None:
        for sentence in story.policy:
            self.stdout.write(sentence)
        for clock in story.clocks:
            self.stdout.write(f"\n{clock.name} {clock.cycle}: {clock.standing}")
            for sentence in clock.ahead:
                self.stdout.write(f"  → {sentence}")
            for step in clock.steps:
                self.stdout.write(f"  {timezone.localtime(step.at):%Y-%m-%d %H:%M:%S}  {step.text}")
