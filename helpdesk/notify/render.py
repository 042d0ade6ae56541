"""A notice in words: in the recipient's language and time zone, from the templates of its kind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from helpdesk.core.richtext import plain
from helpdesk.core.text import one_line

from . import kinds
from .models import Notice

LISTED = 500  # lines of a digest; beyond that nobody reads a letter


@dataclass(frozen=True)
class Words:
    """A letter, ready to be carried."""

    subject: str
    text: str
    html: str


def letter(notice: Notice) -> Words:
    """The e-mail: subject, plain text, and HTML made from the text where the kind has none of its own."""
    with _as_read_by(notice):
        values = _values(notice)
        subject = one_line(_text(f"messages/{notice.kind}/subject.txt", values))
        text = _text(f"messages/{notice.kind}/body.txt", values).strip() + "\n"
        words = values | {"subject": subject, "paragraphs": plain(text), "text": text}
        try:
            html = get_template(f"messages/{notice.kind}/body.html").render(words)
        except TemplateDoesNotExist:
            html = get_template("messages/letter.html").render(words)
    return Words(subject[:300], text, html)


def digest(notices: Sequence[Notice]) -> Words:
    """One e-mail in place of many to the same person: a line and an address for each."""
    with _as_read_by(notices[0]):
        lines = []
        for notice in notices[:LISTED]:
            values = _values(notice)
            lines.append(
                {"text": one_line(_text(f"messages/{notice.kind}/line.txt", values)), "url": values["url"]}
            )
        values = _values(notices[0]) | {
            "lines": lines,
            "count": len(notices),
            "more": len(notices) - len(lines),
        }
        subject = one_line(_text("messages/digest_subject.txt", values))
        text = _text("messages/digest.txt", values).strip() + "\n"
        words = values | {"subject": subject, "paragraphs": plain(text), "text": text}
        html = get_template("messages/letter.html").render(words)
    return Words(subject[:300], text, html)


def bell_item(notice: Notice) -> str:
    """The line behind the bell, as safe HTML in the language that is active now."""
    values = _values(notice)
    try:
        return get_template(f"messages/{notice.kind}/inapp.html").render(values)
    except TemplateDoesNotExist:
        return get_template("messages/inapp.html").render(values | {"title": kinds.get(notice.kind).title})


def _text(name: str, values: dict[str, Any]) -> str:
    # Plain text knows no markup, so nothing is escaped; the HTML letter escapes it again from the text.
    template = Engine.get_default().get_template(name)
    return template.render(Context(values, autoescape=False))


def _values(notice: Notice) -> dict[str, Any]:
    url = notice.url
    return {key: _revived(value) for key, value in notice.context.items()} | {
        "notice": notice,
        "person": notice.person,
        "base_url": settings.BASE_URL,
        "path": url,
        "url": settings.BASE_URL + url if url.startswith("/") else url,
        "product": _("Customer service"),
        "zone": timezone.get_current_timezone_name(),
        "lang": "zh-Hans" if (translation.get_language() or "").startswith("zh") else "en",
    }


def _revived(value: Any) -> Any:
    """Moments travel as ISO text and are moments again for the templates."""
    if isinstance(value, str) and 19 <= len(value) <= 40 and value[10:11] == "T":
        try:
            moment = parse_datetime(value)
        except ValueError:
            return value
        return moment if moment is not None and timezone.is_aware(moment) else value
    return value


@contextmanager
def _as_read_by(notice: Notice) -> Iterator[None]:
    person = notice.person
    language = getattr(person, "language", "") or notice.language
    if language not in dict(settings.LANGUAGES):
        language = "en"
    try:
        zone = ZoneInfo(getattr(person, "time_zone", "") or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    with translation.override(language), timezone.override(zone):
        yield
