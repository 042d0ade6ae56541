"""Why every clock of a ticket is where it is, in plain words, from its events alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpdesk.notify.models import Notice
from helpdesk.timers.models import CalendarVersion, State
from helpdesk.timers.promises import hours_for, spent
from helpdesk.ui.templatetags.when import clock, span

from ..models import Category, SlaPolicyVersion, Ticket, TicketTimer, TimerEvent
from ..models.rungs import BREACH, at_breach, rungs
from ..states import Channel, Metric, PauseReason, Priority, pause_reason, stands
from . import promise
from .clock_steps import Known, Step, hearers, listed, promised, quoted, said, steps


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: where it stands, what happens next, and everything that happened to it."""

    name: str
    cycle: int
    tone: str
    standing: str
    ahead: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why this policy, and every clock with the live ones first."""

    policy: tuple[str, ...]
    clocks: tuple[Clock, ...]


def of(ticket: Ticket, now: datetime) -> Explanation:
    """The whole explanation, in the active language and zone; a handful of queries however long the story."""
    timers = list(
        ticket.timers.order_by("id").select_related(
            "calendar_version__calendar", "policy_version__policy", "acknowledged_by"
        )
    )
    events: dict[int, list[TimerEvent]] = defaultdict(list)
    rows = TimerEvent.objects.filter(ticket=ticket).order_by("id")
    for event in rows.select_related("actor", "policy_version__policy"):
        events[event.timer_id].append(event)
    known = Known(ticket, now, _calendars(events), _told(timers, events))
    clocks = [_clock(timer, events[timer.pk], known) for timer in timers]
    order = {"late": 0, "soon": 1, "due": 2, "paused": 3}
    clocks.sort(key=lambda clock: order.get(clock.tone, 4))
    return Explanation(tuple(_policy(ticket, known)), tuple(clocks))


def _calendars(events: dict[int, list[TimerEvent]]) -> dict[int, CalendarVersion]:
    ids = {(event.terms or {}).get("calendar_version") for rows in events.values() for event in rows}
    return CalendarVersion.objects.select_related("calendar").in_bulk(ids - {None})


def _told(
    timers: Sequence[TicketTimer], events: dict[int, list[TimerEvent]]
) -> dict[str, dict[str, list[str]]]:
    """Whom each step called, from the notices that were written with it."""
    ids = {f"{BREACH}:{timer.pk}" for timer in timers if timer.breached_at}
    ids |= {f"rung:{pk}:{event.rung}" for pk, rows in events.items() for event in rows if event.rung}
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    notices = Notice.objects.filter(event_id__in=ids).exclude(person=None).select_related("person")
    for notice in notices.order_by("id"):
        found[notice.event_id][notice.kind].append(str(notice.person))
    return found


def _clock(timer: TicketTimer, events: list[TimerEvent], known: Known) -> Clock:
    shown = promise.clock_of(timer, known.now)
    return Clock(
        shown.name,
        timer.cycle,
        shown.tone,
        said(_standing(timer, shown, known.now), _why_it_runs(timer, known)),
        tuple(_ahead(timer, known.now)),
        tuple(steps(timer, events, known)),
    )


def _standing(timer: TicketTimer, shown: promise.Clock, now: datetime) -> str:
    used = {"used": shown.used, "target": span(timer.target_seconds)}
    if timer.state == State.RUNNING and timer.due_at is not None:
        due = {"due": clock(timer.due_at, now), "left": _left(timer, now)}
        if timer.due_at <= now:
            return _("Its moment, %(due)s, has passed. The sweep that breaks it comes every second.") % due
        return _("Running: %(used)s of %(target)s are used. Due %(due)s, in %(left)s.") % (used | due)
    if timer.state == State.PAUSED and timer.paused_at is not None:
        reason = {"reason": timer.reason_word, "at": clock(timer.paused_at, now)}
        return _("Stands still since %(at)s: %(reason)s. %(used)s of %(target)s are used.") % (used | reason)
    if timer.is_late:
        late = {"late": span((now - timer.moment).total_seconds()), "due": clock(timer.moment, now)}
        return _("Late for %(late)s: promised by %(due)s.") % late
    if timer.state == State.BREACHED and timer.fulfilled_at:
        return _("Broken, and made good later. It stays broken in every figure.")
    if timer.state == State.BREACHED:
        return _("Broken; nothing is owed on it any more. It stays broken in every figure.")
    return _("Kept.") if timer.state == State.FULFILLED else _("No longer needed: neither kept nor broken.")


def _why_it_runs(timer: TicketTimer, known: Known) -> str:
    """While the ticket waits only a clock runs on that has stood for that as long as it may."""
    reason = pause_reason(known.ticket.status)
    late = timer.due_at is None or timer.due_at <= known.now
    if reason is None or timer.state != State.RUNNING or late or not stands(timer.metric, reason):
        return ""
    return _(
        "It runs although the ticket is %(reason)s: since the trader last wrote it has stood for that "
        "as long as it may."
    ) % {"reason": PauseReason(reason).label}


def _left(timer: TicketTimer, now: datetime) -> str:
    due = timer.moment
    left = span((due - now).total_seconds())
    if timer.mode == "calendar":
        return left
    work = span(spent(now, due, hours_for(timer)))
    return _("%(left)s, of which %(work)s are working time") % {"left": left, "work": work}


def _ahead(timer: TicketTimer, now: datetime) -> list[str]:
    """What happens next and when, unless somebody acts."""
    told: list[str] = []
    if timer.postponed_until and timer.postponed_until > now:
        at = {"at": clock(timer.postponed_until, now)}
        told.append(_("The sweep could not handle it and tries again at %(at)s; the log says why.") % at)
    if timer.state == State.RUNNING:
        told += _if_not_kept(timer, now)
    elif timer.state == State.PAUSED:
        told += _when_it_runs_on(timer, now)
    elif timer.is_late:
        told += _who_is_next(timer, now)
    return told or [_("Nothing more happens on this clock.")]


def _if_not_kept(timer: TicketTimer, now: datetime) -> list[str]:
    told, ladder = [], rungs(timer.policy_version, timer.metric)
    if timer.warn_at is not None and timer.rung < len(ladder):
        rung = ladder[timer.rung]
        told.append(
            _("At %(at)s, with %(share)s %% of the time used, the ladder tells %(who)s.")
            % {"at": clock(timer.warn_at, now), "share": round(100 * (rung.share or 0)), "who": hearers(rung)}
        )
    breach = at_breach(ladder)
    who = listed(list(dict.fromkeys(hearers(rung) for rung in breach if rung.tell)))
    parts = [_("If it is not kept by %(due)s: it counts as broken.") % {"due": clock(timer.moment, now)}]
    if who:
        parts.append(_("Told at once: %(who)s.") % {"who": who})
    if any(rung.raise_priority for rung in breach):
        parts.append(_("The priority goes up."))
    if any(rung.apologise for rung in breach):
        length = span(timer.policy_version.apology_seconds)
        parts.append(_("The trader gets an apology and a new time, %(length)s later.") % {"length": length})
    return [*told, said(*parts)]


def _when_it_runs_on(timer: TicketTimer, now: datetime) -> list[str]:
    how = {
        PauseReason.CUSTOMER: _("It runs on when the trader replies."),
        PauseReason.THIRD_PARTY: _("It runs on when somebody goes on with the ticket."),
        PauseReason.MEDIATION: _("The dispute decides: this clock ends with it."),
    }.get(PauseReason(timer.pause_reason), "")
    told = [how] if how else []
    if timer.pause_ends_at is not None:
        left = {
            "at": clock(timer.pause_ends_at, now),
            "left": span(max(0, timer.target_seconds - timer.consumed_seconds)),
        }
        told.append(_("At the latest it runs on by itself at %(at)s, with %(left)s left.") % left)
    return told


def _who_is_next(timer: TicketTimer, now: datetime) -> list[str]:
    told, ladder = [], rungs(timer.policy_version, timer.metric)
    if timer.acknowledged_at is not None and timer.acknowledged_by is not None:
        taken = {"name": timer.acknowledged_by, "taken": clock(timer.acknowledged_at, now)}
        told.append(_("%(name)s took it on at %(taken)s.") % taken)
    if timer.warn_at is not None and timer.rung < len(ladder):
        call = {"at": clock(timer.warn_at, now), "who": hearers(ladder[timer.rung])}
        told.append(_("At %(at)s the ladder calls %(who)s, unless it is settled or taken on.") % call)
    else:
        told.append(_("The ladder has nobody further to call."))
    return told


def _policy(ticket: Ticket, known: Known) -> list[str]:
    """Why this policy in this version, and what it promises and does not."""
    version = ticket.policy_version
    if version is None:
        return [_("No policy fits this ticket, so nothing is promised.")]
    name = {"policy": quoted(version.policy), "number": version.number}
    fits = _conditions(version)
    first = (
        _("Policy %(policy)s, version %(number)s: the first in order whose conditions fit – %(fits)s.")
        if fits
        else _("Policy %(policy)s, version %(number)s: it takes what no policy before it took.")
    )
    told = [first % (name | {"fits": fits})]
    tiers = ticket.standing["tier"] if version.speed else ()
    targets = {metric: version.target(metric, tiers) for metric in Metric}
    kept = [
        _pair(str(metric.label), promised(target.seconds, target.mode, version.calendar_version))
        for metric, target in targets.items()
        if target
    ]
    told.append(_("It promises – %(targets)s.") % {"targets": _joined(kept) or "–"})
    if missing := [str(metric.label) for metric, target in targets.items() if not target]:
        told.append(_("It does not promise: %(metrics)s.") % {"metrics": listed(missing)})
    newest = version.policy.current
    if newest.number > version.number:
        told.append(
            _("Version %(number)s exists by now; open tickets keep theirs until somebody applies it to them.")
            % {"number": newest.number}
        )
    return told


def _conditions(version: SlaPolicyVersion) -> str:
    labels = {
        "category": _("category"), "subject": _("subject"), "priority": _("priority"),
        "channel": _("channel"), "language": _("language"), "tier": _("customer tier"),
        "entity": _("company"),
    }  # fmt: skip
    codes = [*version.conditions.get("category", []), *version.conditions.get("subject", [])]
    names = {row.code: f"{row} ({row.code})" for row in Category.objects.filter(code__in=codes)}
    told = []
    for key, values in version.conditions.items():
        if values:
            told.append(_pair(labels.get(key, key), listed([_value(key, value, names) for value in values])))
    return _joined(told)


def _pair(name: str, value: str) -> str:
    return _("%(name)s: %(value)s") % {"name": name, "value": value}


def _joined(parts: list[str]) -> str:
    return ("；" if (get_language() or "").startswith("zh") else "; ").join(parts)


def _value(key: str, value: str, names: dict[str, str]) -> str:
    if key == "channel" and value in Channel.values:
        return str(Channel(value).label)
    if key == "priority" and value in Priority.values:
        return f"{value} {Priority(value).word}"
    return names.get(value) or {"zh-hans": "简体中文", "en": "English"}.get(value, value)
