"""The two questions people ask of a calendar: the next 24 working hours, and what would be promised."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from helpdesk.timers.arithmetic import Hours, NoWorkingTime, spans
from helpdesk.timers.durations import write
from helpdesk.timers.models import CalendarVersion
from helpdesk.timers.promises import Target, after, hours_of, spent

from ..models import Category, SlaPolicyVersion
from ..states import Metric
from . import reach
from .matching import Facts, Matcher

DAY = 24 * 3600


@dataclass(frozen=True)
class Stretch:
    """One working interval of the next 24 hours, in the calendar's zone and on the viewer's clock."""

    opens: datetime
    closes: datetime
    there: str
    length: str
    so_far: str


def next_hours(version: CalendarVersion, now: datetime, seconds: int = DAY) -> list[Stretch]:
    """The intervals that hold the next working hours of a calendar, from this moment on."""
    zone, found, worked = ZoneInfo(version.tz), [], 0.0
    for opens, closes in spans(Hours(version.tz, version.week, version.exceptions), now.astimezone(UTC)):
        closes = min(closes, opens + timedelta(seconds=seconds - worked))
        length = (closes - opens).total_seconds()
        worked += length
        there = f"{local(opens, zone)} – {local(closes, zone, opens)}"
        found.append(
            Stretch(opens, closes, there, write(round(length), days=False), write(round(worked), days=False))
        )
        if worked >= seconds - 0.5:
            break
    return found


def local(moment: datetime, zone: ZoneInfo, since: datetime | None = None) -> str:
    """`Mon 9 March 09:00` in a zone; the hour alone on the same day as `since`."""
    there = moment.astimezone(zone)
    same = since is not None and since.astimezone(zone).date() == there.date()
    hour = f"{there:%H:%M}"
    return hour if same else f"{date_format(there, 'D')} {date_format(there, 'MONTH_DAY_FORMAT')} {hour}"


@dataclass(frozen=True)
class Promised:
    """One target of the policy that would apply, and when it would fall due."""

    metric: str
    target: str
    business: bool
    due_at: datetime | None
    there: str = ""
    elapsed: str = ""


@dataclass(frozen=True)
class Answer:
    """What a ticket would be promised: by which policy, counted in which hours."""

    version: SlaPolicyVersion | None
    rows: list[Promised]


def promise(
    at: datetime,
    category: Category,
    *,
    priority: str = "",
    channel: str = "web",
    language: str = "en",
    tier: str = "",
    entity: str = "",
) -> Answer:
    """What a ticket with these facts would be promised if it were filed at that moment."""
    standing = (frozenset({tier} - {""}), frozenset({entity} - {""}))
    facts = Facts(category.pk, priority or category.priority, channel, language, *standing)
    version = Matcher(list(reach.in_order())).first(facts)
    if version is None:
        return Answer(None, [])
    found = (version.target(metric, facts.tiers) for metric in Metric.values)
    return Answer(version, [_promised(version.calendar_version, target, at) for target in found if target])


def _promised(calendar: CalendarVersion, target: Target, at: datetime) -> Promised:
    hours = hours_of(calendar, target.mode)
    metric, business = str(Metric(target.metric).label), target.mode == "business"
    words = write(target.seconds, days=not business)
    try:
        due = after(at, target.seconds, hours)
    except (NoWorkingTime, OverflowError):
        return Promised(metric, words, business, None)
    elapsed = write(round(spent(at, due, None)))
    return Promised(metric, words, business, due, local(due, ZoneInfo(calendar.tz)), elapsed)
