"""`{% icon "scale" %}`: one sign out of the sprite, for the eye only; the words stand beside it."""

from functools import cache
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, TextNode, Token
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.ui import sprite

register = template.Library()


class IconNode(Node):
    """An icon whose name is only known when the page is drawn."""

    def __init__(self, words: list[FilterExpression]) -> None:
        self.words = words

    def render(self, context: Any) -> SafeString:
        return icon(*[str(word.resolve(context)) for word in self.words])


@register.tag("icon")
def do_icon(parser: Parser, token: Token) -> Node:
    """`{% icon name [kind] %}`; one that is named outright becomes plain text when the template is read."""
    words = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    if not 1 <= len(words) <= 2:
        raise template.TemplateSyntaxError("{% icon %} takes a name and perhaps a class.")
    if all(isinstance(word.var, str) and not word.filters for word in words):
        return TextNode(icon(*[word.var for word in words]))
    return IconNode(words)


@cache
def icon(name: str, kind: str = "") -> SafeString:
    """The icon as SVG; `kind` adds a class (`icon--small`)."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="/icons.svg?v={}#{}"/></svg>',
        f" {kind}" if kind else "",
        sprite.VERSION,
        name,
    )
