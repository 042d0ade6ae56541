"""Public holidays of the jurisdictions the house knows, worked out here, without asking anybody."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class HolidaySet:
    """The holidays of one jurisdiction; `chinese` when the source names them in Chinese too."""

    name: str | Promise
    country: str
    subdivision: str | None = None
    chinese: bool = False


SETS = {
    "CN": HolidaySet(_("China"), "CN", chinese=True),
    "GB-ENG": HolidaySet(_("England and Wales"), "GB", "ENG"),
    "CY": HolidaySet(_("Cyprus"), "CY"),
    "AU-NSW": HolidaySet(_("Australia, New South Wales"), "AU", "NSW"),
    "AE": HolidaySet(_("United Arab Emirates"), "AE"),
}


@dataclass(frozen=True)
class Holiday:
    """A day off. `zh` is empty where nobody gives it a Chinese name."""

    day: date
    en: str
    zh: str = ""


def of(code: str, first: int, last: int) -> list[Holiday]:
    """The holidays of a set in these years, in order."""
    return [holiday for year in range(first, last + 1) for holiday in _year(code, year)]


@lru_cache(maxsize=200)
def _year(code: str, year: int) -> tuple[Holiday, ...]:
    chosen = SETS[code]

    def named(language: str) -> dict[date, str]:
        found = holidays.country_holidays(
            chosen.country, subdiv=chosen.subdivision, years=year, language=language
        )
        return dict(found.items())

    english = named("en_US")
    chinese = named("zh_CN") if chosen.chinese else {}
    return tuple(Holiday(day, english[day], chinese.get(day, "")) for day in sorted(english))


def moved_workdays(code: str, first: int, last: int) -> list[date]:
    """Saturdays and Sundays that are worked in exchange for a longer holiday, where a set declares any."""
    chosen = SETS[code]
    years = list(range(first, last + 1))
    found = holidays.country_holidays(chosen.country, subdiv=chosen.subdivision, years=years)
    # The source fills this in while it works the years out.
    worked = getattr(found, "weekend_workdays", None) or set()
    return sorted(day for day in worked if first <= day.year <= last)
