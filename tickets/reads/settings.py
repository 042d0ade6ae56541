"""What the pages of settings show: policies and calendars in words, and what each version changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import LegalEntity, Person, TradingAccount
from helpdesk.timers import public_holidays
from helpdesk.timers.calendars import WHOLE_DAY, day_name, drafted
from helpdesk.timers.durations import write
from helpdesk.timers.models import Calendar, CalendarVersion

from ..models import Category, PolicyRollout, SlaPolicy, SlaPolicyVersion
from ..models.sla import folded
from ..states import Channel, Hearer, Metric, PauseReason, Priority
from . import reach

Words = dict[str, str]
LANGUAGES = {"zh-hans": "简体中文", "en": "English"}
SHOWN = 4


@dataclass(frozen=True)
class PolicyRow:
    """One line of the list: what it takes and promises, and what stands in its way."""

    policy: SlaPolicy
    version: SlaPolicyVersion
    matches: list[tuple[str, str]]
    targets: list[str]
    takers: list[str] = field(default_factory=list)
    first: bool = False
    last: bool = False


def policy_rows() -> list[PolicyRow]:
    """The policies in force, in the order in which they are tried."""
    versions, names, shelf = list(reach.in_order()), Names(), reach.Shelf()
    movable = [version for version in versions if not version.policy.is_default]
    rows = []
    for version in versions:
        takers = [] if version.policy.is_default else reach.taken_by(version, versions, shelf)
        rows.append(
            PolicyRow(
                version.policy,
                version,
                matches(version, names),
                targets(version),
                [str(one.policy) for one in takers[:3]],
                first=version in movable[:1],
                last=version in movable[-1:],
            )
        )
    return rows


def idle_policies() -> list[SlaPolicy]:
    """Policies that were taken out of use."""
    return list(SlaPolicy.objects.listed().filter(active=False).order_by("name"))


class Names:
    """What codes are called, in the active language; read once for a page."""

    def __init__(self) -> None:
        self.category = {one.code: str(one) for one in Category.objects.all()}
        self.entity = dict(LegalEntity.objects.values_list("code", "name"))

    def of(self, key: str, value: str) -> str:
        """One accepted value in words."""
        if key in {"category", "subject"}:
            return self.category.get(value, value)
        if key == "entity":
            return self.entity.get(value, value)
        if key == "channel":
            return str(Channel(value).label)
        if key == "priority":
            return Priority(value).word
        return LANGUAGES.get(value, value)


def labels() -> Words:
    """What conditions look at."""
    return {
        "channel": _("Channel"),
        "priority": _("Priority"),
        "subject": _("Subject"),
        "category": _("Problem type"),
        "language": _("Language"),
        "tier": _("Trader's tier"),
        "entity": _("Company"),
    }


def matches(version: SlaPolicyVersion, names: Names, *, shown: int = SHOWN) -> list[tuple[str, str]]:
    """Each condition with its values in words; empty when every ticket fits."""
    told = []
    for key, label in labels().items():
        values = version.conditions.get(key)
        if not values:
            continue
        words = [names.of(key, value) for value in values[:shown]]
        text = pgettext("between items of a list", ", ").join(words)
        if len(values) > shown:
            text = _("%(some)s and %(count)s more") % {"some": text, "count": len(values) - shown}
        told.append((label, text))
    return told


def targets(version: SlaPolicyVersion) -> list[str]:
    """`First answer: 4 hours of working time`, one line each."""
    return [f"{Metric(row['metric']).label}{_(': ')}{_length(row)}" for row in version.targets]


def _length(row: dict[str, Any]) -> str:
    business = row["mode"] == "business"
    time = write(row["seconds"], days=not business)
    return _("%(time)s of working time") % {"time": time} if business else time


def rung(row: dict[str, Any]) -> str:
    """`At the breach: team, supervisors; priority up; apology to the trader`."""
    if "share" in row:
        when = _("At %(share)s of the time") % {"share": f"{round(row['share'] * 100)} %"}
    elif row["after"] == 0:
        when = _("At the breach")
    else:
        when = _("%(time)s after it") % {"time": write(row["after"])}
    acts = [str(Hearer(who).label) for who in row["tell"]]
    acts += [_("priority up")] * row["raise_priority"] + [_("apology to the trader")] * row["apologise"]
    only = f" ({Metric(row['metric']).label})" if row["metric"] else ""
    return f"{when}{only}{_(': ')}{pgettext('between items of a list', ', ').join(acts)}"


def described(version: SlaPolicyVersion, names: Names) -> Words:
    """Everything a version says, label by label, for comparing two of them."""
    told = {label: text for label, text in matches(version, names, shown=99)}
    told |= {str(Metric(row["metric"]).label): _length(row) for row in version.targets}
    told |= {_("Tier %(tier)s") % {"tier": tier}: f"× {factor:g}" for tier, factor in version.speed.items()}
    for reason in PauseReason:
        limit = version.longest_pause(reason)
        told[_("Longest pause: %(reason)s") % {"reason": reason.label}] = (
            _("no limit") if limit is None else write(limit)
        )
    told[_("New promise after a breach")] = write(version.apology_seconds)
    told[_("Ladder")] = " · ".join(rung(row) for row in version.ladder) or _("nobody is told")
    calendar = version.calendar_version
    told[_("Calendar")] = _("%(name)s, version %(number)s") % {
        "name": calendar.calendar,
        "number": calendar.number,
    }
    return told


@dataclass(frozen=True)
class Edition:
    """One version in the history: what it changed (label, before, after), by whom and when."""

    number: int
    at: datetime
    by: str
    changes: list[tuple[str, str, str]]
    rollouts: list[PolicyRollout] = field(default_factory=list)


def policy_history(policy: SlaPolicy) -> list[Edition]:
    """The versions of a policy, the newest first."""
    names = Names()
    rows = policy.versions.select_related("created_by", "calendar_version__calendar", "policy")
    versions = list(rows.prefetch_related("rollouts__by").order_by("number"))
    before: Words = {}
    editions = []
    for version in versions:
        now = described(version, names)
        changes = _changes(before, now) if before else []
        by = str(version.created_by) if version.created_by else _("The system")
        editions.append(
            Edition(version.number, version.created_at, by, changes, list(version.rollouts.all()))
        )
        before = now
    return editions[::-1]


def calendar_history(calendar: Calendar) -> list[Edition]:
    """The versions of a calendar, the newest first."""
    versions = list(calendar.versions.order_by("number"))
    people = Person.objects.in_bulk({one.author_id for one in versions if one.author_id})
    before: Words = {}
    editions = []
    for version in versions:
        now = hours_described(version)
        by = str(people[version.author_id]) if version.author_id in people else _("The system")
        changes = _changes(before, now) if before else []
        editions.append(Edition(version.number, version.created_at, by, changes))
        before = now
    return editions[::-1]


def _changes(before: Words, after: Words) -> list[tuple[str, str, str]]:
    keys = [*after, *(key for key in before if key not in after)]
    return [
        (key, before.get(key, "–"), after.get(key, "–")) for key in keys if before.get(key) != after.get(key)
    ]


def hours_described(version: CalendarVersion) -> Words:
    """A calendar in words, label by label."""
    told = {_("Time zone"): version.tz}
    for day in range(7):
        told[day_name(day)] = hours_in_words(version.week.get(str(day), []))
    for text, hours in drafted(version).days.items():
        told[date_format(date.fromisoformat(text), "DATE_FORMAT")] = hours_in_words(hours)
    if chosen := version.holidays:
        words = {"set": public_holidays.SETS[chosen["set"]].name, "from": chosen["from"], "to": chosen["to"]}
        told[_("Public holidays")] = _("%(set)s, %(from)s to %(to)s") % words
        told[_("Holidays that are worked")] = ", ".join(chosen["open"]) or "–"
    return told


def hours_in_words(hours: Iterable[list[str]]) -> str:
    """`09:00–12:00, 13:00–18:00`, “closed” or “around the clock”."""
    pairs = list(hours)
    if pairs == [WHOLE_DAY]:
        return _("around the clock")
    return ", ".join(f"{opens}–{closes}" for opens, closes in pairs) or pgettext("a day", "closed")


@dataclass(frozen=True)
class CalendarRow:
    """One line of the list of calendars."""

    calendar: Calendar
    version: CalendarVersion
    week: list[tuple[str, str]]
    holidays: str
    users: list[str]


def calendar_rows(calendars: Iterable[Calendar]) -> list[CalendarRow]:
    """Each with its week in as few lines as possible, and the policies that count in it."""
    users: dict[int, list[str]] = {}
    newest = SlaPolicyVersion.objects.newest().order_by("policy__is_default", "policy__position")
    for pk, name in newest.values_list("calendar_version__calendar", "policy__name"):
        users.setdefault(pk, []).append(name)
    rows = []
    for calendar in calendars:
        version = calendar.current
        chosen = version.holidays.get("set", "")
        named = str(public_holidays.SETS[chosen].name) if chosen else ""
        rows.append(CalendarRow(calendar, version, week_in_words(version), named, users.get(calendar.pk, [])))
    return rows


def week_in_words(version: CalendarVersion) -> list[tuple[str, str]]:
    """Neighbouring days with the same hours on one line: `Monday – Friday`, `09:00–18:00`."""
    lines: list[tuple[int, int, str]] = []
    for day in range(7):
        hours = hours_in_words(version.week.get(str(day), []))
        if lines and lines[-1][2] == hours:
            lines[-1] = (lines[-1][0], day, hours)
        else:
            lines.append((day, day, hours))
    return [
        (day_name(first) if first == last else f"{day_name(first)} – {day_name(last)}", hours)
        for first, last, hours in lines
    ]


def tiers() -> list[str]:
    """The tiers that trading accounts have."""
    return list(TradingAccount.objects.order_by("tier").values_list("tier", flat=True).distinct())


def unheld(version: SlaPolicyVersion) -> list[str]:
    """Tiers a policy names that no trading account has, yet."""
    named = [*version.conditions.get("tier", []), *version.speed]
    held = folded(tiers()) if named else frozenset()
    return [tier for tier in dict.fromkeys(named) if tier.casefold() not in held]


def choices() -> dict[str, Any]:
    """Everything a condition can name."""
    shelves: dict[str, list[Category]] = {}
    for category in Category.objects.choosable():
        shelves.setdefault(category.parent.code if category.parent else "", []).append(category)
    subjects = list(Category.objects.subjects())
    return {
        "subjects": subjects,
        "shelves": [(subject, shelves.get(subject.code, [])) for subject in subjects],
        "priorities": [(priority.value, priority.word) for priority in Priority],
        "channels": Channel.choices,
        "languages": list(LANGUAGES.items()),
        "entities": list(LegalEntity.objects.order_by("name").values_list("code", "name")),
        "tiers": tiers(),
        "metrics": Metric.choices,
        "hearers": Hearer.choices,
        "reasons": PauseReason.choices,
    }


def calendars_to_choose(chosen: str) -> list[Calendar]:
    """Calendars in use, and the one a policy has already."""
    return list(Calendar.objects.filter(Q(active=True) | Q(code=chosen)).order_by("name"))


def about_calendar(calendar: Calendar) -> dict[str, Any]:
    """Who counts in it, and where its newest version is not yet what open tickets have."""
    newest = SlaPolicyVersion.objects.newest().filter(calendar_version__calendar=calendar)
    rows = newest.select_related("policy").order_by("policy__is_default", "policy__position")
    return {"version": calendar.current, "users": [version.policy for version in rows]}


def last_rollout(policy: SlaPolicy) -> PolicyRollout | None:
    """The newest wish to apply a version of this policy to open tickets."""
    rows = PolicyRollout.objects.filter(version__policy=policy).select_related("version", "by")
    return rows.order_by("-pk").first()


def zones() -> list[str]:
    """Time zones people live in, by name."""
    named = {
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "System"))
    }
    return ["UTC", *sorted(named)]
