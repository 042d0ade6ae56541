"""Search for programs: the same kinds, rules and ranking as the search page."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api import paging
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.api.views import ApiView
from helpdesk.search import index
from helpdesk.search.query import LONGEST

LANGUAGES = ("zh-hans", "en")


class HitOut(serializers.Serializer):
    """Something found. `snippet` is HTML: escaped, with what was looked for in `<mark>`."""

    kind = serializers.CharField()
    id = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()
    snippet = serializers.CharField()
    language = serializers.CharField()
    score = serializers.FloatField()


class Search(ApiView):
    """Everything the key's owner may find."""

    resource = "search"

    @extend_schema(
        operation_id="search",
        summary="Search",
        parameters=[
            OpenApiParameter("q", str, required=True, description="Words, Chinese or English."),
            OpenApiParameter("in", str, description="Kinds, separated by commas: `articles`. All if absent."),
            OpenApiParameter("language", str, enum=LANGUAGES, description="Preferred language."),
            *PAGED,
        ],
        responses=page_of(HitOut),
    )
    def get(self, request: Request) -> Response:
        """The best first; when nothing holds all the words, what holds most of them."""
        asked = request.query_params
        if not asked.get("q", "").strip() or len(asked["q"]) > LONGEST:
            raise ValidationError({"q": [_("Say in up to 200 characters what to look for.")]})
        language = asked.get("language") or get_language() or "en"
        if language not in LANGUAGES:
            raise ValidationError({"language": [_("This language is not spoken here.")]})
        kinds = [kind for kind in asked.get("in", "").split(",") if kind]
        size, (_way, start) = paging.page_size(request), paging.read_cursor(request)
        cursor = str(start) if start else ""
        found = index.search(kinds, asked["q"], request.user, language, cursor, size=size)
        return Response(
            {
                "next": paging.link(request, "n", int(found.cursor)) if found.cursor else None,
                "previous": paging.link(request, "n", max(0, start - size)) if start else None,
                "results": [shown(hit) for hit in found.hits],
            }
        )


def shown(hit: index.Hit) -> dict[str, Any]:
    """A hit as plain values."""
    return {
        "kind": hit.kind,
        "id": hit.id,
        "title": hit.title,
        "url": settings.BASE_URL + hit.url,
        "snippet": str(hit.snippet),
        "language": hit.language,
        "score": hit.score,
    }
