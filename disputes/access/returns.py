"""Doors to registers and returns."""

from django.db.models import QuerySet

from accounts.models import LegalEntity, Person, Visitor
from accounts.states import Role
from helpdesk.core.errors import NotFound

from ..models import ReturnRun

_RETURNS = (Role.SUPERVISOR, Role.COMPLIANCE, Role.AUDITOR)


def has_returns(person: object) -> bool:
    """Whether registers and returns to regulators are the person's business."""
    return isinstance(person, Person) and person.has_role(*_RETURNS)


def require_returns(person: Visitor) -> Person:
    """The person, if registers and returns are theirs; otherwise there are none (404)."""
    if not isinstance(person, Person) or not has_returns(person):
        raise NotFound
    return person


def return_runs() -> "QuerySet[ReturnRun]":
    """The returns made so far, the newest first."""
    return ReturnRun.objects.select_related("by").order_by("-id")


def entities() -> list[LegalEntity]:
    """The companies complaints are registered for."""
    return list(LegalEntity.objects.order_by("code"))
