"""Moments on pages: in the viewer's zone, machine-readable, made once."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

register = template.Library()


def zh() -> bool:
    return (get_language() or "").startswith("zh")


def clock(moment: datetime, now: datetime | None = None) -> str:
    """`14:05` today, `21 Nov 14:05` else, with the year when it is another one; in the viewer's zone."""
    local, today = timezone.localtime(moment), timezone.localtime(now or timezone.now())
    hour = f"{local:%H:%M}"
    if local.date() == today.date():
        return hour
    if zh():
        day = f"{local.month}月{local.day}日"
        return f"{day} {hour}" if local.year == today.year else f"{local.year}年{day} {hour}"
    day = f"{local.day} {MONTHS[local.month - 1]}"
    return f"{day} {hour}" if local.year == today.year else f"{day} {local.year} {hour}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def span(seconds: float) -> str:
    """A length of time in at most two units: `2 h 10 min`, `3 d 4 h`, `40 s`."""
    seconds = int(abs(seconds))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes = rest // 60
    if zh():
        parts = [f"{days} 天"] * bool(days) + [f"{hours} 小时"] * bool(hours)
        parts += [f"{minutes} 分钟"] * bool(minutes and not days)
        return " ".join(parts) or f"{seconds} 秒"
    parts = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours)
    parts += [f"{minutes} min"] * bool(minutes and not days)
    return " ".join(parts) or f"{seconds} s"


@register.simple_tag
def when(moment: datetime | None, kind: str = "") -> SafeString:
    """A `<time>` element: short on the page, complete on hover, exact for machines."""
    if moment is None:
        return format_html("{}", "–")
    local = timezone.localtime(moment)
    full = f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        moment.isoformat(),
        full,
        format_html(' data-when="{}"', kind) if kind else "",
        clock(moment),
    )


@register.simple_tag
def remaining(moment: datetime | None) -> str:
    """What is left until a moment, or how long it is past: `in 23 min`, `late 2 h 10 min`."""
    if moment is None:
        return ""
    left = (moment - timezone.now()).total_seconds()
    words = gettext("in %(span)s") if left >= 0 else gettext("late %(span)s")
    return words % {"span": span(left)}


@register.simple_tag
def ago(moment: datetime | None) -> str:
    """How long ago: `12 min ago`."""
    if moment is None:
        return ""
    return gettext("%(span)s ago") % {"span": span((timezone.now() - moment).total_seconds())}
