"""The demo story: a month of a trading platform's helpdesk, told through the operations alone.

What a newcomer finds at the first start: people in every role, tickets in every state and channel, promises
kept, broken and running out while one looks, disputes in different stages, and the figures of a month.
The texts and the order of things are fixed; the month ends at the moment of the telling.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.models import Person
from helpdesk.core import clock

from . import people, player, scripts

Tick = Callable[[int, int], None]
LENGTH = timedelta(days=30)


def is_told() -> bool:
    """Whether the story's people are already here."""
    return Person.objects.filter(email__endswith=f"@{people.DOMAIN}").exists()


def tell(start: datetime, tick: Tick = lambda done, total: None) -> None:
    """People, then every act of the month in the order of its moment, up to `start`."""
    with clock.at(start - LENGTH):
        stage = player.Player(people.register_all())
    acts: list[tuple[datetime, player.Act]] = []
    for number, script in enumerate(scripts.read(start)):
        acts += stage.acts(number, script)
    player.play(acts, start, tick)
