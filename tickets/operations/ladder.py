"""The escalation ladder: which rung of a policy fires when, and whom it calls.

A ladder belongs to a policy version and is never changed. A clock keeps its place on it (`rung`), the
share of the target at which the next rung before the breach fires (`next_share`) and the moment of the
next rung (`warn_at`). Rungs before the breach count in the time the target counts in; rungs after it in
plain time from the moment the breach was noticed, because nobody could act on it before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from accounts.models import Person
from accounts.states import Role
from helpdesk.timers.models import State
from helpdesk.timers.promises import share_used

from ..models import Duty, SlaPolicyVersion, Team, Ticket, TicketTimer
from ..models.rungs import ACKNOWLEDGED_FOR, Rung, rungs
from ..states import Hearer


def begin(timer: TicketTimer, version: SlaPolicyVersion) -> None:
    """Put a new clock at the foot of the ladder."""
    timer.rung = 0
    _stand(timer, rungs(version, timer.metric))


def climb(timer: TicketTimer, ladder: Sequence[Rung]) -> None:
    """The rung the clock stands before has fired; aim at the next one."""
    timer.rung += 1
    _stand(timer, ladder)


def _stand(timer: TicketTimer, ladder: Sequence[Rung]) -> None:
    ahead = ladder[timer.rung] if timer.rung < len(ladder) else None
    timer.next_share = ahead.share if ahead else None
    aim(timer)


def stand_at(timer: TicketTimer, version: SlaPolicyVersion, rung: int) -> None:
    """Put a clock where one before it stood: it has had the rungs below."""
    timer.rung = rung
    _stand(timer, rungs(version, timer.metric))


def stand_at_breach(timer: TicketTimer, version: SlaPolicyVersion) -> None:
    """Put a clock behind the warnings: it has had them."""
    timer.rung = sum(rung.share is not None for rung in rungs(version, timer.metric))
    timer.next_share = timer.warn_at = None


def aim(timer: TicketTimer) -> None:
    """Set the moment of the next rung of a running clock; one whose share is used already fires at once."""
    if timer.next_share is None or timer.state != State.RUNNING:
        timer.warn_at = None
    else:
        timer.warn_at = share_used(timer, timer.next_share) or timer.resumed_at


def fall(timer: TicketTimer, ladder: Sequence[Rung]) -> None:
    """The promise broke: leave the rungs before it behind and aim at the first one after it."""
    later = next((n for n, rung in enumerate(ladder) if rung.after), len(ladder))
    timer.rung, timer.next_share = later, None
    aim_after_breach(timer, ladder)


def aim_after_breach(timer: TicketTimer, ladder: Sequence[Rung]) -> None:
    """Set the moment of the next rung of a broken clock."""
    rung = ladder[timer.rung] if timer.rung < len(ladder) else None
    if rung is None or timer.detected_at is None:
        timer.warn_at = None
        return
    timer.warn_at = timer.detected_at + timedelta(seconds=rung.after or 0)


def rest(timer: TicketTimer, ladder: Sequence[Rung], at: datetime) -> None:
    """Somebody has taken a broken clock on: the next rung leaves them alone for a while, only this one."""
    aim_after_breach(timer, ladder)
    if timer.warn_at is not None:
        timer.warn_at = max(timer.warn_at, at + ACKNOWLEDGED_FOR)


class Hearers:
    """Who is called, looked up once for any number of tickets."""

    def __init__(self, tickets: Iterable[Ticket], at: datetime) -> None:
        tickets = list(tickets)
        self.supervisors = list(Person.objects.with_role(Role.SUPERVISOR))
        on_duty = Duty.objects.at(at).select_related("person")
        self.leads = [duty.person for duty in on_duty if duty.person.is_active] or self.supervisors
        ids = {t.requester_id for t in tickets} | {t.assignee_id for t in tickets if t.assignee_id}
        self.people = Person.objects.in_bulk(ids)
        teams = Team.objects.filter(pk__in={t.team_id for t in tickets if t.team_id})
        self.teams = {
            team.pk: [person for person in team.members.all() if person.is_active]
            for team in teams.prefetch_related("members")
        }

    def of(self, rung: Rung, ticket: Ticket) -> list[Person]:
        """The people a rung calls for this ticket, each once, and never the one who filed it.

        A rung for the assignee of a ticket nobody has calls the team; a team without members the
        supervisors: a warning that reaches nobody is none.
        """
        team = self.teams.get(ticket.team_id or 0) or self.supervisors
        known = {
            Hearer.ASSIGNEE: [self.people[ticket.assignee_id]] if ticket.assignee_id else team,
            Hearer.TEAM: self.teams.get(ticket.team_id or 0, []),
            Hearer.SUPERVISORS: self.supervisors,
            Hearer.DUTY_LEAD: self.leads,
        }
        found = {person.pk: person for hearer in rung.tell for person in known[Hearer(hearer)]}
        if not found and rung.tell:
            found = {person.pk: person for person in self.supervisors}
        found.pop(ticket.requester_id, None)
        return list(found.values())
