"""A calendar as its page sends it: rows of times, dates and holidays, kept as typed until all is right."""

import re
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.timers import public_holidays
from helpdesk.timers.calendars import WHOLE_DAY, Draft, HolidayChoice, Intervals

LONGEST_RANGE = 366
_TIME = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})")
_BETWEEN = re.compile(r"\s*(?:-|–|—|~|至|到|to)\s*")
_LIST = re.compile(r"[,;，；、]")


def number(text: str | None) -> int | None:
    """A small whole number, or None."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def clock(text: str) -> str:
    """`9:00` as `09:00`; anything else as it was typed."""
    found = _TIME.fullmatch(text.strip())
    return f"{int(found[1]):02}:{found[2]}" if found else text.strip()


def intervals(text: str) -> Intervals:
    """`09:00–12:00, 13:00–18:00` as pairs; nothing is a closed day."""
    found = []
    for part in filter(str.strip, _LIST.split(text)):
        ends = [clock(end) for end in _BETWEEN.split(part.strip())]
        found.append(ends if len(ends) == 2 else [part.strip(), ""])
    return found


class CalendarForm:
    """What is typed, ready to be shown again. `week` is seven lists of [from, to], `days` rows of dates."""

    nothing = {"from": "", "to": "", "hours": ""}

    def __init__(self, name: str = "", draft: Draft | None = None, seen: int | None = None) -> None:
        draft = draft or Draft(tz="UTC", week={str(day): [["09:00", "18:00"]] for day in range(5)})
        self.name, self.tz, self.seen = name, draft.tz, seen
        self.week = [[list(pair) for pair in draft.week.get(str(day), [])] for day in range(7)]
        self.days = _ranges(draft)
        chosen = draft.holidays
        self.set = chosen.set if chosen else ""
        self.first = str(chosen.first) if chosen else ""
        self.last = str(chosen.last) if chosen else ""
        self.open = set(chosen.open) if chosen else set()
        self.moved = bool(chosen and chosen.moved)
        self.errors: dict[str, list[str]] = {}

    @classmethod
    def typed(cls, data: QueryDict) -> "CalendarForm":
        """As the page sent it."""
        form = cls()
        form.name, form.tz = data.get("name", "")[:200], data.get("tz", "").strip()
        form.seen = number(data.get("seen", ""))
        for day in range(7):
            pairs = zip(data.getlist(f"w{day}-from"), data.getlist(f"w{day}-to"), strict=False)
            form.week[day] = [[clock(a), clock(b)] for a, b in pairs if a.strip() or b.strip()]
        rows = zip(data.getlist("day-from"), data.getlist("day-to"), data.getlist("day-hours"), strict=False)
        form.days = [
            {"from": a.strip(), "to": b.strip(), "hours": hours.strip()}
            for a, b, hours in rows
            if a.strip() or b.strip() or hours.strip()
        ]
        form.set, form.first, form.last = (data.get(f"h-{one}", "").strip() for one in ("set", "from", "to"))
        form.moved = "h-moved" in data
        if data.get("h-shown") == form.shown:
            form.open = {one.isoformat() for one in form._dates()} - set(data.getlist("h-closed"))
        return form

    @property
    def shown(self) -> str:
        """Which list of holidays the page shows; ticks of another one say nothing."""
        return f"{self.set}:{self.first}:{self.last}" if self.set else ""

    def change(self, wish: str) -> None:
        """What the page's small buttons do without script: room for more, hours copied, always open."""
        if wish.startswith("add-w") and wish[5:] in {"0", "1", "2", "3", "4", "5", "6"}:
            self.week[int(wish[5:])].append(["", ""])
        elif wish == "add-day":
            self.days.append({"from": "", "to": "", "hours": ""})
        elif wish == "copy":
            self.week[1:5] = [[list(pair) for pair in self.week[0]] for _day in range(4)]
        elif wish == "always":
            self.week = [[list(WHOLE_DAY)] for _day in range(7)]

    def draft(self) -> Draft | None:
        """The calendar meant, or None when a date cannot be read; then `errors` says which."""
        days: dict[str, Intervals] = {}
        for row in self.days:
            hours = intervals(row["hours"])
            for day in self._range(row):
                days[day] = hours
        if self.errors:
            return None
        week = {str(day): pairs for day, pairs in enumerate(self.week) if pairs}
        return Draft(self.tz, week, days, self._choice())

    def _choice(self) -> HolidayChoice | None:
        if not self.set:
            return None
        years = [int(year) if year.isdecimal() and len(year) == 4 else 0 for year in (self.first, self.last)]
        return HolidayChoice(self.set, years[0], years[1], tuple(sorted(self.open)), self.moved)

    def _range(self, row: dict[str, str]) -> list[str]:
        first, last = row["from"], row["to"] or row["from"]
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            return [first, last] if first != last else [first]  # refused later, by name
        if end < start or (end - start).days > LONGEST_RANGE:
            sentence = _("%(from)s to %(to)s: give the earlier date first, and a year at most.")
            self.errors.setdefault("days", []).append(sentence % {"from": first, "to": last})
            return []
        return [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]

    def _dates(self) -> list[date]:
        choice = self._choice()
        known = choice and choice.set in public_holidays.SETS
        if not choice or not known or not 1990 < choice.first <= choice.last < choice.first + 10:
            return []
        return [one.day for one in public_holidays.of(choice.set, choice.first, choice.last)]

    def holidays(self) -> list[dict[str, Any]]:
        """The days of the chosen set, each with whether it is closed."""
        choice = self._choice()
        if not choice or not self._dates():
            return []
        return [
            {"day": one.day, "iso": one.day.isoformat(), "en": one.en, "zh": one.zh,
             "closed": one.day.isoformat() not in self.open}
            for one in public_holidays.of(choice.set, choice.first, choice.last)
        ]  # fmt: skip

    def take(self, refusal: DomainError) -> None:
        """Put each sentence where its field is; those about none of them stand above the form."""
        if not refusal.fields:
            self.errors.setdefault("", []).append(str(refusal.message))
        for name, sentences in refusal.fields.items():
            self.errors.setdefault(name, []).extend(str(sentence) for sentence in sentences)


def _ranges(draft: Draft) -> list[dict[str, str]]:
    """Single days as few rows as possible: neighbours with the same hours are one."""
    rows: list[dict[str, str]] = []
    for text in sorted(draft.days):
        hours = ", ".join("–".join(pair) for pair in draft.days[text])
        day = date.fromisoformat(text)
        before = (day - timedelta(days=1)).isoformat()
        if rows and rows[-1]["hours"] == hours and (rows[-1]["to"] or rows[-1]["from"]) == before:
            rows[-1]["to"] = text
        else:
            rows.append({"from": text, "to": "", "hours": hours})
    return rows
