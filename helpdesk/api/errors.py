"""Refusals as problem documents (RFC 9457): one shape for everything that goes wrong, without internals."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from helpdesk.core.errors import Busy, DomainError, told_by_database

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class TooLarge(exceptions.APIException):
    """The body is larger than the API takes."""

    status_code, default_code = 413, "too_large"


class KeyReused(exceptions.APIException):
    """The idempotency key was used for something else."""

    status_code, default_code = 422, "idempotency_key_reused"


class InFlight(exceptions.APIException):
    """The first request with this idempotency key has not finished."""

    status_code, default_code = 409, "idempotency_in_flight"


def titles() -> dict[int, str]:
    """What each status means, in the active language."""
    return {
        400: _("The request is not valid"),
        401: _("A key is needed"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This method is not offered here"),
        406: _("Only JSON is spoken here"),
        409: _("Not possible in the present state"),
        413: _("Too large"),
        415: _("This kind of content is not taken"),
        422: _("The idempotency key was used for another request"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
        503: _("Briefly out of reach"),
    }


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The problem document itself."""
    body = {
        "type": f"{settings.BASE_URL}/api/docs/#problem-{status}",
        "title": titles().get(status, _("The request could not be carried out")),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors or {},
    }
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponseBase:
    """DRF's exception handler: a problem document for every exception; unknown ones are logged and told."""
    set_rollback()
    error = told_by_database(error) or error
    match error:
        case DomainError():
            return _of_rule(error)
        case Http404():
            return problem(
                404, "not_found", _("There is nothing at this address, or it is not yours to see.")
            )
        case PermissionDenied():
            return problem(403, "forbidden", _("Your role does not allow this."))
        case exceptions.ValidationError():
            return _of_fields(error)
        case exceptions.APIException():
            return _of_framework(error)
        case SuspiciousOperation() | BadRequest():
            return problem(400, "bad_request", _("The request could not be read."))
        case OperationalError() | InterfaceError():
            log.warning("api.database", extra={"error": str(error).split("\n")[0]})
            return problem(
                503,
                "unavailable",
                _("The database did not answer in time; nothing was changed. Please try again."),
                headers={"Retry-After": "2"},
            )
    log.error("api.error", exc_info=error)
    request = context.get("request")
    got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    return problem(500, "error", _("The fault is on our side and has been noted; nothing was changed."))


def _of_rule(error: DomainError) -> Response:
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Busy) else None
    fields = {name: [str(words) for words in said] for name, said in error.fields.items()}
    return problem(error.status, error.code, str(error.message), errors=fields, headers=headers)


def _of_fields(error: exceptions.ValidationError) -> Response:
    return problem(
        400, "invalid", _("Some fields need attention; `errors` names them."), errors=flat(error.detail)
    )


def _of_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None) is not None:
        headers["Retry-After"] = str(max(1, round(error.wait)))  # type: ignore[attr-defined]
    code = error.get_codes()
    code = code if isinstance(code, str) else error.default_code
    return problem(error.status_code, code, str(error.detail), headers=headers)


def flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """DRF's nested complaints as `field.inner.0` → sentences; those about the whole body under `body`."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for key, inner in detail.items():
            own = "" if key == "non_field_errors" else str(key)
            found |= flat(inner, ".".join(part for part in (name, own) if part))
        return found
    if isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= flat(inner, f"{name}.{index}" if name else str(index))
        return found
    sentences = detail if isinstance(detail, list) else [detail]
    return {name or "body": [str(sentence) for sentence in sentences]}
