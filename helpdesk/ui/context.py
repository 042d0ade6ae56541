"""What every page's layout needs. Nothing here queries before it is drawn."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from . import navigation


def page(request: HttpRequest) -> dict[str, Any]:
    """Nonce for the one inline-capable policy, language, theme, and the menus of the viewer."""
    person = getattr(request, "user", None)
    theme = getattr(person, "theme", "") or request.COOKIES.get("theme", "system")
    return {
        "csp_nonce": SimpleLazyObject(lambda: str(getattr(request, "csp_nonce", ""))),
        "lang": "zh-Hans" if (get_language() or "").startswith("zh") else "en",
        "theme": theme if theme in {"light", "dark"} else "system",
        "menu": Menus(person),
        "menu_here": SimpleLazyObject(lambda: navigation.leading_to(request.path)),
    }


class Menus:
    """`menu.desk`, `menu.portal`, `menu.public`, made when a layout asks for one."""

    def __init__(self, person: Any) -> None:
        self.person = person

    def __getattr__(self, place: str) -> list[navigation.Line]:
        if place not in {"desk", "portal", "public"}:
            raise AttributeError(place)
        return navigation.menu(place, self.person)
