"""What can be told: every kind of notice is registered once, by the app whose act it tells of.

    register("ticket.reply", category="tickets", title=_("A reply to your ticket"))

Its words are `templates/messages/<kind>/{subject.txt,body.txt,body.html,inapp.html}`; only the first two
are required for e-mail and only the last for the bell. `essential` kinds cannot be switched off;
`secret` ones carry links or codes that open something, and forget them once they are sent. Of `burst` kinds
many may be told at once: their letters collapse (see `digests`), each to its `line.txt`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Kind:
    code: str
    category: str
    title: Words
    essential: bool = False
    secret: bool = False
    burst: bool = False


@dataclass(frozen=True)
class Category:
    code: str
    title: Words
    help: Words


CHANNELS: dict[str, Words] = {"email": _("E-mail"), "inapp": _("In the product")}
_kinds: dict[str, Kind] = {}
_categories: dict[str, Category] = {}


def register(
    code: str,
    *,
    category: str,
    title: Words,
    essential: bool = False,
    secret: bool = False,
    burst: bool = False,
) -> None:
    """Make a kind known."""
    _kinds[code] = Kind(code, category, title, essential, secret, burst)


def register_category(code: str, *, title: Words, help: Words = "") -> None:
    """Make a category known, for the page where people choose what reaches them."""
    _categories[code] = Category(code, title, help)


def get(code: str) -> Kind:
    """The kind; an unregistered one is a mistake of ours and fails loudly."""
    return _kinds[code]


def all_kinds() -> list[Kind]:
    """Every kind, by code."""
    return [_kinds[code] for code in sorted(_kinds)]


def optional_categories() -> list[Category]:
    """The categories with at least one kind that may be switched off."""
    codes = {kind.category for kind in _kinds.values() if not kind.essential}
    return [_categories.get(code) or Category(code, code, "") for code in sorted(codes)]


register_category("tickets", title=_("Tickets"), help=_("Replies, changes and promises on your tickets."))
register_category("disputes", title=_("Disputes"), help=_("Steps, offers and decisions."))
register_category("work", title=_("Work"), help=_("Assignments, warnings and missed promises."))
