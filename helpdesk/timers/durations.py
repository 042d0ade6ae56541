"""Lengths of time as people write them: “4 hours”, “90 min”, “1 d 12 h”, “4 小时”."""

import re

from django.utils.translation import ngettext

UNITS = {
    1: ("s", "sec", "secs", "second", "seconds", "秒", "秒钟"),
    60: ("m", "min", "mins", "minute", "minutes", "分", "分钟", "分鐘"),
    3600: ("h", "hr", "hrs", "hour", "hours", "小时", "时", "小時", "个小时"),
    86_400: ("d", "day", "days", "天", "日"),
    604_800: ("w", "wk", "week", "weeks", "周", "星期"),
}
_FACTORS = {word: factor for factor, words in UNITS.items() for word in words}
_PART = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*([a-z]+|[\u4e00-\u9fff]+)\s*(?:,|and|和|零)?\s*")
_LONGEST_TEXT, _MOST = 60, 2**31


def read(text: str) -> int | None:
    """The seconds a text means; None when it means nothing, no whole number of seconds, or far too many."""
    total = _total(text)
    return int(total) if total is not None and total == int(total) and total < _MOST else None


def is_endless(text: str) -> bool:
    """Whether the text is a length of time, but one that nobody can mean."""
    total = _total(text)
    return total is not None and total >= _MOST


def _total(text: str) -> float | None:
    rest, total = text.strip().lower()[:_LONGEST_TEXT], 0.0
    if not rest:
        return None
    while rest:
        found = _PART.match(rest)
        if not found or found[2] not in _FACTORS:
            return None
        total += float(found[1].replace(",", ".")) * _FACTORS[found[2]]
        rest = rest[found.end() :]
    return total


def has_days(text: str) -> bool:
    """Whether the text counts in days or weeks, which have no fixed length in working time."""
    found = (_PART.match(text.strip().lower()), *_PART.finditer(text.strip().lower()))
    return any(one is not None and _FACTORS.get(one[2], 0) >= 86_400 for one in found)


def write(seconds: int, *, days: bool = True) -> str:
    """The length in words that `read` understands; with `days` False in hours and smaller."""
    parts = []
    rest = int(seconds)
    for factor in (86_400, 3600, 60, 1):
        if factor == 86_400 and (not days or rest < 2 * 86_400):
            continue  # “24 hours” and “36 hours” say more than “1 day 12 hours”
        count, rest = divmod(rest, factor)
        if count:
            parts.append(_word(count, factor))
    return " ".join(parts) or _word(0, 60)


def _word(count: int, factor: int) -> str:
    words = {
        86_400: ngettext("%(count)s day", "%(count)s days", count),
        3600: ngettext("%(count)s hour", "%(count)s hours", count),
        60: ngettext("%(count)s minute", "%(count)s minutes", count),
        1: ngettext("%(count)s second", "%(count)s seconds", count),
    }
    return words[factor] % {"count": count}
