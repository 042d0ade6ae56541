"""Bodies: at most a megabyte of JSON, not too deep, and no characters that a database cannot keep."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from .errors import TooLarge

MOST_BYTES = 1024 * 1024
DEEPEST = 20


class StrictJSON(JSONParser):
    """JSON that is what it says and can be stored."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The body as plain values; 400 or 413 with a reason."""
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge(_("A JSON body may hold one megabyte at most."))
        try:
            value = super().parse(io.BytesIO(raw), media_type, dict(parser_context or {}))
        except RecursionError:
            raise ParseError(_("This JSON is nested too deeply.")) from None
        _check(value, DEEPEST)
        return value


def storable(text: str) -> bool:
    """No null bytes, no halves of characters."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _check(value: Any, depth: int) -> None:
    if depth == 0:
        raise ParseError(_("This JSON is nested too deeply."))
    match value:
        case str():
            if not storable(value):
                raise ParseError(_("The text holds null bytes or broken characters."))
        case dict():
            for key, inner in value.items():
                _check(key, depth)
                _check(inner, depth - 1)
        case list():
            for inner in value:
                _check(inner, depth - 1)
