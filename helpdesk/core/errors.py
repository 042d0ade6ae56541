"""Refusals. A rule that says no raises one of these; the ways in turn it into a page or a problem document.

`code` is stable and machine-readable, `message` is a sentence in the viewer's language that says what
happened and what to do, `fields` maps a field's name to its own sentences.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class DomainError(Exception):
    """Something was asked that the rules refuse; nothing was changed."""

    status = 409
    code = "conflict"
    default: Sentence = _("This cannot be done in the present state.")
    # A page of its own for people, where what to do takes more than a sentence.
    page = ""

    def __init__(
        self,
        message: Sentence | None = None,
        *,
        code: str | None = None,
        fields: dict[str, list[Sentence]] | None = None,
    ) -> None:
        self.message = message or self.default
        self.code = code or self.code
        self.fields = fields or {}
        super().__init__(str(self.code))


class NotFound(DomainError):
    """It does not exist, or the person may not know that it does: both look the same (404)."""

    status, code = 404, "not_found"
    default = _("There is nothing at this address, or it is not yours to see.")


class Forbidden(DomainError):
    """The person may see the thing but not do this to it (403)."""

    status, code = 403, "forbidden"
    default = _("Your role does not allow this.")


class Conflict(DomainError):
    """It cannot be done now; the sentence gives the reason (409)."""


class Invalid(DomainError):
    """The input is wrong; `fields` says where (400 in the API, 422 on a page)."""

    status, code = 400, "invalid"
    default = _("Some fields need your attention. Nothing was lost.")


class Busy(DomainError):
    """Too much at once, or a resource is briefly unavailable; trying again will help (429)."""

    status, code = 429, "busy"
    default = _("Too many requests. Please wait a moment and try again; nothing was lost.")

    def __init__(self, message: Sentence | None = None, *, retry_after: int = 60, **kwargs: Any) -> None:
        self.retry_after = retry_after
        super().__init__(message, **kwargs)


_by_constraint: dict[str, type[DomainError]] = {}
R = TypeVar("R", bound=type[DomainError])


def stands_behind(constraint: str) -> Callable[[R], R]:
    """Mark the refusal that a constraint of the database means when it is the one to say no."""

    def mark(refusal: R) -> R:
        _by_constraint[constraint] = refusal
        return refusal

    return mark


def told_by_database(error: BaseException) -> DomainError | None:
    """The refusal behind what the database would not take, if there is one: the last wall speaks too."""
    if isinstance(error, ValueError) and "NUL (0x00)" in str(error):
        return Invalid(code="null_bytes")
    violated = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    refusal = _by_constraint.get(violated or "")
    return refusal() if refusal else None
