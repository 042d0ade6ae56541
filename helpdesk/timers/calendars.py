"""What a calendar may say: checked before anything is kept, and each refusal says what to do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.core.errors import Invalid

from . import public_holidays
from .arithmetic import Hours, NoWorkingTime, add
from .models import CalendarVersion

TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MIDNIGHT = "24:00"
WHOLE_DAY = ["00:00", MIDNIGHT]
MOST_INTERVALS, MOST_EXCEPTIONS, MOST_YEARS = 12, 2000, 10
YEARS_BACK, YEARS_AHEAD = 5, 20  # further away a date is a slip of the finger
Intervals = list[list[str]]


class CalendarFault(Invalid):
    code = "calendar_fault"


def day_name(weekday: int) -> str:
    """The weekday's name in the active language."""
    return date_format(date(2024, 1, 1) + timedelta(days=weekday), "l")


@dataclass(frozen=True)
class HolidayChoice:
    """A jurisdiction's holidays in some years; `open` are those worked all the same."""

    set: str
    first: int
    last: int
    open: tuple[str, ...] = ()
    moved: bool = False  # work the weekend days that were declared working days


@dataclass(frozen=True)
class Draft:
    """A calendar as somebody wants it. `days` are exceptions by hand; they count before public holidays."""

    tz: str = "UTC"
    week: Mapping[str, Intervals] = field(default_factory=dict)
    days: Mapping[str, Intervals] = field(default_factory=dict)
    holidays: HolidayChoice | None = None


def drafted(version: CalendarVersion) -> Draft:
    """The draft that a version was made from."""
    chosen = version.holidays
    from_set = {*chosen.get("days", {}), *chosen.get("worked", [])}
    by_hand = {day: hours for day, hours in version.exceptions.items() if day not in from_set}
    choice = None
    if chosen:
        choice = HolidayChoice(
            chosen["set"], chosen["from"], chosen["to"], tuple(chosen["open"]), chosen.get("moved", False)
        )
    return Draft(version.tz, version.week, by_hand, choice)


def checked(draft: Draft, now: datetime) -> dict[str, Any]:
    """The fields of a CalendarVersion, or CalendarFault with everything that is wrong, by field."""
    wrong: dict[str, list[Any]] = {}
    if draft.tz not in available_timezones():
        wrong["tz"] = [
            _("There is no time zone “%(zone)s”. Choose one from the list, such as Asia/Shanghai.")
            % {"zone": draft.tz[:60]}
        ]
    week = {str(day): sorted(_listed(draft.week.get(str(day), []))) for day in range(7)}
    for day, intervals in week.items():
        if told := _faults(intervals):
            wrong[f"day{day}"] = told
    days = {day: sorted(_listed(hours)) for day, hours in draft.days.items()}
    if told := _date_faults(days, now):
        wrong["days"] = told
    holidays, closed = _holidays(draft.holidays, days, week, now, wrong)
    if not wrong:
        _spills(week, closed | days, sorted(days), wrong)
    exceptions = dict(sorted((closed | days).items()))
    if not wrong:
        _opens_at_all(Hours(draft.tz, week, exceptions), now, wrong)
    if wrong:
        raise CalendarFault(fields=wrong)
    written = {day: intervals for day, intervals in week.items() if intervals}
    return {"tz": draft.tz, "week": written, "exceptions": exceptions, "holidays": holidays}


def _listed(intervals: Any) -> Intervals:
    """Two texts each; whatever is none becomes one that is refused."""
    pairs = intervals if isinstance(intervals, list | tuple) else [intervals]
    return [
        [str(one[0])[:5], str(one[1])[:5]] if isinstance(one, list | tuple) and len(one) == 2 else ["?", "?"]
        for one in pairs
    ]


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _ends(opens: str, closes: str) -> tuple[int, int]:
    start, end = _minutes(opens), _minutes(closes)
    return start, end if end > start else end + 24 * 60


def _faults(intervals: Intervals) -> list[str]:
    """What is wrong within one day."""
    told = []
    if len(intervals) > MOST_INTERVALS:
        told.append(_("At most %(count)s intervals fit into a day. Join some.") % {"count": MOST_INTERVALS})
    for opens, closes in intervals:
        if not TIME.fullmatch(opens) or not (TIME.fullmatch(closes) or closes == MIDNIGHT):
            told.append(
                _("“%(from)s–%(to)s” are not two times. Write them like 09:00 and 18:00; midnight is 24:00.")
                % {"from": opens, "to": closes}
            )
        elif opens == closes:
            told.append(
                _("%(at)s opens and closes at the same time. For the whole day write 00:00 to 24:00.")
                % {"at": opens}
            )
    if told:
        return told
    for (a, b), (c, d) in pairwise(sorted(intervals)):
        if _ends(a, b)[1] > _minutes(c):
            told.append(
                _("%(one)s and %(other)s overlap. Join them into one interval, or end the first earlier.")
                % {"one": f"{a}–{b}", "other": f"{c}–{d}"}
            )
    return told


