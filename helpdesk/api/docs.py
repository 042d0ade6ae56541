"""The documentation page, made from the description itself, so that it cannot tell anything else."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from .errors import titles
from .throttles import PER_MINUTE

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """One field of a body or an answer, or one parameter."""

    name: str
    kind: str
    required: bool
    description: str = ""


@dataclass
class Operation:
    """One thing that can be asked."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    answers: list[tuple[str, str]]
    answer: list[Field]


@dataclass
class Resource:
    """What belongs together."""

    name: str
    operations: list[Operation] = field(default_factory=list)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every resource, what it takes and what it answers."""
    return render(
        request,
        "api/docs.html",
        {
            "resources": _resources(get_language() or "en"),
            "problems": titles().items(),
            "limits": PER_MINUTE,
            "base": request.build_absolute_uri("/api/v1/"),
        },
    )


@cache
def _resources(language: str) -> list[Resource]:
    """Read once per language and process; the language only decides how often it is read."""
    described = SchemaGenerator().get_schema(request=None, public=True)
    found: dict[str, Resource] = {}
    for path, methods in described["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                tag = operation["tags"][0]
                found.setdefault(tag, Resource(tag)).operations.append(
                    _operation(path, method, operation, described)
                )
    return list(found.values())


def _operation(path: str, method: str, said: dict[str, Any], whole: dict[str, Any]) -> Operation:
    body = said.get("requestBody", {}).get("content", {})
    good: dict[str, Any] = next(
        (answer for code, answer in said["responses"].items() if code.startswith("2")), {}
    )
    return Operation(
        anchor=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        parameters=[_parameter(one) for one in said.get("parameters", [])],
        body=_fields(_first(body), whole),
        answers=[(code, answer.get("description", "")) for code, answer in said["responses"].items()],
        answer=_fields(_first(good.get("content", {})), whole),
    )


def _first(content: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = next(iter(content.values()), {})
    return first.get("schema", {})


def _parameter(said: dict[str, Any]) -> Field:
    kind = _kind(said.get("schema", {}), {})
    return Field(
        said["name"], f"{said['in']}, {kind}", said.get("required", False), said.get("description", "")
    )


def _fields(shape: dict[str, Any], whole: dict[str, Any]) -> list[Field]:
    shape = _resolved(shape, whole)
    required = set(shape.get("required", []))
    return [
        Field(name, _kind(inner, whole), name in required, inner.get("description", ""))
        for name, inner in shape.get("properties", {}).items()
    ]


def _resolved(shape: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in shape and whole:
        return whole["components"]["schemas"].get(shape["$ref"].rpartition("/")[2], {})
    return shape


def _kind(shape: dict[str, Any], whole: dict[str, Any]) -> str:
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        inner = _resolved(shape, whole)
        return " | ".join(map(str, inner["enum"])) if "enum" in inner else name
    for joined in ("oneOf", "anyOf", "allOf"):
        if joined in shape:
            return " | ".join(_kind(one, whole) for one in shape[joined])
    if shape.get("type") == "array":
        return f"[{_kind(shape.get('items', {}), whole)}]"
    if "enum" in shape:
        return " | ".join(map(str, shape["enum"]))
    kind = shape.get("type", "any")
    kind = " | ".join(kind) if isinstance(kind, list) else kind
    return f"{kind} ({shape['format']})" if "format" in shape else kind
