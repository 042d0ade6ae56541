"""Public holidays of the jurisdictions the house knows, worked out here, without asking anybody."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class HolidaySet:
    """The holidays of one jurisdiction; `chinese` when the source itself names them in Chinese."""

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


# The source names only the Chinese days in Chinese.
_CHINESE = {
    "ANZAC Day": "澳新军团日", "Australia Day": "澳大利亚国庆日", "Boxing Day": "节礼日",
    "Christmas Day": "圣诞节", "Commemoration Day": "阵亡将士纪念日",
    "Coronation of Charles III": "查尔斯三世加冕日", "Cyprus Independence Day": "塞浦路斯独立日",
    "Cyprus National Day": "塞浦路斯国庆日", "Day After Christmas": "圣诞节次日",
    "Day of Arafah": "阿拉法特日",
    "Death of Sheikh Khalifa bin Zayed Al Nahyan": "哈利法总统逝世哀悼日",
    "Dormition of the Mother of God": "圣母安息日", "Easter Monday": "复活节星期一",
    "Easter Saturday": "复活节星期六", "Easter Sunday": "复活节", "Eid al-Adha": "宰牲节",
    "Eid al-Adha Holiday": "宰牲节假期", "Eid al-Fitr": "开斋节", "Eid al-Fitr Holiday": "开斋节假期",
    "Epiphany": "主显节", "Good Friday": "耶稣受难日", "Greek Independence Day": "希腊独立日",
    "Green Monday": "洁净星期一", "Islamic New Year": "伊斯兰新年", "King's Birthday": "国王诞辰日",
    "Labor Day": "劳动节", "Late Summer Bank Holiday": "夏季银行假日", "May Day": "五月节",
    "National Day": "国庆日", "National Day of Mourning for Queen Elizabeth II": "伊丽莎白二世女王全国哀悼日",
    "New Year's Day": "元旦", "Ohi Day": "说不日", "Pentecost Monday": "圣灵降临节星期一",
    "Platinum Jubilee of Elizabeth II": "伊丽莎白二世登基七十周年", "Prophet's Birthday": "圣纪节",
    "Queen's Birthday": "女王诞辰日", "Spring Bank Holiday": "春季银行假日",
    "State Funeral of Queen Elizabeth II": "伊丽莎白二世女王国葬日",
}  # fmt: skip
_SUFFIXES = {" (observed)": "（补假）", " (estimated)": "（预计）"}
_AMERICAN = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")


@dataclass(frozen=True)
class Holiday:
    """A day off, named in both languages; `zh` is empty for a name that nobody has translated yet."""

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
    told = named("zh_CN") if chosen.chinese else {day: _in_chinese(name) for day, name in english.items()}
    # The source writes dates as the month before the day; the house writes them the same for everybody.
    return tuple(
        Holiday(day, _AMERICAN.sub(r"\3-\1-\2", english[day]), told.get(day, "")) for day in sorted(english)
    )


def _in_chinese(name: str) -> str:
    """The Chinese name, of several on one day all of them; empty when one of them has none."""
    told = []
    for one in name.split("; "):
        suffix = next((end for end in _SUFFIXES if one.endswith(end)), "")
        chinese = _CHINESE.get(one.removesuffix(suffix), "")
        told.append(chinese and chinese + _SUFFIXES.get(suffix, ""))
    return "、".join(told) if all(told) else ""


def moved_workdays(code: str, first: int, last: int) -> list[date]:
    """Saturdays and Sundays that are worked in exchange for a longer holiday, where a set declares any."""
    chosen = SETS[code]
    years = list(range(first, last + 1))
    found = holidays.country_holidays(chosen.country, subdiv=chosen.subdivision, years=years)
    # The source fills this in while it works the years out.
    worked = getattr(found, "weekend_workdays", None) or set()
    return sorted(day for day in worked if first <= day.year <= last)
