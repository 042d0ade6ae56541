"""The help centre for programs: published articles, as the key's owner may read them."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from accounts.api import Keyed
from helpdesk.api.schema import PAGED
from helpdesk.api.serializers import page_of
from helpdesk.api.views import ApiView

from . import access
from .reads import portal
from .serializers import ArticleLine, ArticleOut, Filters
from .states import Language

LANGUAGE = OpenApiParameter("language", str, enum=Language.values, description="Preferred language.")


class Articles(ApiView):
    """Help articles."""

    resource = "articles"

    @extend_schema(
        operation_id="articles_list",
        summary="List articles, the newest first",
        parameters=[OpenApiParameter("subject", str, description="A subject's slug."), LANGUAGE, *PAGED],
        responses=page_of(ArticleLine),
    )
    def get(self, request: Keyed) -> Response:
        """Published ones; staff also see those for staff alone."""
        filters = Filters(data=request.query_params)
        filters.is_valid(raise_exception=True)
        wanted = filters.validated_data
        live = portal.listed(request.user).filter(translations__live__isnull=False).distinct()
        rows = portal.with_titles(live)
        if "subject" in wanted:
            rows = rows.filter(subject__slug=wanted["subject"])
        context = {"language": wanted.get("language")}
        return self.page(request, rows, lambda found: ArticleLine(found, many=True, context=context).data)


class One(ApiView):
    """One help article."""

    resource = "articles"

    @extend_schema(operation_id="articles_one", summary="One article", responses=ArticleOut)
    def get(self, request: Keyed, slug: str) -> Response:
        """In all its languages."""
        article = access.article_to_read(request.user, slug)
        return Response(ArticleOut(article).data)
