"""What every resource shares: scopes, idempotency, input that can be stored, one shape of error."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from helpdesk.core.errors import Forbidden, NotFound

from .idempotency import HEADER, once
from .paging import CursorPages
from .parsers import StrictJSON, storable


class ApiView(APIView):
    """A resource. A key needs `<resource>:read` or `<resource>:write`; a key without scopes has them all."""

    resource: ClassVar[str] = ""
    parser_classes = [StrictJSON]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Whatever a resource does on POST, it does once per idempotency key."""
        super().__init_subclass__(**kwargs)
        if "post" in cls.__dict__:
            cls.post = _once_per_key(cls.post)  # type: ignore[attr-defined]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who is asking, may they, and is what they say fit to be looked at."""
        super().initial(request, *args, **kwargs)
        self._check_scope(request)
        for name, values in request.query_params.lists():
            if not all(storable(text) for text in (name, *values)):
                raise ParseError(_("The address holds null bytes or broken characters."))

    def _check_scope(self, request: Request) -> None:
        act = "read" if request.method in SAFE_METHODS else "write"
        scopes = getattr(request.auth, "scopes", None)
        if self.resource and scopes and f"{self.resource}:{act}" not in scopes:
            raise Forbidden(
                _("This key lacks the scope %(scope)s.") % {"scope": f"{self.resource}:{act}"},
                code="scope_missing",
            )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What one caller may see is never kept for another."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def checked(self, serializer: type[BaseSerializer], request: Request) -> dict[str, Any]:
        """The body's values, or 400 with what is wrong by field."""
        form = serializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        return form.validated_data

    def page(
        self,
        request: Request,
        rows: Any,
        shown: Callable[[list[Any]], Any],
        *,
        ascending: bool = False,
    ) -> Response:
        """A cursor page of a queryset; `shown` turns its rows into plain values."""
        pages = CursorPages(ascending=ascending)
        return pages.get_paginated_response(shown(pages.paginate_queryset(rows, request)))


def _once_per_key(post: Callable[..., Response]) -> Callable[..., HttpResponseBase]:
    @wraps(post)
    def handler(self: ApiView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        work = partial(post, self, request, *args, **kwargs)
        return once(request, work) if HEADER in request.headers else work()

    return handler


class Nowhere(ApiView):
    """Every other address below `/api/`: a problem document, or the way to the address with its slash."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """308 keeps the method and the body."""
        if not request.path.endswith("/"):
            try:
                found = resolve(f"{request.path_info}/")
            except Resolver404:
                found = None
            if found is not None and getattr(found.func, "cls", None) is not Nowhere:
                query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
                return HttpResponsePermanentRedirect(f"{request.path}/{query}", preserve_request=True)
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing lives here, whatever the method."""
        raise NotFound
