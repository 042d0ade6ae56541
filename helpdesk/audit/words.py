"""How acts are told to people: each action code has a sentence and an icon, registered by its app.

A sentence may use {actor} and any key of the entry's data, for example
`say("ticket.status.changed", _("{actor} set the status to {status}"), icon="circle-dot")`.
`words` makes further ones from that data, for what must be told in the reader's language.
`public` acts are also shown to the requester; all others are for staff alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .models import Entry

Words = Callable[[dict[str, Any]], dict[str, str]]


@dataclass(frozen=True)
class Saying:
    sentence: str | Promise
    icon: str
    public: bool
    words: Words | None


_sayings: dict[str, Saying] = {}


def say(
    action: str,
    sentence: str | Promise,
    *,
    icon: str = "dot",
    public: bool = False,
    words: Words | None = None,
) -> None:
    """Register the sentence for one action code."""
    _sayings[action] = Saying(sentence, icon, public, words)


def public_actions() -> list[str]:
    """The codes whose acts the requester may read."""
    return [code for code, saying in _sayings.items() if saying.public]


class _Blank(dict):
    def __missing__(self, key: str) -> str:
        return ""


def tell(entry: Entry) -> str:
    """The act as a sentence in the active language."""
    saying = _sayings.get(entry.action)
    words = _Blank(entry.data, actor=entry.actor_name or _("The system"))
    if saying and saying.words:
        words.update(saying.words(entry.data))
    return str(saying.sentence).format_map(words) if saying else entry.action


def icon(entry: Entry) -> str:
    """The icon's name for the act."""
    saying = _sayings.get(entry.action)
    return saying.icon if saying else "dot"
