"""Form fields and small pieces that every page uses."""

from typing import Any

from django import template
from django.forms import BoundField

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
