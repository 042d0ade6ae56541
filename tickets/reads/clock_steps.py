"""What happened to one clock, event by event, as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.timers.models import CalendarVersion
from helpdesk.ui.templatetags.when import clock, span

from ..models import Ticket, TicketTimer, TimerEvent
from ..models.rungs import BREACH, Rung, rungs
from ..states import OPENED_AGAIN, TAKEN_OVER, Act, Hearer, Metric, PauseReason


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `tone` is due, soon, late, paused, kept or none."""

    at: datetime
    tone: str
    text: str


@dataclass(frozen=True)
class Known:
    """What the sentences need beside the events: read once for all clocks of a ticket."""

    ticket: Ticket
    now: datetime
    calendars: Mapping[int, CalendarVersion]
    told: Mapping[str, Mapping[str, Sequence[str]]]  # event of a notice → its kind → names


def listed(names: Sequence[str]) -> str:
    """Names one after the other, as the language separates them."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(names)


def said(*sentences: str) -> str:
    """Sentences one after the other; Chinese leaves no space between them."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(filter(None, sentences))


def quoted(name: object) -> str:
    """A name in the quotation marks of the language."""
    return _("“%(name)s”") % {"name": name}


def hearers(rung: Rung) -> str:
    """Whom a rung calls, by their part."""
    words: dict[str, str] = {
        Hearer.ASSIGNEE: _("the assignee"),
        Hearer.TEAM: _("the team"),
        Hearer.SUPERVISORS: _("the supervisors"),
        Hearer.DUTY_LEAD: _("the on-duty lead"),
    }
    return listed([words[hearer] for hearer in rung.tell])


def promised(seconds: int, mode: str, calendar: CalendarVersion | None) -> str:
    """A length of time and the hours it counts in."""
    if mode == "calendar" or calendar is None:
        return _("%(span)s around the clock") % {"span": span(seconds)}
    return _("%(span)s of the working hours of %(calendar)s, version %(number)s") % {
        "span": span(seconds),
        "calendar": quoted(calendar.calendar),
        "number": calendar.number,
    }


def steps(timer: TicketTimer, events: Sequence[TimerEvent], known: Known) -> list[Step]:
    """The whole story of one clock, the oldest first; a breach stands where it was noticed."""
    paused: TimerEvent | None = None
    told: list[Step] = []
    for event in events:
        kind = Act(event.kind)
        told.append(_step(kind, timer, event, paused, known))
        if kind == Act.PAUSE:
            paused = event
        elif kind == Act.RESUME:
            paused = None
    return told


def _step(kind: Act, timer: TicketTimer, event: TimerEvent, paused: TimerEvent | None, known: Known) -> Step:
    if kind in {Act.START, Act.RETARGET, Act.REOPEN}:
        return Step(event.at, "due", _laid_down(kind, timer, event, known))
    if kind == Act.PAUSE:
        return Step(event.at, "paused", _paused(event, known))
    if kind == Act.RESUME:
        return Step(event.at, "due", _resumed(event, paused, known))
    if kind == Act.WARN:
        return Step(event.at, "soon", _warned(timer, event, known))
    if kind == Act.ESCALATE:
        return Step(event.at, "late", _called(timer, event, known))
    if kind == Act.BREACH:
        return Step(event.at, "late", _broken(timer, event, known))
    if kind == Act.ACKNOWLEDGE:
        return Step(event.at, "none", _taken_on(event))
    if kind == Act.FULFIL:
        return Step(event.at, "kept", _kept(timer, event, known))
    return Step(event.at, "none", _cancelled(event))


def _laid_down(kind: Act, timer: TicketTimer, event: TimerEvent, known: Known) -> str:
    terms = event.terms or {}
    calendar = known.calendars.get(terms.get("calendar_version") or 0)
    length = promised(
        terms.get("target_seconds", timer.target_seconds), terms.get("mode", timer.mode), calendar
    )
    policy = {
        "policy": quoted(event.policy_version.policy),
        "number": event.policy_version.number,
        "length": length,
        "actor": event.actor or "",
    }
    by = _by_when(event, known)
    if kind == Act.RETARGET:
        return said(_moved(event) % policy, by)
    if kind == Act.REOPEN:
        return said(_why_again(event), _how_again(timer, event), by)
    text = _("Policy %(policy)s, version %(number)s, promises %(length)s.") % policy
    return said(_cause(timer, event, known), text, by)


def _why_again(event: TimerEvent) -> str:
    if event.reason == OPENED_AGAIN:
        return _("The ticket was opened again.")
    failed = _("The answer that had kept it could not be delivered (%(reason)s).")
    return failed % {"reason": event.reason or "–"}


def _how_again(timer: TicketTimer, event: TimerEvent) -> str:
    if timer.breached_at and timer.breached_at < event.at:
        return _("It stays broken, and is owed again.")
    return _("It runs again from its old start to its old moment.")


def _moved(event: TimerEvent) -> str:
    if event.actor is None:
        return _("It was put under policy %(policy)s, version %(number)s: %(length)s from its start.")
    return _("%(actor)s put it under policy %(policy)s, version %(number)s: %(length)s from its start.")


def _by_when(event: TimerEvent, known: Known) -> str:
    if event.due_at is None:
        return ""
    return _("That is by %(due)s.") % {"due": clock(event.due_at, known.now)}


def _cause(timer: TicketTimer, event: TimerEvent, known: Known) -> str:
    if timer.metric == Metric.NEXT_RESPONSE:
        return _("The trader wrote and waits for an answer.")
    if timer.metric == Metric.PERIODIC_UPDATE:
        return _("We spoke and the ticket is not solved: the next news was promised.")
    if timer.cycle > 1:
        return _("The ticket was opened again.")
    if (event.at - known.ticket.created_at).total_seconds() > 1:
        return _("A policy that was applied later promises this as well.")
    return _("The ticket was filed.")


