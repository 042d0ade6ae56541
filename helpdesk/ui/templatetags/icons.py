"""`{% icon "scale" %}`: one sign out of the sprite, for the eye only; the words stand beside it."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.ui import sprite

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, kind: str = "") -> SafeString:
    """The icon as SVG; `kind` adds a class (`icon--small`)."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="/icons.svg?v={}#{}"/></svg>',
        f" {kind}" if kind else "",
        sprite.VERSION,
        name,
    )
