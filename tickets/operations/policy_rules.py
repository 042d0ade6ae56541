"""What a policy may say. Each refusal names the field and says what to do; nothing is kept until then."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import LegalEntity
from helpdesk.timers.arithmetic import Hours, NoWorkingTime, add
from helpdesk.timers.durations import write
from helpdesk.timers.models import Calendar, CalendarVersion

from ..errors import PolicyFault
from ..models import Category
from ..models.sla import standard_ladder
from ..states import Channel, Hearer, Metric, PauseReason, Priority

LONGEST = 366 * 24 * 3600
SHORTEST_RENEWAL = 60  # a new promise that is broken in the same breath would promise for ever
FURTHEST = timedelta(days=3 * 366)
MOST_RUNGS, MOST_VALUES = 12, 200
LATEST_RUNG = 60 * 24 * 3600
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,19}")
TIER = re.compile(r"[\w][\w .-]{0,19}")
RUNG_FIELDS = {"key", "metric", "share", "after", "tell", "raise_priority", "apologise"}


@dataclass(frozen=True)
class Content:
    """A policy version as somebody wants it, not yet looked at."""

    calendar: str
    targets: Any
    conditions: Any = field(default_factory=dict)
    ladder: Any = None
    pauses: Any = field(default_factory=dict)
    speed: Any = field(default_factory=dict)
    apology_seconds: Any = 3600


def checked(content: Content, now: datetime) -> dict[str, Any]:
    """The fields of a SlaPolicyVersion, or PolicyFault with every field that is wrong."""
    wrong: dict[str, list[Any]] = {}
    clean: dict[str, Any] = {}
    # Held, so that nobody takes it out of use meanwhile.
    calendar = Calendar.objects.select_for_update(no_key=True).filter(code=content.calendar).first()
    if calendar is None or not calendar.active:
        wrong["calendar"] = [_("There is no calendar “%(code)s”.") % {"code": str(content.calendar)[:40]}]
    parts = {
        "conditions": lambda: _conditions(content.conditions),
        "targets": lambda: _targets(content.targets),
        "ladder": lambda: standard_ladder() if content.ladder is None else _ladder(content.ladder),
        "pauses": lambda: _pauses(content.pauses),
        "speed": lambda: _speed(content.speed),
        "apology_seconds": lambda: _renewal(content.apology_seconds),
    }
    for name, check in parts.items():
        try:
            clean[name] = check()
        except _Wrong as fault:
            wrong[name] = [fault.sentence]
    if calendar is not None and "targets" in clean:
        clean["calendar_version"] = calendar.current
        if told := _out_of_reach(clean["targets"], clean["calendar_version"], now):
            wrong["targets"] = told
    if wrong:
        raise PolicyFault(fields=wrong)
    return clean


class _Wrong(Exception):
    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def _conditions(raw: Any) -> dict[str, list[str]]:
    known: dict[str, set[str] | None] = {
        "category": set(Category.objects.values_list("code", flat=True)),
        "subject": set(Category.objects.subjects().values_list("code", flat=True)),
        "priority": set(Priority.values),
        "channel": set(Channel.values),
        "language": {"zh-hans", "en"},
        "entity": set(LegalEntity.objects.values_list("code", flat=True)),
        "tier": None,  # the platform's own words; an account with a new one may come tomorrow
    }
    if not isinstance(raw, dict):
        raise _Wrong(_('Give an object such as {"category": ["GEN-ASK"]}.'))
    for key, values in raw.items():
        if key not in known:
            raise _Wrong(_("There is no condition called “%(key)s”.") % {"key": str(key)[:40]})
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise _Wrong(_("“%(key)s” needs a list of texts.") % {"key": key})
        accepted = known[key]
        unknown = sorted(
            v for v in set(values) if (v not in accepted if accepted is not None else not TIER.fullmatch(v))
        )
        if unknown or len(values) > MOST_VALUES:
            told = ", ".join(value[:40] for value in unknown[:10])
            raise _Wrong(_("Unknown in “%(key)s”: %(values)s.") % {"key": key, "values": told or "…"})
    return {key: sorted(set(values)) for key, values in raw.items() if values}


def _targets(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not raw:
        raise _Wrong(_("Give at least one target with metric, seconds and mode."))
    rows: dict[str, dict[str, Any]] = {}
    for row in raw:
        if not isinstance(row, dict) or not _one_of(row.get("metric"), Metric.values):
            raise _Wrong(_("Each target needs a metric: %(all)s.") % {"all": ", ".join(Metric.values)})
        seconds, mode = row.get("seconds"), row.get("mode", "calendar")
        if not _whole(seconds, 1, LONGEST):
            raise _Wrong(_("Seconds must be a whole number from 1 to one year."))
        if not _one_of(mode, ("calendar", "business")):
            raise _Wrong(_("Mode must be “calendar” or “business”."))
        if row["metric"] in rows:
            raise _Wrong(_("“%(metric)s” is promised twice.") % {"metric": row["metric"]})
        rows[row["metric"]] = {"metric": row["metric"], "seconds": seconds, "mode": mode}
    return [rows[metric] for metric in Metric.values if metric in rows]


def _out_of_reach(targets: list[dict[str, Any]], version: CalendarVersion, now: datetime) -> list[str]:
    """Working-time targets that this calendar cannot hold, or not within three years."""
    hours, told = Hours(version.tz, version.week, version.exceptions), []
    for row in targets:
        if row["mode"] != "business":
            continue
        named = {
            "metric": Metric(row["metric"]).label,
            "time": write(row["seconds"], days=False),
            "calendar": str(version.calendar),
        }
        try:
            reached = add(hours, now.astimezone(UTC), row["seconds"]) <= now + FURTHEST
        except NoWorkingTime:
            reached = False
        if not reached:
            told.append(
                _(
                    "%(metric)s: the calendar “%(calendar)s” does not hold %(time)s of working time within "
                    "three years. Shorten the target, count it around the clock, or choose another calendar."
                )
                % named
            )
    return told


def _one_of(value: Any, known: Collection[str]) -> bool:
    return isinstance(value, str) and value in known


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _ladder(raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or len(raw) > MOST_RUNGS:
        raise _Wrong(_("Give a list of at most %(most)s rungs.") % {"most": MOST_RUNGS})
    rungs = [_rung(row) for row in raw]
    rungs.sort(key=lambda rung: (0, rung["share"]) if "share" in rung else (1, rung["after"]))
    taken = [rung["key"] for rung in rungs if rung["key"]]
    if len(taken) != len(set(taken)):
        raise _Wrong(_("Two rungs have the same key. Give each its own, or leave them out."))
    for rung in rungs:
        rung["key"] = rung["key"] or _free_key(rung, taken)
        taken.append(rung["key"])
    if taken and not any("after" in rung and rung["after"] == 0 for rung in rungs):
        raise _Wrong(_("The ladder says nothing about the breach itself. Add a rung at the breach."))
    return rungs


def _rung(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict) or set(row) - RUNG_FIELDS:
        raise _Wrong(_("A rung has only these fields: %(all)s.") % {"all": ", ".join(sorted(RUNG_FIELDS))})
    metric, share, after, key = row.get("metric", ""), row.get("share"), row.get("after"), row.get("key", "")
    tell = row.get("tell", [])
    if not _one_of(metric, ("", *Metric.values)):
        raise _Wrong(_("Each target needs a metric: %(all)s.") % {"all": ", ".join(Metric.values)})
    if (share is None) == (after is None):
        raise _Wrong(_("A rung comes either before the breach (a share of the time) or after it (seconds)."))
    if share is not None and not (isinstance(share, int | float) and 0 < share < 1):
        raise _Wrong(_("The share of the time used up lies between 1 % and 99 %."))
    if after is not None and not _whole(after, 0, LATEST_RUNG):
        raise _Wrong(_("A rung after the breach comes at most 60 days after it."))
    if not isinstance(tell, list) or not all(_one_of(who, Hearer.values) for who in tell):
        raise _Wrong(_("A rung tells some of these: %(all)s.") % {"all": ", ".join(Hearer.values)})
    if not isinstance(key, str) or (key and not KEY.fullmatch(key)):
        raise _Wrong(_("A rung's key is a short word of small letters, digits and dashes."))
    raises, sorry = row.get("raise_priority", False), row.get("apologise", False)
    if not isinstance(raises, bool) or not isinstance(sorry, bool):
        raise _Wrong(_("“raise_priority” and “apologise” are true or false."))
    if sorry and share is not None:
        raise _Wrong(_("Nobody apologises before the promise is broken. Move the apology to the breach."))
    if not (tell or raises or sorry):
        raise _Wrong(_("A rung does nothing. Say whom it tells, or take it out."))
    when = {"share": round(float(share), 4)} if share is not None else {"after": after}
    told = [who for who in Hearer.values if who in tell]
    return {"key": key, "metric": metric, **when, "tell": told, "raise_priority": raises, "apologise": sorry}


def _free_key(rung: Mapping[str, Any], taken: Iterable[str]) -> str:
    if "share" in rung:
        base = f"used-{round(rung['share'] * 100)}"
    else:
        base = "breach" if rung["after"] == 0 else f"late-{max(1, rung['after'] // 60)}m"
    names = [base, *(f"{base}-{n}" for n in range(2, MOST_RUNGS + 2))]
    return next(name for name in names if name not in taken)


def _pauses(raw: Any) -> dict[str, int | None]:
    if not isinstance(raw, dict):
        raise _Wrong(_('Give an object such as {"customer": 1209600}.'))
    for reason, seconds in raw.items():
        if reason not in PauseReason.values:
            raise _Wrong(_("There is no reason to pause called “%(key)s”.") % {"key": str(reason)[:40]})
        if seconds is not None and not _whole(seconds, 60, LONGEST):
            raise _Wrong(_("A pause lasts at least a minute and at most a year, or has no end at all."))
    return raw


def _speed(raw: Any) -> dict[str, float]:
    if not isinstance(raw, dict) or len(raw) > MOST_VALUES:
        raise _Wrong(_('Give an object such as {"gold": 2}.'))
    for tier, factor in raw.items():
        if not isinstance(tier, str) or not TIER.fullmatch(tier):
            raise _Wrong(
                _("“%(tier)s” is no tier. Write it as the trading accounts do.") % {"tier": str(tier)[:40]}
            )
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0.1 <= factor <= 100:
            raise _Wrong(_("%(tier)s: give a factor from 0.1 to 100; 2 is twice as fast.") % {"tier": tier})
    return raw


def _renewal(raw: Any) -> int:
    if not _whole(raw, SHORTEST_RENEWAL, LONGEST):
        raise _Wrong(_("The new promise after a breach takes at least a minute and at most a year."))
    return int(raw)
