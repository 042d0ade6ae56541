"""`{% load bell %}{% bell %}`: the bell with the number of unread notices, one query, only where shown."""

from typing import Any

from django import template

from ..bell import unread_count

register = template.Library()


@register.inclusion_tag("notify/_bell.html", takes_context=True)
def bell(context: dict[str, Any]) -> dict[str, Any]:
    """The link to the notices of whoever looks."""
    return {"unread": unread_count(context["request"].user)}


@register.simple_tag
def unread_notices(person: Any) -> int:
    """The bare figure, for layouts that draw their own bell."""
    return unread_count(person)
