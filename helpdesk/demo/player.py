"""Plays the written tickets: one act after the other, each at its moment, by the operations alone.

Between two acts the sweep runs wherever a promise falls due, a second after its moment as in real life.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Min

from accounts.models import Person
from disputes.models import DisputeDeadline
from disputes.operations import sweeping
from helpdesk.core import clock
from tickets import access
from tickets.models import Ticket, TicketTimer
from tickets.operations import (
    assignment,
    attaching,
    breaches,
    complaining,
    conversation,
    intake,
    lifecycle,
)
from tickets.states import Kind

from .papers import PAPERS
from .pictures import DRAWINGS
from .scripts import File, Script, Step

THEN = {"answer": "", "wait": "wait", "solve": "resolve"}
MOVES = {"hold": "wait_for_third_party", "resume": "resume", "reopen": "reopen", "close": "close"}
Act = Callable[[], object]


def store(files: tuple[File, ...], at: datetime) -> list[attaching.Stored]:
    """Draw the files and put them where uploads go."""
    uploads = []
    for one in files:
        draw = DRAWINGS.get(one.drawing) or partial(PAPERS[one.drawing], moment=at)
        uploads.append(attaching.Upload(io.BytesIO(draw(**one.words)), one.name))
    return attaching.store(uploads)


@dataclass
class Player:
    """The people, and the tickets filed so far by the place of their script."""

    people: dict[str, Person]
    filed: dict[int, Ticket] = field(default_factory=dict)

    def acts(self, number: int, script: Script) -> Iterator[tuple[datetime, Act]]:
        """Everything the script does, with its moments."""
        yield script.at, partial(self.file, number, script)
        for step in script.steps:
            yield step.at, partial(self.take, number, step)

    def file(self, number: int, script: Script) -> None:
        """File the ticket."""
        self.filed[number] = intake.file_ticket(
            self.people[script.who],
            category=access.category(script.category),
            subject=script.subject,
            body=script.body,
            channel=script.channel,
            fields=script.fields or None,
            files=store(script.files, script.at),
            by=self.people[script.by] if script.by else None,
            at=script.at,
        )

    def take(self, number: int, step: Step) -> None:
        """One step on a ticket already filed."""
        ticket, by = self.filed[number], self.people[step.who]
        if step.act in THEN or step.act in {"say", "note"}:
            self._speak(ticket, by, step)
        elif step.act in MOVES:
            lifecycle.change_status(ticket, MOVES[step.act], by=by, at=step.at)
        elif step.act == "claim":
            assignment.claim(ticket, by=by)
        elif step.act == "assign":
            assignment.assign(ticket, to=self.people[step.text], by=by)
        elif step.act == "tags":
            lifecycle.set_tags(ticket, step.text.split(","), by=by)
        elif step.act == "escalate":
            lifecycle.escalate(ticket, by=by, reason=step.text, at=step.at)
        elif step.act == "complain":
            said = ticket.messages.filter(from_staff=False).latest("pk")
            complaining.mark(ticket, said.pk, by=by, at=step.at)
        else:
            raise ValueError(f"Nobody knows how to “{step.act}”.")

    def _speak(self, ticket: Ticket, by: Person, step: Step) -> None:
        conversation.post_message(
            ticket,
            by=by,
            body=step.text,
            kind=Kind.NOTE if step.act == "note" else Kind.PUBLIC,
            files=store(step.files, step.at),
            channel=ticket.channel if by.pk == ticket.requester_id else "web",
            then=THEN.get(step.act, ""),
            at=step.at,
        )


def keep_promises(until: datetime) -> None:
    """Let the sweeps notice whatever falls due before `until`, each a moment after it as in real life."""
    last = until - timedelta(seconds=1)
    while (due_at := min(_next_moments(last), default=None)) is not None:
        with clock.at(due_at + timedelta(milliseconds=800)):
            if not breaches.sweep_due() and not sweeping.sweep_due():
                raise RuntimeError(f"The sweeps left something of {due_at:%Y-%m-%d %H:%M} undone.")


def _next_moments(last: datetime) -> list[datetime]:
    """When the next clock of a ticket wakes, the next clock of a case that warns, and the next that ends."""
    promises = TicketTimer.objects.filter(wake_at__lt=last).aggregate(at=Min("wake_at"))
    ends = DisputeDeadline.objects.running().filter(due_at__lt=last).aggregate(at=Min("due_at"))
    warns = DisputeDeadline.objects.filter(warn_at__lt=last).aggregate(at=Min("warn_at"))
    return [found["at"] for found in (promises, ends, warns) if found["at"] is not None]


def play(acts: list[tuple[datetime, Act]], until: datetime, tick: Callable[[int, int], None]) -> None:
    """All acts in the order of their moments, whatever ticket they belong to."""
    ordered = sorted(acts, key=lambda act: act[0])
    for done, (at, act) in enumerate(ordered, 1):
        keep_promises(at)
        with clock.at(at):
            act()
        tick(done, len(ordered))
    keep_promises(until)
