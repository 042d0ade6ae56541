"""Facts about people that others act on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Suspending:
    """An account is about to be closed to its owner; whoever listens inside may refuse it."""

    person_id: int
    by_id: int


@dataclass(frozen=True)
class AccessChanged:
    """Roles, activity or password changed: open streams of that person must close."""

    person_id: int
