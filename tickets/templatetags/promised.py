"""`{% load promised %}{{ metric|promised }}`: what a clock promises, in words."""

from django import template

from ..states import Metric

register = template.Library()


@register.filter
def promised(code: str) -> str:
    """ "First answer" for `first_response`, in the active language."""
    return str(Metric(code).label) if code in Metric.values else code
