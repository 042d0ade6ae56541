"""`{% load promised %}{{ metric|promised }}`: what a clock promises, in words."""

from django import template

from ..states import Metric, Outside

register = template.Library()


@register.filter
def promised(code: str) -> str:
    """ "First answer" for `first_response`, in the active language."""
    return str(Metric(code).label) if code in Metric.values else code


@register.filter
def outside(code: str) -> str:
    """ "a regulator was named" for `regulator`, in the active language."""
    return str(Outside(code).label) if code in Outside.values else code
