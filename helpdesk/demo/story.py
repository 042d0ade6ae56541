"""The demo story: a month of a trading platform's helpdesk, told through the operations alone.

What a newcomer finds at the first start: people in every role, a help centre, tickets in every state and
channel, promises kept, broken and running out while one looks, disputes in different stages, and the figures
of a month. Texts and the order of things are fixed; the month ends at the moment of the telling.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from accounts.models import Person
from accounts.operations import role_changes
from accounts.states import Role
from helpdesk.core import clock
from helpdesk.notify import bell
from helpdesk.notify.models import Notice

from . import cases, faq_story, people, player, scripts

Tick = Callable[[int, int], None]
LENGTH, LAST_LOOK = timedelta(days=30), timedelta(hours=30)
VOTERS = ("mei", "omar", "chen", "li", "priya", "tomas", "lena")


def is_told() -> bool:
    """Whether the story's people are already here."""
    return Person.objects.filter(email__endswith=f"@{people.DOMAIN}").exists()


def tell(start: datetime, tick: Tick = lambda done, total: None) -> None:
    """People, help centre, then every act of the month in the order of its moment, up to `start`."""
    tick(0, 1)
    with clock.at(start - LENGTH):
        everyone = people.register_all()
        faq_story.tell(everyone["faye"], at=start - LENGTH, voters=[everyone[key] for key in VOTERS])
    stage = player.Player(everyone)
    acts: list[tuple[datetime, player.Act]] = []
    for number, script in enumerate(scripts.read(start)):
        acts += stage.acts(number, script)
        if script.case:
            acts += cases.acts(stage, number, script, start)
    acts.append((start - LAST_LOOK, partial(_look_at_bells, everyone)))
    acts.append((start - LAST_LOOK / 2, partial(_ask_for_roles, everyone)))
    player.play(acts, start, tick)


def _look_at_bells(everyone: dict[str, Person]) -> None:
    """Everybody has read what was told them; only the last hours are new at the first start."""
    newest = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for person in everyone.values():
        bell.mark_all_read(person, up_to=newest)


def _ask_for_roles(everyone: dict[str, Person]) -> None:
    """Something waits for the other administrator."""
    wanted, why = [Role.AGENT, Role.HANDLER], "Takes over complaints while Hal is away in December."
    role_changes.ask(everyone["bo"], wanted, by=everyone["ruth"], reason=why)
