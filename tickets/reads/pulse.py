"""How well time itself is kept: the lag of the sweeps, and when each keeper of promises last showed up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from helpdesk.timers import sweeps
from helpdesk.timers.models import Heartbeat

RED = timedelta(minutes=2)  # sla.md rule 15
CANARY, CANARY_SILENT = "canary", timedelta(minutes=6)


@dataclass(frozen=True, slots=True)
class Beat:
    """One keeper: how long ago it was last seen (None: never), and how far it was behind."""

    name: str
    age: float | None
    lag: float
    red: bool
    sweeps: bool = False


@dataclass(frozen=True, slots=True)
class Pulse:
    """All of them, the reddest first; `lag` is that of the slowest sweep, whose name is `slowest`.

    The canary proves the whole way from a moment to its notice, so its lag is another figure.
    """

    beats: tuple[Beat, ...]
    lag: float = 0.0
    slowest: str = ""
    canary: float | None = None

    @property
    def red(self) -> bool:
        """Whether anything needs an engineer."""
        return any(beat.red for beat in self.beats)


def take(now: datetime) -> Pulse:
    """One question to the database, whose own clock measures the ages."""
    age = ExpressionWrapper(Now() - F("at"), output_field=DurationField())
    found = {beat.name: beat for beat in Heartbeat.objects.annotate(age_now=age)}
    expected = [f"sweep:{name}" for name in sweeps.names()] + ["worker", "timekeeper", CANARY]
    beats = [_beat(name, found.get(name)) for name in expected]
    # A sweep may leave the lag it met itself under its own name.
    beats += [_beat(name, beat) for name, beat in found.items() if name.startswith("sweep.")]
    swept = [beat for beat in beats if beat.sweeps]
    slowest = max(swept, key=lambda beat: beat.lag, default=None)
    canary = found[CANARY].lag_seconds if CANARY in found else None
    beats.sort(key=lambda beat: (not beat.red, -beat.lag))
    if slowest is None or not slowest.lag:
        return Pulse(tuple(beats), canary=canary)
    return Pulse(tuple(beats), slowest.lag, slowest.name, canary)


def _beat(name: str, beat: Heartbeat | None) -> Beat:
    longest = CANARY_SILENT if name == CANARY else RED
    sweeps = name.startswith(("sweep:", "sweep."))
    if beat is None:
        return Beat(_word(name), None, 0.0, True, sweeps)
    age = max(0.0, beat.age_now.total_seconds())  # type: ignore[attr-defined]
    # What a sweep met itself is as old as its last work; its silence shows under the other name.
    silent = not name.startswith("sweep.") and age > longest.total_seconds()
    red = silent or beat.lag_seconds > RED.total_seconds()
    return Beat(_word(name), age, beat.lag_seconds, red, sweeps)


def _word(name: str) -> str:
    known = {
        "worker": _("Worker"),
        "timekeeper": _("Timekeeper"),
        "canary": _("Canary clock"),
        "sweep:tickets.promises": _("Sweep of promises"),
        "sweep.tickets": _("Clocks of tickets"),
        "sweep:tickets.release": _("Held answers"),
        "sweep:tickets.canary": _("Keeper of the canary"),
        "sweep:tickets.rollouts": _("Policies being applied"),
        "sweep:disputes.deadlines": _("Deadlines of disputes"),
        "sweep:disputes.anchors": _("Daily root of disputes"),
        "sweep:notify.deliver": _("Messages"),
        "sweep:api.forget_answers": _("Housekeeping"),
    }
    return known.get(name, name.removeprefix("sweep:").removeprefix("sweep."))
