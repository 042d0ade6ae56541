"""The menus as data: each app adds its lines in `ready()`, the layouts draw them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise

Viewer = AbstractBaseUser | AnonymousUser
Allowed = Callable[[Viewer], bool]


@dataclass(frozen=True)
class Line:
    """One entry of a menu. `allowed` decides for each person whether it is drawn."""

    label: str | Promise
    url_name: str
    icon: str
    allowed: Allowed
    order: int
    children: tuple["Line", ...] = field(default=())

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name)


_menus: dict[str, list[Line]] = {"public": [], "portal": [], "desk": []}


def register(
    place: str,
    label: str | Promise,
    url_name: str,
    icon: str,
    *,
    allowed: Allowed = lambda person: True,
    order: int = 100,
) -> None:
    """Add a line to the menu of "public", "portal" or "desk"."""
    _menus[place].append(Line(label, url_name, icon, allowed, order))
    _menus[place].sort(key=lambda line: line.order)


def leading_to(path: str) -> str:
    """The address of the menu line under which this page lies, the longest one; empty when there is none."""
    urls = (line.url for lines in _menus.values() for line in lines)
    return max((url for url in urls if url != "/" and path.startswith(url)), key=len, default="")


def menu(place: str, person: Viewer) -> list[Line]:
    """The lines this person is offered, in order."""
    return [line for line in _menus[place] if line.allowed(person)]
