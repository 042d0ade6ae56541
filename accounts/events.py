"""Facts about people that others act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AccessChanged:
    """Roles, activity or password changed: open streams of that person must close."""

    person_id: int
