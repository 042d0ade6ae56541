"""Cleaning what people type: the same characters for the same words, and none that fool the reader."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Control characters break logs, mail headers and terminals; bidi overrides let a text pretend to be another.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")


def no_control_characters(value: str) -> None:
    """Validator: refuses null bytes, control characters and direction overrides."""
    if _FORBIDDEN.search(value):
        raise ValidationError(
            _("This text holds invisible control characters. Please remove them."),
            code="control_characters",
        )


def one_line(value: str) -> str:
    """NFC, no line breaks, single spaces: for subjects and names."""
    return _SPACES.sub(" ", _FORBIDDEN.sub("", unicodedata.normalize("NFC", value))).strip()


def many_lines(value: str) -> str:
    """NFC with `\\n` line ends, for messages."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _FORBIDDEN.sub("", value).strip()


def preview(value: str, length: int = 120) -> str:
    """The first `length` characters on one line."""
    line = one_line(value[: length * 4])
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
