"""Form fields and small pieces that every page uses."""

from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField

from helpdesk.core import money

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **extra: Any) -> dict[str, Any]:
    """A form field with label, hint, error and the value typed, wired for screen readers."""
    described = [f"{bound.id_for_label}-hint"] * bool(bound.help_text)
    described += [f"{bound.id_for_label}-error"] * bool(bound.errors)
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    widget = bound.as_widget(attrs=bound.field.widget.attrs | attributes)
    kind = getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower()
    return {"field": bound, "widget": widget, "kind": kind, **extra}


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ mapping|get:key }}`; empty when it is missing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def figure(amount: Decimal | None) -> str:
    """`{{ amount|figure }}`: a figure of money with its thousands set apart; empty for none."""
    return "" if amount is None else money.figure(amount)
