"""Which notices a person wants, per category and channel."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from . import kinds
from .models import Mute, Viewer


@dataclass(frozen=True)
class Choice:
    """One box on the page."""

    name: str
    channel: str
    label: kinds.Words
    on: bool


@dataclass(frozen=True)
class Line:
    """One category with its boxes."""

    category: kinds.Category
    choices: list[Choice]


def table(person: Viewer) -> list[Line]:
    """Every category that may be switched off, with what is chosen now."""
    owner: Any = person.pk
    muted = set(Mute.objects.filter(person_id=owner).values_list("category", "channel"))
    return [
        Line(
            category,
            [
                Choice(f"{category.code}.{channel}", channel, label, (category.code, channel) not in muted)
                for channel, label in kinds.CHANNELS.items()
            ],
        )
        for category in kinds.optional_categories()
    ]


@transaction.atomic
def choose(person: Viewer, wanted: set[str]) -> None:
    """Keep exactly the wanted boxes (`tickets.email`); unknown names are ignored."""
    boxes = {choice.name for line in table(person) for choice in line.choices}
    owner: Any = person.pk
    Mute.objects.filter(person_id=owner).delete()
    Mute.objects.bulk_create(
        [
            Mute(person_id=owner, category=category, channel=channel)
            for category, _dot, channel in (name.rpartition(".") for name in sorted(boxes - wanted))
        ],
        ignore_conflicts=True,
    )
