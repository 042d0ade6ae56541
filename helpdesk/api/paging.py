"""Pages by cursor: the place is remembered by its last id, so pages stay right while rows come in.

A cursor is opaque: base64 of which way and from which id. It proves nothing and needs no secret; what may
be seen is decided by the list it is applied to.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

MOST = 100


class CursorPages(BasePagination):
    """`next`, `previous`, `results`. `ascending` lists start with the oldest, others with the newest."""

    def __init__(self, *, ascending: bool = False, key: str = "pk") -> None:
        self.ascending, self.key = ascending, key
        self.next: str | None = None
        self.previous: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that `?cursor=` and `?limit=` ask for."""
        limit, (way, mark) = page_size(request), read_cursor(request)
        backwards = way == "p"
        upward = self.ascending != backwards
        if mark is not None:
            queryset = queryset.filter(**{f"{self.key}__{'gt' if upward else 'lt'}": mark})
        rows = list(queryset.order_by(self.key if upward else f"-{self.key}")[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows.reverse()
        if rows:
            first, last = self._mark(rows[0]), self._mark(rows[-1])
            if more or backwards:
                self.next = link(request, "n", last)
            if mark is not None and (more or not backwards):
                self.previous = link(request, "p", first)
        return rows

    def _mark(self, row: Any) -> int:
        return int(getattr(row, self.key))

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        """The page as an answer."""
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page's shape for the description of the API."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": address,
                "previous": address,
                "results": {"type": "array", "items": schema},
            },
        }


def page_of_list(request: Request, rows: Any) -> tuple[list[Any], str | None, str | None]:
    """One page of a ranked list that has no key to remember: the cursor holds the position."""
    limit, (_way, mark) = page_size(request), read_cursor(request)
    start = mark or 0
    page = list(rows[start : start + limit + 1])
    following = link(request, "n", start + limit) if len(page) > limit else None
    before = link(request, "n", max(0, start - limit)) if start > 0 else None
    return page[:limit], following, before


def page_size(request: Request) -> int:
    """`?limit=` between 1 and 100."""
    raw = request.query_params.get("limit", "")
    if not raw:
        return api_settings.PAGE_SIZE or MOST
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw[:9]) <= MOST:
        raise ValidationError({"limit": [_("Between 1 and 100, please.")]})
    return int(raw)


def read_cursor(request: Request) -> tuple[str, int | None]:
    """Which way and from which id; a cursor that we did not make is refused by name."""
    raw = request.query_params.get("cursor", "")
    if not raw:
        return "n", None
    try:
        way, mark = json.loads(base64.urlsafe_b64decode(raw.encode("ascii") + b"=" * (-len(raw) % 4)))
        if way in {"n", "p"} and type(mark) is int and 0 <= mark < 2**63:
            return way, mark
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise ValidationError({"cursor": [_("This is not a cursor of ours; start again without it.")]})


def link(request: Request, way: str, mark: int) -> str:
    """The address of a neighbouring page."""
    cursor = base64.urlsafe_b64encode(json.dumps([way, mark]).encode()).decode().rstrip("=")
    query = {key: value for key, value in request.query_params.items() if key != "cursor"}
    return f"{settings.BASE_URL}{request.path}?{urlencode(query | {'cursor': cursor})}"
