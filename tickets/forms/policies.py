"""A policy as its page sends it: conditions, times in words, a ladder; kept as typed until all is right."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import DomainError
from helpdesk.timers.durations import has_days, is_endless, read, write

from ..models import SlaPolicyVersion
from ..models.sla import standard_ladder
from ..states import LONGEST_PAUSE, Hearer, Metric, PauseReason
from .calendars import number

LISTS = ("category", "subject", "priority", "channel", "language", "entity")
FOREVER = {"-", "–", "none", "never", "no limit", "无", "不限", "无限期", "没有"}
BEFORE, AFTER = "before", "after"
_AT_BREACH: dict[str, Any] = {"after": 0, "raise_priority": True, "apologise": True}
LADDERS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "standard": (
        gettext_lazy("Usual: assignee, then team and supervisors, then the on-duty lead"),
        standard_ladder(),
    ),
    "urgent": (
        gettext_lazy("Urgent: supervisors at half the time, the on-duty lead at the breach"),
        [
            {"share": 0.5, "tell": ["supervisors"]},
            {"share": 0.75, "tell": ["assignee"]},
            {**_AT_BREACH, "tell": ["team", "supervisors", "duty_lead"]},
            {"after": 1800, "tell": ["duty_lead"]},
        ],
    ),
    "watched": (
        gettext_lazy("Watched: assignee and supervisors at three quarters"),
        [
            {"share": 0.75, "tell": ["assignee", "supervisors"]},
            {**_AT_BREACH, "tell": ["team", "supervisors"]},
            {"after": 1800, "tell": ["duty_lead"]},
        ],
    ),
    "quiet": (
        gettext_lazy("Quiet: nobody before the breach, the team at it"),
        [{"after": 0, "tell": ["team"], "apologise": True}],
    ),
}


class PolicyForm:
    """What is typed, ready to be shown again; `content()` is what the operations want."""

    def __init__(self, version: SlaPolicyVersion | None = None) -> None:
        conditions: dict[str, list[str]] = version.conditions if version else {}
        self.name = version.policy.name if version else ""
        self.seen = version.number if version else None
        self.chosen = {key: set(conditions.get(key, [])) for key in LISTS}
        self.tier = ", ".join(conditions.get("tier", []))
        self.calendar = version.calendar_version.calendar.code if version else ""
        rows = {row["metric"]: row for row in version.targets} if version else {}
        self.targets = {
            str(metric): {
                "time": write(rows[metric]["seconds"], days=rows[metric]["mode"] == "calendar")
                if metric in rows
                else "",
                "mode": rows[metric]["mode"] if metric in rows else "business",
            }
            for metric in Metric.values
        }
        self.speed = [[tier, f"{factor:g}"] for tier, factor in (version.speed if version else {}).items()]
        pauses = version.pauses if version else {}
        self.pauses = {
            str(reason): _limit(pauses.get(reason, LONGEST_PAUSE[PauseReason(reason)]))
            for reason in PauseReason.values
        }
        self.apology = write(version.apology_seconds if version else 3600)
        self.rungs = [_rung_row(rung) for rung in (version.ladder if version else standard_ladder())]
        self.errors: dict[str, list[str]] = {}

    @classmethod
    def typed(cls, data: QueryDict) -> "PolicyForm":
        """As the page sent it."""
        form = cls()
        form.name, form.calendar = data.get("name", "")[:200], data.get("calendar", "")[:40]
        form.seen = number(data.get("seen", ""))
        form.chosen = {key: set(data.getlist(key)[:200]) for key in LISTS}
        form.tier = data.get("tier", "")[:400]
        for metric, row in form.targets.items():
            row["time"], row["mode"] = data.get(f"t-{metric}", "")[:60], data.get(f"m-{metric}", "")[:10]
        pairs = zip(data.getlist("speed-tier"), data.getlist("speed-factor"), strict=False)
        form.speed = [
            [tier.strip(), factor.strip()] for tier, factor in pairs if tier.strip() or factor.strip()
        ]
        form.pauses = {str(reason): data.get(f"pause-{reason}", "")[:60] for reason in PauseReason.values}
        form.apology = data.get("apology", "")[:60]
        form.rungs = [
            {
                "key": data.get(f"r{n}-key", "")[:20],
                "when": data.get(f"r{n}-when", "")[:10],
                "amount": data.get(f"r{n}-amount", "")[:40].strip(),
                "metric": data.get(f"r{n}-metric", "")[:40],
                "tell": set(data.getlist(f"r{n}-tell")),
                "raise": f"r{n}-raise" in data,
                "apologise": f"r{n}-apologise" in data,
            }
            for n in range(min(number(data.get("rungs")) or 0, 30))
            if f"r{n}-gone" not in data
        ]
        return form

    def change(self, wish: str, data: QueryDict) -> None:
        """What the page's small buttons do: another rung, another tier, a ladder from the shelf."""
        if wish == "add-rung":
            self.rungs.append(_rung_row({"after": 3600, "tell": []}))
        elif wish == "add-speed":
            self.speed.append(["", ""])
        elif wish == "ladder" and (chosen := str(data.get("ladder"))) in LADDERS:
            self.rungs = [_rung_row(rung) for rung in LADDERS[chosen][1]]

    def content(self) -> dict[str, Any] | None:
        """What the operations want; None when a text cannot be read, then `errors` says which."""
        conditions: dict[str, list[str]] = {
            key: sorted(values) for key, values in self.chosen.items() if values
        }
        if tiers := [one.strip() for one in self.tier.replace("，", ",").split(",") if one.strip()]:
            conditions["tier"] = tiers
        given = {
            "conditions": conditions,
            "calendar": self.calendar,
            "targets": self._targets(),
            "speed": self._speed(),
            "pauses": self._pauses(),
            "apology_seconds": self._time("apology", self.apology),
            "ladder": self._ladder(),
        }
        return None if self.errors else given

    def _time(self, where: str, text: str) -> int:
        seconds = read(text)
        if seconds is None and is_endless(text):
            self._wrong(where, _("“%(text)s” is too long for a promise. Write less.") % {"text": text})
        elif seconds is None:
            self._wrong(
                where,
                _("“%(text)s” is not a length of time. Write it like “4 hours” or “90 min”.")
                % {"text": text},
            )
        return seconds or 0

    def _wrong(self, where: str, sentence: str) -> None:
        self.errors.setdefault(where, []).append(sentence)

    def _targets(self) -> list[dict[str, Any]]:
        rows = []
        for metric, row in self.targets.items():
            if not row["time"].strip():
                continue
            if row["mode"] == "business" and has_days(row["time"]):
                self._wrong(
                    f"t-{metric}",
                    _("A day of working time has no fixed length. Write hours, such as “16 hours”."),
                )
                continue
            rows.append(
                {"metric": metric, "seconds": self._time(f"t-{metric}", row["time"]), "mode": row["mode"]}
            )
        return rows

    def _speed(self) -> dict[str, float]:
        found = {}
        for tier, factor in self.speed:
            try:
                found[tier] = float(factor.replace(",", "."))
            except ValueError:
                self._wrong(
                    "speed",
                    _("%(tier)s: give a factor from 0.1 to 100; 2 is twice as fast.") % {"tier": tier},
                )
        return found

    def _pauses(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for reason, text in self.pauses.items():
            usual = LONGEST_PAUSE[PauseReason(reason)]
            endless = text.strip().lower() in FOREVER
            seconds = None if endless else (self._time(f"pause-{reason}", text) if text.strip() else usual)
            if seconds != usual:
                found[reason] = seconds
        return found

    def _ladder(self) -> list[dict[str, Any]]:
        rungs = []
        for row in self.rungs:
            rung: dict[str, Any] = {
                # A name that only tells the moment is made anew, as the moment may be another one now.
                "key": "" if row["key"].startswith(("used-", "breach", "late-")) else row["key"],
                "metric": row["metric"],
                "tell": sorted(row["tell"] & set(Hearer.values)),
                "raise_priority": row["raise"],
                "apologise": row["apologise"],
            }
            if row["when"] == BEFORE:
                rung["share"] = self._share(row["amount"])
            else:
                rung["after"] = self._time("ladder", row["amount"]) if row["amount"] not in {"", "0"} else 0
            rungs.append(rung)
        return rungs

    def _share(self, text: str) -> float:
        number = text.replace("%", "").replace("％", "").strip()
        if not number.isdecimal() or not 0 < int(number) < 100:
            self._wrong(
                "ladder", _("“%(text)s” is no share of the time. Write it like “75 %%”.") % {"text": text}
            )
            return 0.5
        return int(number) / 100

    @property
    def target_rows(self) -> list[tuple[str, dict[str, Any]]]:
        """Each metric with its label, what is typed, what is wrong with it, and what its absence means."""
        return [
            (
                metric,
                row
                | {
                    "label": Metric(metric).label,
                    "wrong": self.errors.get(f"t-{metric}"),
                    "without": _without(metric),
                },
            )
            for metric, row in self.targets.items()
        ]

    @property
    def speed_rows(self) -> list[list[str]]:
        """The tiers, and room for one when there is none."""
        return self.speed or [["", ""]]

    @property
    def pause_rows(self) -> list[tuple[str, str, str, list[str] | None]]:
        """Each reason with its label, what is typed, and what is wrong with it."""
        return [
            (reason, str(PauseReason(reason).label), text, self.errors.get(f"pause-{reason}"))
            for reason, text in self.pauses.items()
        ]

    def take(self, refusal: DomainError) -> None:
        """Put each sentence where its field is; those about none of them stand above the form."""
        if not refusal.fields:
            self._wrong("", str(refusal.message))
        for name, sentences in refusal.fields.items():
            for sentence in sentences:
                self._wrong("apology" if name == "apology_seconds" else name, str(sentence))


def _without(metric: str) -> str:
    """What a policy leaves out when it says nothing about a metric."""
    return {
        Metric.FIRST_RESPONSE: _("Tickets under this policy get no promise of a first answer."),
        Metric.NEXT_RESPONSE: _("Tickets under this policy get no promise of further answers."),
        Metric.PERIODIC_UPDATE: _("Tickets under this policy get no promise of regular news."),
        Metric.RESOLUTION: _("Tickets under this policy get no promise of a solution."),
    }[Metric(metric)]


def _limit(seconds: int | None) -> str:
    return _("no limit") if seconds is None else write(seconds)


def _rung_row(rung: dict[str, Any]) -> dict[str, Any]:
    before = "share" in rung
    return {
        "key": rung.get("key", ""),
        "when": BEFORE if before else AFTER,
        "amount": f"{round(rung['share'] * 100)} %"
        if before
        else (write(rung["after"]) if rung["after"] else ""),
        "metric": rung.get("metric", ""),
        "tell": set(rung.get("tell", [])),
        "raise": rung.get("raise_priority", False),
        "apologise": rung.get("apologise", False),
    }