def _paused(event: TimerEvent, known: Known) -> str:
    text = _("It stood still: %(reason)s. Until then %(used)s were used.") % {
        "reason": PauseReason(event.reason).label if event.reason in PauseReason.values else event.reason,
        "used": span(event.consumed_seconds),
    }
    if ends := parse_datetime((event.terms or {}).get("ends_at") or ""):
        text = said(text, _("The longest pause ends at %(at)s.") % {"at": clock(ends, known.now)})
    return text


def _resumed(event: TimerEvent, paused: TimerEvent | None, known: Known) -> str:
    length = span((event.at - paused.at).total_seconds()) if paused else "–"
    if event.reason == "longest pause":
        text = _("The longest pause was over after %(length)s: it runs on by itself.")
    elif event.actor is not None:
        text = _("It runs on after %(length)s, through %(actor)s.")
    else:
        text = _("It runs on after %(length)s.")
    return said(text % {"length": length, "actor": event.actor or ""}, _by_when(event, known))


def _rung(timer: TicketTimer, event: TimerEvent) -> Rung | None:
    return next((r for r in rungs(event.policy_version, timer.metric) if r.key == event.rung), None)


def _told(event_id: str, kind: str, known: Known) -> str:
    names = known.told.get(event_id, {}).get(kind, ())
    return _("Told: %(names)s.") % {"names": listed(names)} if names else _("Nobody was there to be told.")


def _warned(timer: TicketTimer, event: TimerEvent, known: Known) -> str:
    if not event.rung:
        return _("Under the new terms it passed a step that had been taken before; nobody is told twice.")
    rung = _rung(timer, event)
    share = round(100 * rung.share) if rung and rung.share else None
    text = _("%(share)s %% of the time were used.") % {"share": "–" if share is None else share}
    return said(text, _told(f"rung:{timer.pk}:{event.rung}", "ticket.warning", known))


def _called(timer: TicketTimer, event: TimerEvent, known: Known) -> str:
    rung = _rung(timer, event)
    text = _("The next rung of the ladder, %(span)s after the breach: nobody had settled it.") % {
        "span": span(rung.after or 0) if rung else "–"
    }
    return said(text, _told(f"rung:{timer.pk}:{event.rung}", "ticket.still_late", known))


def _broken(timer: TicketTimer, event: TimerEvent, known: Known) -> str:
    terms = event.terms or {}
    noticed, renewed = (parse_datetime(terms.get(key) or "") for key in ("detected_at", "renewed_due_at"))
    parts = [_("The moment promised passed: the promise is broken.")]
    if noticed is not None:
        lag = span((noticed - event.at).total_seconds())
        swept = _("It was noticed %(lag)s later.")
        late = _("It was found %(lag)s later, by the very act that came too late.")
        parts.append((swept if renewed else late) % {"lag": lag})
    breach = f"{BREACH}:{timer.pk}"
    parts.append(_told(breach, "ticket.late", known))
    if renewed and known.told.get(breach, {}).get("ticket.apology"):
        parts.append(
            _("The trader got an apology and a new time: %(at)s.") % {"at": clock(renewed, known.now)}
        )
    if renewed and any(rung.raise_priority for rung in _at_breach(timer, event)):
        parts.append(_("The priority went up."))
    if timer.metric == Metric.RESOLUTION and known.ticket.dispute_reference:
        parts.append(_("The case is dispute %(number)s.") % {"number": known.ticket.dispute_reference})
    return said(*parts)


def _at_breach(timer: TicketTimer, event: TimerEvent) -> list[Rung]:
    return [r for r in rungs(event.policy_version, timer.metric) if r.share is None and not r.after]


def _taken_on(event: TimerEvent) -> str:
    if event.reason == PauseReason.MEDIATION:
        return _("The dispute took it over: the ladder calls nobody any more.")
    if event.reason == TAKEN_OVER:
        return _("%(actor)s took it over: the ladder rests no longer for that.") % {"actor": event.actor}
    if event.actor is None:
        return _("It was taken on.")
    return _("%(actor)s took it on: the ladder rests for an hour.") % {"actor": event.actor}


def _kept(timer: TicketTimer, event: TimerEvent, known: Known) -> str:
    how = {
        Metric.FIRST_RESPONSE: _("%(actor)s gave the first answer."),
        Metric.NEXT_RESPONSE: _("%(actor)s answered."),
        Metric.PERIODIC_UPDATE: _("%(actor)s gave news."),
        Metric.RESOLUTION: _("%(actor)s marked the ticket as solved."),
    }[Metric(timer.metric)] % {"actor": event.actor or _("The system")}
    promised_at = timer.breached_at or event.due_at
    if promised_at is None:
        return said(how, _("The clock stood still then: kept."))
    early = (promised_at - event.at).total_seconds()
    kept, good = _("Kept, %(span)s before its moment."), _("Made good, %(span)s after its moment.")
    return said(how, (kept if early >= 0 else good) % {"span": span(early)})


def _cancelled(event: TimerEvent) -> str:
    who = event.actor or _("The system")
    if event.reason == "no reply needed":
        return _("%(actor)s noted that no reply is needed.") % {"actor": who}
    if event.reason == "policy":
        return _("The policy that applies from then on does not promise this.")
    return _("Nothing was owed any more: %(actor)s solved or closed the ticket.") % {"actor": who}
