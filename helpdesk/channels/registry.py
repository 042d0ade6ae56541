"""The ways out by name."""

from collections.abc import Callable

from .base import Transport

_makers: dict[str, Callable[[], Transport]] = {}


def register(name: str, maker: Callable[[], Transport]) -> None:
    """Make a way out known."""
    _makers[name] = maker


def open_transport(name: str) -> Transport:
    """A fresh transport for one batch."""
    return _makers[name]()


def known() -> list[str]:
    """The names of all ways out."""
    return sorted(_makers)
