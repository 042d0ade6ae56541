"""The description of the API (OpenAPI 3.1): what each operation may answer, and how to sign in."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter

from .errors import MEDIA_TYPE
from .idempotency import HEADER, LONGEST
from .serializers import StrictSerializer

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). `code` is stable, the sentences are for people.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
ALWAYS = {
    400: "The request is not valid; `errors` names the fields.",
    401: "No key, or one that is not valid any more.",
    403: "The key lacks the scope, or the owner's role does not allow it.",
    404: "It does not exist, or the key's owner may not know that it does.",
    429: "Too many requests; `Retry-After` says for how long.",
}
ON_POST = {
    409: "Not possible in the present state, or the first request with this idempotency key still runs.",
    413: "The body is too large.",
    415: "The body is of a kind that is not taken here.",
    422: "The idempotency key was used for a different request.",
}

CURSOR = OpenApiParameter("cursor", str, description="From `next` or `previous` of another page.")
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
    description="Rows in one page.",
)
PAGED = [CURSOR, LIMIT]


class Schema(AutoSchema):
    """Adds to every operation what the whole API has in common."""

    def get_tags(self) -> list[str]:
        """The resource's name."""
        return [getattr(self.view, "resource", "") or "api"]

    def get_override_parameters(self) -> list[Any]:
        """POSTs take an idempotency key."""
        if self.method != "POST":
            return []
        return [
            OpenApiParameter(
                HEADER,
                {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
                OpenApiParameter.HEADER,
                description="Repeat a request with the same key: it is done once and answered alike.",
            )
        ]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with its problem answers."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        problem = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=PROBLEM
        )
        self.registry.register_on_missing(problem)
        answers = ALWAYS if self.method == "GET" else ALWAYS | ON_POST
        for status, description in answers.items():
            operation["responses"].setdefault(
                str(status),
                {"description": description, "content": {MEDIA_TYPE: {"schema": problem.ref}}},
            )
        return operation


class BearerKey(OpenApiAuthenticationExtension):
    """`Authorization: Bearer <key>`."""

    target_class = "accounts.api.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """As OpenAPI says it."""
        return {"type": "http", "scheme": "bearer", "description": "A key from /me/api-keys/."}


class Strict(OpenApiSerializerExtension):
    """Strict shapes say that they take nothing else."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        """The shape, closed."""
        shape = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return shape | {"additionalProperties": False} if direction == "request" else shape