def _date_faults(days: Mapping[str, Intervals], now: datetime) -> list[str]:
    told = []
    if len(days) > MOST_EXCEPTIONS:
        told.append(_("At most %(count)s single days can differ.") % {"count": MOST_EXCEPTIONS})
    for text, intervals in days.items():
        try:
            day = date.fromisoformat(text)
        except ValueError:
            told.append(
                _("“%(day)s” is not a date. Write it like 2026-02-17; a day that exists.")
                % {"day": text[:20]}
            )
            continue
        if not now.year - YEARS_BACK <= day.year <= now.year + YEARS_AHEAD:
            told.append(
                _("%(day)s is too far away. Give a date between %(from)s and %(to)s.")
                % {"day": text, "from": now.year - YEARS_BACK, "to": now.year + YEARS_AHEAD}
            )
        told += [f"{text}: {one}" for one in _faults(intervals)]
    return told[:10]


def _holidays(
    choice: HolidayChoice | None,
    days: Mapping[str, Intervals],
    week: Mapping[str, Intervals],
    now: datetime,
    wrong: dict[str, list[Any]],
) -> tuple[dict[str, Any], dict[str, Intervals]]:
    """How the holidays were chosen, and the hours of the days they change."""
    if choice is None:
        return {}, {}
    if choice.set not in public_holidays.SETS:
        wrong["holidays"] = [_("There are no holidays for “%(set)s”.") % {"set": choice.set[:20]}]
        return {}, {}
    nearest, furthest = now.year - YEARS_BACK, now.year + MOST_YEARS
    if not (nearest <= choice.first <= choice.last <= furthest) or choice.last - choice.first >= MOST_YEARS:
        wrong["holidays"] = [
            _("Choose a first and a last year between %(from)s and %(to)s, ten years at most.")
            % {"from": nearest, "to": furthest}
        ]
        return {}, {}
    known = {one.day.isoformat(): one for one in public_holidays.of(choice.set, choice.first, choice.last)}
    opened = sorted(set(choice.open) & set(known))
    off = {day: one for day, one in known.items() if day not in opened and day not in days}
    worked = {}
    if choice.moved:
        moved = public_holidays.moved_workdays(choice.set, choice.first, choice.last)
        worked = {day.isoformat(): week["0"] for day in moved if day.isoformat() not in {**days, **off}}
    kept = {
        "set": choice.set,
        "from": choice.first,
        "to": choice.last,
        "open": opened,
        "moved": choice.moved,
        "days": {day: {"en": one.en, "zh": one.zh} for day, one in off.items()},
        "worked": sorted(worked),
    }
    return kept, {day: [] for day in off} | worked


def _spills(
    week: Mapping[str, Intervals],
    days: Mapping[str, Intervals],
    by_hand: list[str],
    wrong: dict[str, list[Any]],
) -> None:
    """A shift over midnight may not meet the hours of the day after."""

    def meets(before: Intervals, after: Intervals) -> tuple[list[str], list[str]] | None:
        for opens, closes in before:
            beyond = _ends(opens, closes)[1] - 24 * 60
            for one in after:
                if beyond > _minutes(one[0]):
                    return [opens, closes], one
        return None

    def tell(where: str, before: str, found: tuple[list[str], list[str]]) -> None:
        sentence = _("%(day)s %(one)s runs over midnight into %(other)s. End it earlier, or begin later.")
        named = {"day": before, "one": "–".join(found[0]), "other": "–".join(found[1])}
        wrong.setdefault(where, []).append(sentence % named)

    for day in range(7):
        after = (day + 1) % 7
        if found := meets(week[str(day)], week[str(after)]):
            tell(f"day{after}", day_name(day), found)
    for text in by_hand:
        this = date.fromisoformat(text)
        for first, second in ((this - timedelta(days=1), this), (this, this + timedelta(days=1))):
            a, b = (days.get(d.isoformat(), week[str(d.weekday())]) for d in (first, second))
            if found := meets(a, b):
                tell("days", first.isoformat(), found)


def _opens_at_all(hours: Hours, now: datetime, wrong: dict[str, list[Any]]) -> None:
    try:
        add(hours, now.astimezone(UTC), 1)
    except NoWorkingTime:
        wrong["week"] = [_("This calendar never opens. Give at least one day working hours.")]
